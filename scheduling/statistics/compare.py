"""Is this period different from that one? A test that knows people of one day do not come independently."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

from recruit.errors import InvalidInputError
from scheduling.statistics.rates import SMALL, Rate, rate, wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Verdict = Literal["too_few", "no_clear_difference", "higher", "lower"]


@dataclass(frozen=True, slots=True)
class DayCount:
    """What happened on one day: ``count`` of ``of``."""

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise InvalidInputError("A count lies between 0 and the number it is counted of.", field="count")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two periods side by side.

    Attributes:
        before, after: plain shares of all people, with intervals that take people as independent.
        difference: after minus before, of shares, in [-1, 1]; None if one period is empty.
        low, high: its interval of probability ``level``, days taken into account.
        p_value: chance of so large a difference, either way, if nothing had changed.
        design_effect: by how much the shared days inflate the variance, >= 1.
        verdict: in one word.
    """

    before: Rate
    after: Rate
    difference: float | None
    low: float
    high: float
    p_value: float
    design_effect: float
    verdict: Verdict
    level: float


def design_effect(days: Sequence[DayCount], day_correlation: float) -> float:
    """Return variance of the period's share over that of independent people, >= 1.

    The larger of what ``day_correlation`` in [0, 1] implies, 1 + rho (sum n^2 / sum n - 1), and what the days
    themselves show (ratio estimator, days as clusters). Source: Kish (1965); Rao and Scott (1992).
    """
    people = sum(day.of for day in days)
    if people == 0:
        return 1.0
    implied = 1 + day_correlation * (sum(day.of**2 for day in days) / people - 1)
    share = sum(day.count for day in days) / people
    seen = [day for day in days if day.of]
    shown = 1.0
    if len(seen) > 1 and 0 < share < 1:
        squares = sum((day.count - day.of * share) ** 2 for day in seen)
        shown = squares * len(seen) / (len(seen) - 1) / (people * share * (1 - share))
    return max(1.0, implied, shown)


def compare(
    before: Sequence[DayCount], after: Sequence[DayCount], *, day_correlation: float = 0.034, level: float = 0.95
) -> Comparison:
    """Return whether the share changed from ``before`` to ``after``.

    Each period's counts are divided by its design effect; then Newcombe's hybrid score interval and the pooled
    z-test. Source: Newcombe (1998), Stat. Med. 17, 873-890, method 10. Periods with fewer than 20 people are never
    judged.
    """
    sides, effective, effects = [], [], []
    for days in (before, after):
        count, of = sum(day.count for day in days), sum(day.of for day in days)
        effect = design_effect(days, day_correlation)
        sides.append(rate(count, of, level=level))
        effective.append((count / effect, of / effect))
        effects.append(effect)
    first, second = sides
    if first.value is None or second.value is None:
        return Comparison(first, second, None, -1.0, 1.0, 1.0, max(effects), "too_few", level)
    difference = second.value - first.value
    low1, high1 = wilson(*effective[0], level)
    low2, high2 = wilson(*effective[1], level)
    low = difference - math.hypot(second.value - low2, high1 - first.value)
    high = difference + math.hypot(high2 - second.value, first.value - low1)
    return Comparison(
        before=first,
        after=second,
        difference=difference,
        low=max(low, -1.0),
        high=min(high, 1.0),
        p_value=_p_value(effective[0], effective[1]),
        design_effect=max(effects),
        verdict=_verdict(first, second, low, high),
        level=level,
    )


def _p_value(first: tuple[float, float], second: tuple[float, float]) -> float:
    pooled = (first[0] + second[0]) / (first[1] + second[1])
    variance = pooled * (1 - pooled) * (1 / first[1] + 1 / second[1])
    if variance <= 0:
        return 1.0
    z = abs(second[0] / second[1] - first[0] / first[1]) / math.sqrt(variance)
    return 2 * (1 - NormalDist().cdf(z))


def _verdict(first: Rate, second: Rate, low: float, high: float) -> Verdict:
    if min(first.of, second.of) < SMALL:
        return "too_few"
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "no_clear_difference"


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values corrected for looking at several comparisons at once.

    Source: Holm (1979), Scand. J. Stat. 6, 65-70.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.5})
    {'a': 0.03, 'b': 0.08, 'c': 0.5}
    """
    corrected: dict[str, float] = {}
    largest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p))
        corrected[name] = largest
    return {name: corrected[name] for name in p_values}
