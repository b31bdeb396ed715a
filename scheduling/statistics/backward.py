"""From hires wanted back to the work that it takes, and forward again: will it be enough?

Every yield is a belief, so every answer is a range: few past interviews make wide ranges, and nothing is rounded away
before the end. The random draws come from a generator that is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.attendance.beliefs import Belief, posterior

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

STEPS = ("responses", "viewed", "invited", "held", "offers", "hires")
DRAWS = 4_000
MOST = 10**9
# Yield of each step, by the step it leads to, with as little weight as an opinion deserves: of 100 resumes viewed 15 to
# 20 people are invited, 5 of them come; 1 of 5 seen is suitable; a resume lies with three employers, so of five offers
# two are declined. Most responses are looked at.
PRIOR_YIELDS: dict[str, Belief] = {
    "viewed": Belief(0.9, 10),
    "invited": Belief(0.175, 20),
    "held": Belief(5 / 17.5, 10),
    "offers": Belief(0.2, 10),
    "hires": Belief(0.6, 10),
}
RANGE = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Range:
    """Ten per cent, fifty per cent and ninety per cent points of a number."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Effort:
    """What one unit of work takes: minutes of people, money (one currency) for one response."""

    view_minutes: float = 2.0
    invite_minutes: float = 6.0
    interview_minutes: float = 20.0
    money_per_response: float = 0.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What the hires wanted take: people at each step, and the work of a working day."""

    people: dict[str, Range]
    recruiter_hours_per_day: Range
    interviewer_hours_per_day: Range
    money: Range


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Where a search stands: people waiting at each step (not yet decided there), and hires made.

    Attributes:
        waiting: step -> people who reached it and are not decided: viewed means seen, not yet invited or refused.
        hired: hires made. days_left: working days until the date.
        responses_per_day: mean; ``response_days`` >= 0: days of evidence behind it (the gamma law's weight).
        lag_days: working days from a step to the next; who comes too late does not count.
    """

    waiting: Mapping[str, int]
    hired: int
    days_left: int
    responses_per_day: float
    response_days: float
    lag_days: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = [*self.waiting.values(), self.hired, self.days_left, self.responses_per_day, self.response_days]
        if min(numbers) < 0 or set(self.waiting) - set(STEPS[:-1]) or set(self.lag_days) - set(STEPS[1:]):
            raise InvalidInputError("A pipeline has known steps and no negative numbers.", field="pipeline")


