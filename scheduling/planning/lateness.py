"""Who is still to come after their time has passed."""

from __future__ import annotations

import math

from scheduling.planning.checks import check_probabilities

# Of those who come, a quarter come after their time, on average a quarter of an hour: until the company's own law is learned.
LATE_SHARE = 0.25
LATE_MEAN_MINUTES = 14.0


def still_coming(p: float, minutes_past: float, *, said_late: float = 0.0) -> float:
    """Return the chance in [0, 1] that somebody of chance ``p`` comes after all, ``minutes_past`` their time.

    Bayes' rule with S, the share of comers who are later than that: p S / (1 - p + p S). Before the time (or the
    lateness the person announced) nothing has been learned and ``p`` stays.
    """
    check_probabilities("p", (p,))
    past = minutes_past - said_late
    if past <= 0.0 or p in (0.0, 1.0):
        return p
    later = LATE_SHARE * math.exp(-past / LATE_MEAN_MINUTES)
    return p * later / (1.0 - p + p * later)
