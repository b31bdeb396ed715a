"""Pages of imports and boards."""