@dataclass(frozen=True, slots=True)
class Lever:
    """A yield (or the responses) ten per cent better: how many more hires to expect."""

    name: str
    hires: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hires to expect by the date, by how many the goal will be missed, and what would help most (best first)."""

    hires: Range
    missed_by: Range
    chance: float
    levers: tuple[Lever, ...]


def learned(counts: Mapping[str, tuple[int, int]], prior: Mapping[str, Belief] | None = None) -> dict[str, Belief]:
    """Return the yields after ``counts``: step -> (passed, entered); a step without counts keeps its prior."""
    known = dict(PRIOR_YIELDS if prior is None else prior)
    for step, (passed, entered) in counts.items():
        if step not in known:
            raise InvalidInputError(f"There is no step “{step}”.", field="steps")
        known[step] = posterior(known[step], came=passed, of=entered)
    return known


def needs(
    hires: int,
    rng: np.random.Generator,
    *,
    yields: Mapping[str, Belief] | None = None,
    effort: Effort | None = None,
    days: int = 20,
    draws: int = DRAWS,
) -> Needs:
    """Return what ``hires`` >= 0 within ``days`` >= 1 working days take.

    Backwards step by step: the number of people until the r-th passes is r plus a negative binomial number with the
    step's yield, and the yield itself is drawn from its belief.
    """
    if hires < 0 or days < 1:
        raise InvalidInputError("Hires are not negative and need at least a day.", field="hires")
    yields, effort = yields or PRIOR_YIELDS, effort or Effort()
    people: dict[str, Counts] = {"hires": np.full(draws, hires, dtype=np.int64)}
    for before, step in zip(STEPS[-2::-1], STEPS[:0:-1], strict=True):
        share = np.maximum(rng.beta(yields[step].a, yields[step].b, draws), 1e-4)
        wanted = people[step]
        failed = rng.negative_binomial(np.maximum(wanted, 1), share)
        people[before] = np.minimum(wanted + np.where(wanted > 0, failed, 0), MOST)
    recruiter = people["viewed"] * effort.view_minutes + people["invited"] * effort.invite_minutes
    return Needs(
        people={step: _range(people[step]) for step in STEPS},
        recruiter_hours_per_day=_range(np.asarray(recruiter / 60 / days, dtype=np.float64)),
        interviewer_hours_per_day=_range(np.asarray(people["held"] * effort.interview_minutes / 60 / days, np.float64)),
        money=_range(np.asarray(people["responses"] * effort.money_per_response, np.float64)),
    )


def outlook(
    wanted: int,
    pipeline: Pipeline,
    rng: np.random.Generator,
    *,
    yields: Mapping[str, Belief] | None = None,
    draws: int = DRAWS,
) -> Outlook:
    """Return how many hires the pipeline and the responses still to come will bring, against ``wanted``.

    Forwards: responses are Poisson with a gamma rate, each step binomial with a yield drawn from its belief. People
    count only if the lags still before them fit into the days that are left.
    """
    yields = yields or PRIOR_YIELDS
    shape = pipeline.responses_per_day * pipeline.response_days + 0.5
    per_day = rng.gamma(shape, 1 / (pipeline.response_days + 0.5 / max(pipeline.responses_per_day, 0.5)), draws)
    arriving: Counts = rng.poisson(per_day * _useful_days(pipeline))
    arriving = arriving + _in_time(pipeline, "responses")
    for step in STEPS[1:]:
        share = rng.beta(yields[step].a, yields[step].b, draws)
        arriving = rng.binomial(arriving, share) + _in_time(pipeline, step)
    hires = arriving + pipeline.hired
    return Outlook(
        hires=_range(hires),
        missed_by=_range(np.maximum(wanted - hires, 0)),
        chance=float(np.mean(hires >= wanted)),
        levers=_levers(pipeline, yields),
    )


def _range(values: NDArray[np.int64] | NDArray[np.float64]) -> Range:
    low, median, high = np.quantile(values, RANGE)
    return Range(float(low), float(median), float(high))


def _lag_after(pipeline: Pipeline, step: str) -> float:
    """Return the working days between reaching ``step`` and being hired."""
    return sum(pipeline.lag_days.get(later, 0.0) for later in STEPS[STEPS.index(step) + 1 :])


def _useful_days(pipeline: Pipeline) -> float:
    return max(pipeline.days_left - _lag_after(pipeline, "responses"), 0.0)


def _in_time(pipeline: Pipeline, step: str) -> int:
    return pipeline.waiting.get(step, 0) if _lag_after(pipeline, step) <= pipeline.days_left else 0


def _expected(pipeline: Pipeline, yields: Mapping[str, Belief]) -> float:
    people = pipeline.responses_per_day * _useful_days(pipeline) + _in_time(pipeline, "responses")
    for step in STEPS[1:]:
        people = people * yields[step].mean + _in_time(pipeline, step)
    return people


def _levers(pipeline: Pipeline, yields: Mapping[str, Belief]) -> tuple[Lever, ...]:
    base = _expected(pipeline, yields)
    more = replace(pipeline, responses_per_day=pipeline.responses_per_day * 1.1)
    found = [Lever("responses", _expected(more, yields) - base)]
    for step in STEPS[1:]:
        better = Belief(min(yields[step].mean * 1.1, 1 - 1e-9), yields[step].weight)
        found.append(Lever(step, _expected(pipeline, {**yields, step: better}) - base))
    return tuple(sorted(found, key=lambda lever: -lever.hires))
