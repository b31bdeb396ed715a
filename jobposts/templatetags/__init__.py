"""Words and marks of the boards' pages."""
