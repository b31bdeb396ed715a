"""What a promotion of a posting brought: responses per day before, while it ran, and after."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recruit.errors import InvalidInputError
from scheduling.statistics.rates import z_score

if TYPE_CHECKING:
    from collections.abc import Sequence

_POISSON = 1.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What a promotion did.

    Attributes:
        before_per_day, during_per_day, after_per_day: responses a day; None of no days.
        factor: during over before with its 90 % range; None if there were no days to compare or no responses.
        extra: responses that would not have come, with range; money_per_extra: None if it may have brought nothing.
        half_life_days: of what is left of the effect after it ended; None if it cannot be told.
    """

    before_per_day: float | None
    during_per_day: float | None
    after_per_day: float | None
    factor: tuple[float, float, float] | None
    extra: tuple[float, float, float] | None
    money_per_extra: float | None
    half_life_days: float | None

    @property
    def fewer(self) -> tuple[float, float, float] | None:
        """Responses fewer than usual (middle, low, high) where the middle of ``extra`` rounds below 0; else None."""
        if self.extra is None or round(self.extra[0]) >= 0:
            return None
        middle, low, high = self.extra
        return -middle, -high, -low


def promotion_effect(
    before: Sequence[int], during: Sequence[int], after: Sequence[int], *, money: float, level: float = 0.9
) -> Effect:
    """Return the effect of a promotion from responses a day, in order, of the three periods; ``money`` >= 0 spent.

    Log ratio of two Poisson means with half a response added to each side; its variance is multiplied by the
    dispersion of the days (at least 1), because responses come in bursts. Decay: share of the extra responses a day
    that is left in the mean over the days after, taken as exponential.
    """
    if money < 0 or min([0, *before, *during, *after]) < 0:
        raise InvalidInputError("Counts and money are not negative.", field="money")
    rates = [sum(days) / len(days) if days else None for days in (before, during, after)]
    usual, lifted, later = rates
    if usual is None or lifted is None or not sum(before) + sum(during):
        return Effect(usual, lifted, later, None, None, None, None)
    spread = max(_POISSON, _dispersion(before), _dispersion(during))
    first, second = sum(before) + 0.5, sum(during) + 0.5
    error = z_score(level) * math.sqrt(spread * (1 / first + 1 / second))
    log_factor = math.log(second / len(during)) - math.log(first / len(before))
    factor = (math.exp(log_factor), math.exp(log_factor - error), math.exp(log_factor + error))
    expected = usual * len(during)
    extra = (sum(during) - expected, expected * (factor[1] - 1), expected * (factor[2] - 1))
    return Effect(
        before_per_day=usual,
        during_per_day=lifted,
        after_per_day=later,
        factor=factor,
        extra=extra,
        money_per_extra=money / extra[0] if extra[1] > 0 else None,
        half_life_days=_half_life(usual, lifted, after),
    )


@dataclass(frozen=True, slots=True)
class Again:
    """What the same promotion would bring if it were paid for once more.

    Attributes:
        responses, arrivals: (middle, low, high) expected on top of the usual.
        price_per_arrival: (middle, low, high) of money; None where it may bring nobody.
        advice: "yes", "no", or "not_clear" while its effect cannot be told from chance.
    """

    responses: tuple[float, float, float]
    arrivals: tuple[float, float, float]
    price_per_arrival: tuple[float | None, float | None, float | None]
    advice: str


def again(effect: Effect, *, money: float, yields: tuple[float, float]) -> Again | None:
    """Return what to expect of a repetition; None where the effect is not known.

    ``yields``: range of the share of responses that end in an arrival, in (0, 1). The range multiplies both low ends
    and both high ends, which is wider than their joint 90 % range: an honest caution for a decision about money.
    """
    if effect.extra is None:
        return None
    middle, low, high = (max(value, 0.0) for value in effect.extra)
    share = (yields[0] + yields[1]) / 2
    arrivals = (middle * share, low * yields[0], high * yields[1])

    def price(people: float) -> float | None:
        return money / people if people > 0 else None

    cheap, usual, dear = price(arrivals[2]), price(arrivals[0]), price(arrivals[1])
    advice = "yes" if effect.extra[1] > 0 else "no" if effect.extra[0] <= 0 else "not_clear"
    return Again(
        responses=(middle, low, high),
        arrivals=arrivals,
        price_per_arrival=(usual, cheap, dear),
        advice=advice,
    )


def _dispersion(days: Sequence[int]) -> float:
    """Return variance over mean of counts a day; 1 where it cannot be told."""
    if len(days) < 3 or not sum(days):
        return 1.0
    mean = sum(days) / len(days)
    return sum((count - mean) ** 2 for count in days) / (len(days) - 1) / mean


def _half_life(usual: float, lifted: float, after: Sequence[int]) -> float | None:
    """Return T with sum over days d of (lifted - usual) 2^(-d / T) equal to the extra responses seen afterwards."""
    gain = lifted - usual
    left = sum(after) - usual * len(after)
    if len(after) < 3 or gain <= 0 or not 0 < left < gain * len(after):
        return None
    low, high = 1e-3, 1e4
    for _ in range(80):
        middle = math.sqrt(low * high)
        reached = gain * sum(2 ** (-(day + 1) / middle) for day in range(len(after)))
        low, high = (middle, high) if reached < left else (low, middle)
    return low
