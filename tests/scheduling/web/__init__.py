"""Pages of the interview day."""
