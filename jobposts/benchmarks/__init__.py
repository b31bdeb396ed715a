"""Measurements of imports, boards and duplicates."""
