"""Pure: one package a board."""
