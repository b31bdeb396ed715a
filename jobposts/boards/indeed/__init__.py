"""Pure: Indeed XML feeds."""
