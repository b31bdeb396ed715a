"""REST API of imports and boards."""
