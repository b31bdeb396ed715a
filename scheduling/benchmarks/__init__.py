"""Measurements for `make bench`: one module a subject, each offers `rows()`."""
