"""Pure: SuperJob."""
