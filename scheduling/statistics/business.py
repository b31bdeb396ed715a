"""Did the forecasts pay? Days replayed with what was known at the time, against plans that every recruiter could make.

A day is a group of people asked for one session with a target and a number of seats. The plan of Turnout invites a
first wave, waits for the answers and the first arrivals, and asks more people on the day if that is worth it (the
marginal rule: one more while ci + E q [co P(A >= K) - cu P(A < m)] < 0). Many days are worked on at once: laws have
the axes (day, node of the day effect, arrivals below the seats).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.attendance.days import day_nodes, usual_day
from scheduling.attendance.special import expit, logit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

NODES = 7


@dataclass(frozen=True, slots=True)
class Goal:
    """What a day is for and what goes wrong costs, in one currency.

    Attributes:
        target: interviews wanted, >= 1. seats: people who can be seen, >= target.
        invitation: cost of one invitation. missing: of an interview short of the target. extra: of a person too many.
    """

    target: int = 5
    seats: int = 8
    invitation: float = 0.1
    missing: float = 10.0
    extra: float = 3.0

    def __post_init__(self) -> None:
        if not 1 <= self.target <= self.seats or min(self.invitation, self.missing, self.extra) < 0:
            raise InvalidInputError("A goal has seats for its target and no negative costs.", field="target")

    def cost(self, invited: Floats, came: Floats) -> Floats:
        """Return the cost of each day."""
        short, over = np.maximum(self.target - came, 0), np.maximum(came - self.seats, 0)
        return np.asarray(self.invitation * invited + self.missing * short + self.extra * over, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Result:
    """Mean cost of a day, share of days on which the target was met, mean invited and mean of people too many."""

    cost: float
    met: float
    invited: float
    over: float


def result(goal: Goal, invited: Floats, came: Floats) -> Result:
    """Return what happened over days, shape (days,) each."""
    return Result(
        cost=float(goal.cost(invited, came).mean()),
        met=float((came >= goal.target).mean()),
        invited=float(invited.mean()),
        over=float(np.maximum(came - goal.seats, 0).mean()),
    )


def rule_of_thumb(goal: Goal, rate: float) -> int:
    """Return ceil(m / p): what recruiters do."""
    return math.ceil(goal.target / rate)


def fixed_share(goal: Goal, rate: float, *, assurance: float | None = None, most: int = 400) -> int:
    """Return how many to invite if everybody came with chance ``rate`` in (0, 1): the cheapest number.

    With ``assurance`` in (0, 1) the smallest number that meets the target so often. At most ``most``.
    """
    laws, usual, everywhere = Laws.empty(1, goal, 0.0), np.array([rate]), np.array([True])
    for number in range(most):
        if assurance is None and laws.gain(goal, usual)[0] >= 0:
            return number
        if assurance is not None and laws.pmf[0, 0, : goal.target].sum() <= 1 - assurance:
            return number
        laws = laws.add(usual, everywhere)
    return most


def fixed(goal: Goal, shows: Flags, number: int) -> Result:
    """Return what inviting the first ``number`` of each day's people brought; ``shows``: shape (days, people)."""
    came = shows[:, :number].sum(axis=1).astype(np.float64)
    return result(goal, np.full(came.shape, float(number)), came)


def best_fixed(goal: Goal, shows: Flags) -> tuple[int, Result]:
    """Return the number that would have been cheapest for all days, known only afterwards: a hard opponent."""
    found = [fixed(goal, shows, number) for number in range(shows.shape[1] + 1)]
    number = min(range(len(found)), key=lambda at: found[at].cost)
    return number, found[number]


@dataclass(frozen=True, slots=True)
class Laws:
    """Chances of fewer arrivals than there are seats, by day and node of the day effect.

    Attributes:
        pmf: P(k come), shape (days, nodes, seats). mean: expected arrivals, shape (days, nodes).
        shift: of the logit at each node, shape (nodes,). weight: chance of each node on each day, shape (days, nodes).
    """

    pmf: Floats
    mean: Floats
    shift: Floats
    weight: Floats

    @classmethod
    def empty(cls, days: int, goal: Goal, sd: float) -> Laws:
        """Return the laws of days to which nobody is invited yet; ``sd`` of the day effect on the logit."""
        nodes = np.array(day_nodes(sd, nodes=NODES))
        pmf = np.zeros((days, len(nodes), goal.seats))
        pmf[:, :, 0] = 1.0
        weight = np.broadcast_to(nodes[:, 1], pmf.shape[:2])
        return cls(pmf=pmf, mean=np.zeros(pmf.shape[:2]), shift=nodes[:, 0], weight=weight)

    def add(self, usual: Floats, where: Flags) -> Laws:
        """Return the laws with one more person, of chance ``usual`` on a usual day, on the days ``where``."""
        return self._with(np.where(where[:, None], self._chance(usual), 0.0), self.weight)

    def saw(self, usual: Floats, came: Flags, where: Flags) -> Laws:
        """Return the laws after one person was seen to come or not: the day effect is known better then."""
        q = self._chance(usual)
        likelihood = np.where(where[:, None], np.where(came[:, None], q, 1 - q), 1.0)
        weight = self.weight * likelihood
        certain = np.broadcast_to((came & where).astype(np.float64)[:, None], q.shape)
        return self._with(certain, weight / weight.sum(axis=1, keepdims=True))

    def gain(self, goal: Goal, usual: Floats) -> Floats:
        """Return by what one more person changes each day's expected cost: ci + E q [co P(A >= K) - cu P(A < m)]."""
        full = 1 - self.pmf.sum(axis=2)
        short = self.pmf[:, :, : goal.target].sum(axis=2)
        change = self._chance(usual) * (goal.extra * full - goal.missing * short)
        return np.asarray(goal.invitation + (change * self.weight).sum(axis=1))

    def cost(self, goal: Goal, invited: Floats) -> Floats:
        """Return each day's expected cost."""
        below = np.einsum("djk,dj->dk", self.pmf, self.weight)
        short = below[:, : goal.target] @ (goal.target - np.arange(goal.target))
        mean = (self.mean * self.weight).sum(axis=1)
        over = mean - goal.seats + below @ (goal.seats - np.arange(goal.seats))
        return np.asarray(goal.invitation * invited + goal.missing * short + goal.extra * over)

    def _chance(self, usual: Floats) -> Floats:
        """Return the chance at each node, shape (days, nodes)."""
        return expit(logit(np.clip(usual, 1e-9, 1 - 1e-9))[:, None] + self.shift[None, :])

    def _with(self, q: Floats, weight: Floats) -> Laws:
        moved = np.concatenate([np.zeros_like(self.pmf[:, :, :1]), self.pmf[:, :, :-1]], axis=2)
        pmf = self.pmf * (1 - q)[:, :, None] + moved * q[:, :, None]
        return Laws(pmf=pmf, mean=self.mean + q, shift=self.shift, weight=weight)


