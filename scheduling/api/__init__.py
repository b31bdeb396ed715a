"""REST API of the interview day."""
