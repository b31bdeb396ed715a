"""Verbs of the interview day: one function, one transaction."""
