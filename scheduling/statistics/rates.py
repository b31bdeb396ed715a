"""Shares with their counts and intervals; what is too small to say anything is marked as such.

Input are counts per group, as one SQL statement gives them; never one row per invitation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from recruit.errors import InvalidInputError
from scheduling.attendance.beliefs import Belief

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

SMALL = 20  # under so many people a share is shown as counts first

Counts = Mapping[str, int]
# Rate -> what is counted, and of whom. Walk-ins are in none of the counts: they were not invited.
RATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "show": (("arrived",), ("arrived", "no_show")),
    "confirm": (("confirmed",), ("invited",)),
    "decline": (("declined",), ("invited",)),
    "cancel_in_time": (("cancelled_in_time",), ("invited",)),
    "cancel_late": (("cancelled_late",), ("invited",)),
    "turned_away": (("turned_away",), ("arrived",)),
    "left_unseen": (("left_unseen",), ("arrived",)),
    "late": (("late",), ("arrived",)),
    "held": (("finished",), ("arrived",)),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of people.

    Attributes:
        count, of: how many of how many.
        value: the share in [0, 1]; None of nobody.
        low, high: Wilson interval of probability ``level``; 0 to 1 of nobody.
        is_small: fewer than ``SMALL`` people: read the counts, not the percentage.
    """

    count: int
    of: int
    value: float | None
    low: float
    high: float
    is_small: bool
    level: float = 0.95


def z_score(level: float) -> float:
    """Return z with P(|Z| <= z) = ``level`` in (0, 1) for a standard normal Z."""
    if not 0 < level < 1:
        raise InvalidInputError("A level lies between 0 and 1.", field="level")
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(count: float, of: float, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share ``count`` of ``of`` (reals >= 0); (0, 1) of nobody.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    >>> [round(end, 4) for end in wilson(5, 20)]
    [0.1119, 0.4687]
    """
    if not 0 <= count <= of:
        raise InvalidInputError("A count lies between 0 and the number it is counted of.", field="count")
    if of == 0:
        return 0.0, 1.0
    z = z_score(level)
    share, width = count / of, z * z / of
    centre = share + width / 2
    spread = z * math.sqrt(share * (1 - share) / of + width / (4 * of))
    low = 0.0 if count == 0 else (centre - spread) / (1 + width)
    high = 1.0 if count == of else (centre + spread) / (1 + width)
    return low, high


def rate(count: int, of: int, *, level: float = 0.95) -> Rate:
    """Return the share ``count`` of ``of`` with its interval."""
    low, high = wilson(count, of, level)
    return Rate(
        count=count, of=of, value=count / of if of else None, low=low, high=high, is_small=of < SMALL, level=level
    )


def rates_of(counts: Counts, *, level: float = 0.95) -> dict[str, Rate]:
    """Return every rate of ``RATES`` from the counts of one group; a missing count is 0."""
    return {
        name: rate(sum(counts.get(key, 0) for key in above), sum(counts.get(key, 0) for key in below), level=level)
        for name, (above, below) in RATES.items()
    }


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Counts of one cell of a cross table: ``keys`` as the SQL groups by, such as source, office, weekday."""

    keys: Mapping[str, Hashable]
    counts: Counts


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row of a table of rates: the group's value, its summed counts and its rates."""

    key: Hashable
    counts: dict[str, int]
    rates: dict[str, Rate]


def rate_table(
    groups: Iterable[GroupCounts],
    by: str | Callable[[Mapping[str, Hashable]], Hashable],
    *,
    level: float = 0.95,
) -> list[RateRow]:
    """Return the rates of ``groups`` summed over everything but ``by`` (a key, or a function of the keys).

    Rows are in the order of their first appearance: the SQL decides it.
    """
    summed: dict[Hashable, dict[str, int]] = {}
    for group in groups:
        key = group.keys[by] if isinstance(by, str) else by(group.keys)
        into = summed.setdefault(key, {})
        for name, number in group.counts.items():
            into[name] = into.get(name, 0) + number
    return [RateRow(key=key, counts=counts, rates=rates_of(counts, level=level)) for key, counts in summed.items()]


LEAD_BANDS: Sequence[tuple[float, str]] = (
    (12, "up to 12 h"),
    (24, "12 to 24 h"),
    (48, "1 to 2 days"),
    (72, "2 to 3 days"),
    (168, "3 to 7 days"),
    (math.inf, "over a week"),
)


def lead_band(hours: float) -> str:
    """Return the band of a lead time in hours >= 0.

    >>> lead_band(30)
    '1 to 2 days'
    """
    return next(name for limit, name in LEAD_BANDS if hours <= limit)


_SPREADS = tuple(math.exp(math.log(2.0) + step * (math.log(2000.0) - math.log(2.0)) / 39) for step in range(40))


def lean(counts: Sequence[tuple[int, int]]) -> list[Belief]:
    """Return what to expect of each group next, from (count, of) of all of them: small groups lean on the whole.

    Beta-binomial empirical Bayes: groups scatter about the common share with a weight chosen by marginal likelihood
    (weights 2 to 2000 tried), and each group's belief is that common share moved by its own people. With nobody at
    all, one of five is believed. Source: Efron and Morris (1975), J. Am. Stat. Assoc. 70; Gelman et al., BDA, ch. 5.
    """
    total, people = sum(count for count, _of in counts), sum(of for _count, of in counts)
    mean = (total + 1.0) / (people + 5.0)

    def fit_of(weight: float) -> float:
        a, b = mean * weight, (1 - mean) * weight
        usual = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
        return math.fsum(
            math.lgamma(a + count) + math.lgamma(b + of - count) - math.lgamma(a + b + of) - usual
            for count, of in counts
        )

    weight = max(_SPREADS, key=fit_of) if len(counts) > 1 else 10.0
    return [Belief((mean * weight + count) / (weight + of), weight + of) for count, of in counts]
