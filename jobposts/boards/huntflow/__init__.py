"""Pure: Huntflow."""
