"""From viewed to hired: how many pass each step, how long they stay, what each one costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recruit.errors import InvalidInputError
from scheduling.statistics.rates import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = ("responses", "viewed", "shortlisted", "invited", "confirmed", "arrived", "finished", "offered", "hired")


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step: how many reached it, of those before it and of those at the start.

    Attributes:
        passed: share of the step before that came through; the first step has none.
        overall: share of the first step that came this far.
    """

    name: str
    count: int
    passed: Rate | None
    overall: Rate


def funnel(counts: Sequence[tuple[str, int]], *, level: float = 0.95) -> list[FunnelStep]:
    """Return the steps with their yields; ``counts`` are people who reached each step, in order, each once.

    Who skipped a step must be counted in it, so a later step can never be larger than an earlier one.

    Raises:
        InvalidInputError: a step is larger than the one before it.
    """
    steps: list[FunnelStep] = []
    for name, count in counts:
        before = steps[-1] if steps else None
        if before is not None and count > before.count:
            raise InvalidInputError(f"More people in “{name}” than in “{before.name}”.", field=name)
        passed = None if before is None else rate(count, before.count, level=level)
        overall = rate(count, steps[0].count if steps else count, level=level)
        steps.append(FunnelStep(name=name, count=count, passed=passed, overall=overall))
    return steps


def reached(furthest: Mapping[str, int], steps: Sequence[str] = STEPS) -> list[tuple[str, int]]:
    """Return how many reached each step, from how many stopped at each (by the furthest step they came to)."""
    unknown = sorted(set(furthest) - set(steps))
    if unknown:
        raise InvalidInputError(f"There is no step “{unknown[0]}”.", field="steps")
    total, found = 0, []
    for name in reversed(steps):
        total += furthest.get(name, 0)
        found.append((name, total))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Durations:
    """Quantiles of a duration, in the unit of the histogram; None where nobody was counted."""

    people: int
    median: float | None
    low: float | None
    high: float | None


def durations(histogram: Mapping[int, int]) -> Durations:
    """Return the median and the 10 % and 90 % points of ``histogram`` (duration -> people).

    A quantile q is the smallest duration that at least a share q of the people do not exceed.
    """
    people = sum(histogram.values())
    if not people:
        return Durations(people=0, median=None, low=None, high=None)

    def point(share: float) -> float:
        seen = 0
        for duration in sorted(histogram):
            seen += histogram[duration]
            if seen >= share * people - 1e-9:
                break
        return float(duration)

    return Durations(people=people, median=point(0.5), low=point(0.1), high=point(0.9))


@dataclass(frozen=True, slots=True)
class SourceCost:
    """Money of one source (one currency) and what one of each costs; None where there was none."""

    money: float
    per: dict[str, float | None]


def cost_per(money: float, counts: Mapping[str, int], steps: Sequence[str] = STEPS) -> SourceCost:
    """Return what one person of each step cost, for ``money`` >= 0 spent."""
    if money < 0:
        raise InvalidInputError("Money spent is not negative.", field="money")
    return SourceCost(money=money, per={name: money / counts[name] if counts.get(name) else None for name in steps})
