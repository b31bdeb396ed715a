"""Pure: JSON Resume."""
