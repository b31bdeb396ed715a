"""A session while it runs: the forecast, what to do next, the whole session moved or called off."""