@dataclass(frozen=True, slots=True)
class Replies:
    """Days as they went: forecast chances after the answers, and who came; of those invited first and of late people.

    Shapes (days, people) and (days, late people), each in the recruiter's order.
    """

    chances: Floats
    shows: Flags
    late: Floats
    late_shows: Flags

    def first(self, number: int) -> Replies:
        """Return the same days with only the first ``number`` invited ahead."""
        return Replies(self.chances[:, :number], self.shows[:, :number], self.late, self.late_shows)


def top_up(goal: Goal, replies: Replies, sd: float, *, seen: float = 0.5) -> tuple[Floats, Laws]:
    """Return how many late people to ask on each day, and the laws with them.

    Decided when a share ``seen`` in [0, 1] of the people invited first have had their arrival time: whether those came
    is known, the others have their chance given their answer. One more is asked while that lowers the expected cost.
    """
    days, people = replies.chances.shape
    laws = Laws.empty(days, goal, sd)
    everywhere = np.ones(days, dtype=np.bool_)
    usual, late_usual = usual_day(replies.chances, sd), usual_day(replies.late, sd)
    for column in range(people):
        if column < round(seen * people):
            laws = laws.saw(usual[:, column], replies.shows[:, column], everywhere)
        else:
            laws = laws.add(usual[:, column], everywhere)
    asked, worth = np.zeros(days), everywhere
    for column in range(replies.late.shape[1]):
        worth = worth & (laws.gain(goal, late_usual[:, column]) < 0)
        if not worth.any():
            break
        laws = laws.add(late_usual[:, column], worth)
        asked = asked + worth
    return asked, laws


def first_wave(
    goal: Goal,
    chances: Floats,
    late: Floats,
    sd: float,
    rng: np.random.Generator,
    *,
    seen: float = 0.5,
    step: int = 2,
) -> int:
    """Return how many to invite first, when answers and early arrivals will be known before late people are asked.

    ``chances``: shape (draws, most), of people as they may turn out to have answered, drawn from what is known;
    ``late``: shape (draws, most late). Arrivals are drawn from the forecast itself, the same for every number tried;
    the expected cost after the best top-up is averaged over the draws for every ``step``-th number.
    """
    if not chances.size:
        raise InvalidInputError("There is nobody to invite.", field="chances")
    day = rng.normal(0.0, sd, size=(chances.shape[0], 1))
    shows, late_shows = (
        rng.random(p.shape) < expit(logit(np.clip(usual_day(p, sd), 1e-9, 1 - 1e-9)) + day) for p in (chances, late)
    )
    drawn = Replies(chances, shows, late, late_shows)
    costs = {}
    for number in range(0, chances.shape[1] + 1, step):
        asked, laws = top_up(goal, drawn.first(number), sd, seen=seen)
        costs[number] = float(laws.cost(goal, asked + number).mean())
    return min(costs, key=lambda number: costs[number])


def played(goal: Goal, wave: int, replies: Replies, sd: float, *, seen: float = 0.5) -> tuple[Floats, Floats]:
    """Return how many were invited and how many came on each day, with a first ``wave`` and a top-up on the day."""
    asked, _ = top_up(goal, replies.first(wave), sd, seen=seen)
    order = np.arange(replies.late.shape[1])[None, :]
    came = replies.shows[:, :wave].sum(axis=1) + (replies.late_shows & (order < asked[:, None])).sum(axis=1)
    return asked + wave, came.astype(np.float64)


def replay(goal: Goal, wave: int, replies: Replies, sd: float, *, seen: float = 0.5) -> Result:
    """Return what a first ``wave`` and a top-up on the day brought."""
    return result(goal, *played(goal, wave, replies, sd, seen=seen))


def saving(ours: Result, other: Result) -> float:
    """Return the share of ``other``'s cost that ours saves; negative if ours costs more."""
    return 1 - ours.cost / other.cost if other.cost else 0.0


def mean_of(results: Sequence[Result]) -> Result:
    """Return the means over several runs of equally many days."""
    if not results:
        raise InvalidInputError("There is nothing to average.")
    size = len(results)
    return Result(
        cost=sum(one.cost for one in results) / size,
        met=sum(one.met for one in results) / size,
        invited=sum(one.invited for one in results) / size,
        over=sum(one.over for one in results) / size,
    )
