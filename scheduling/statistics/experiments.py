"""Is one arm better? An answer that may be looked at every day: always-valid p-values and intervals.

Ordinary tests may be looked at once. The mixture sequential probability ratio test keeps its error however often, and
however long, somebody looks: reject as soon as the p-value falls below alpha.
Source: Robbins (1970), Ann. Math. Stat. 41; Johari, Koomen, Pekelis, Walsh (2022), Oper. Res. 70.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recruit.errors import InvalidInputError
from scheduling.statistics.rates import SMALL, Rate, rate

if TYPE_CHECKING:
    from random import Random

# Standard deviation of the differences worth looking for, in show rate: ten points.
EFFECT_SD = 0.1


def draw_arm(arms: Sequence[str], rng: Random) -> str:
    """Return one of ``arms``, each as likely as the others."""
    if len(arms) < 2 or len(set(arms)) != len(arms):
        raise InvalidInputError("An experiment has at least two different arms.", field="arms")
    return arms[rng.randrange(len(arms))]


@dataclass(frozen=True, slots=True)
class ArmCount:
    """People of one arm whose end is known: how many, and how many came."""

    arm: str
    people: int
    came: int

    def __post_init__(self) -> None:
        if not 0 <= self.came <= self.people:
            raise InvalidInputError("Not more can have come than were asked.", field="came")


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm beside the first.

    Attributes:
        share: came of those whose end is known.
        difference: of shares, this arm less the first; None for the first arm and while there is nobody.
        low, high: its range, valid whenever it is looked at, at the level 1 - alpha for all arms together.
        p_value: always valid, corrected for the number of arms; 1 while anybody has fewer than ``SMALL`` people.
        is_sure: the p-value is below alpha: the experiment may be stopped.
    """

    arm: str
    share: Rate
    difference: float | None
    low: float
    high: float
    p_value: float
    is_sure: bool


def results(counts: Sequence[ArmCount], *, alpha: float = 0.05, effect_sd: float = EFFECT_SD) -> list[ArmResult]:
    """Return every arm beside the first of ``counts``; ``alpha`` in (0, 1) is shared by the other arms (Bonferroni)."""
    if not 0 < alpha < 1 or effect_sd <= 0:
        raise InvalidInputError("An error rate lies between 0 and 1.", field="alpha")
    if not counts:
        return []
    first, others = counts[0], counts[1:]
    usual = ArmResult(first.arm, rate(first.came, first.people), None, -1.0, 1.0, 1.0, is_sure=False)
    return [usual, *(_beside(first, other, alpha, len(others), effect_sd) for other in others)]


def _beside(first: ArmCount, other: ArmCount, alpha: float, number: int, effect_sd: float) -> ArmResult:
    share = rate(other.came, other.people)
    if min(first.people, other.people) == 0:
        return ArmResult(other.arm, share, None, -1.0, 1.0, 1.0, is_sure=False)
    difference = other.came / other.people - first.came / first.people
    variance = _variance(first) + _variance(other)
    prior = effect_sd**2
    total = variance + prior
    log_ratio = 0.5 * math.log(variance / total) + prior * difference**2 / (2 * variance * total)
    p_value = min(1.0, number * math.exp(-log_ratio)) if min(first.people, other.people) >= SMALL else 1.0
    room = math.sqrt(variance * total / prior * (2 * math.log(number / alpha) + math.log(total / variance)))
    return ArmResult(
        arm=other.arm,
        share=share,
        difference=difference,
        low=max(difference - room, -1.0),
        high=min(difference + room, 1.0),
        p_value=p_value,
        is_sure=p_value < alpha,
    )


def _variance(arm: ArmCount) -> float:
    """Return the variance of the arm's share; half a person on each side keeps it away from 0."""
    share = (arm.came + 0.5) / (arm.people + 1)
    return share * (1 - share) / arm.people
