"""Pure: Lever."""
