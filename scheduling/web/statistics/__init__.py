"""Pages of statistics: what happened, what to expect, and how far to believe it."""
