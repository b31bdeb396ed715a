"""Pure: the law of the demo world."""
