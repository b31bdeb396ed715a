"""Statistics: group counts by SQL, shares and intervals by the pure package. No page reads one row per invitation."""

from scheduling.services.reports.dimensions import DIMENSIONS
from scheduling.services.reports.hiring import STEP_WORDS, Stay, hiring_funnel, people_at, stays
from scheduling.services.reports.measures import MEASURE_WORDS, MEASURES, RATE_WORDS
from scheduling.services.reports.rates import RateLine, all_rates, counts_by, overall, rate_lines, totals
from scheduling.services.reports.slices import Slice
from scheduling.services.reports.truth import Truth, how_right, were_we_right

__all__ = [
    "DIMENSIONS",
    "MEASURES",
    "MEASURE_WORDS",
    "RATE_WORDS",
    "STEP_WORDS",
    "RateLine",
    "Slice",
    "Stay",
    "Truth",
    "all_rates",
    "counts_by",
    "hiring_funnel",
    "how_right",
    "overall",
    "people_at",
    "rate_lines",
    "stays",
    "totals",
    "were_we_right",
]
