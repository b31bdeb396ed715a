"""Verbs of the pipeline: one function, one transaction."""
