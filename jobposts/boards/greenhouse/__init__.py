"""Pure: Greenhouse."""
