"""How long somebody who waits now will still wait: the queue at the desk, seen from one place in it."""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def minutes_until_called(free_in: Sequence[float], ahead: int, minutes_each: float) -> float:
    """Return the minutes until somebody with ``ahead`` people before them is called.

    ``free_in`` are the minutes until each interviewer is free (0 for who is free now), ``minutes_each`` the length of
    an interview (> 0). Everybody is taken to need that long: a rough figure to say aloud, not a forecast.
    Raises ``ValueError`` for a negative number.

    >>> minutes_until_called([0.0, 8.0], 0, 20.0), minutes_until_called([0.0, 8.0], 2, 20.0)
    (0.0, 20.0)
    """
    if ahead < 0 or minutes_each <= 0 or any(minutes < 0 for minutes in free_in):
        raise ValueError("ahead, minutes_each, free_in: must not be negative")
    if not free_in:
        return ahead * minutes_each
    seats = list(free_in)
    heapq.heapify(seats)
    for _ in range(ahead):
        heapq.heapreplace(seats, seats[0] + minutes_each)
    return seats[0]


def rounded_up(minutes: float, step: int = 5) -> int:
    """Return ``minutes`` as it is said to people: 0, or the next multiple of ``step``.

    >>> rounded_up(0.4), rounded_up(7.0), rounded_up(10.0)
    (0, 10, 10)
    """
    if minutes < 1:
        return 0
    return int(-(-minutes // step) * step)
