"""Marks of the interview day."""
