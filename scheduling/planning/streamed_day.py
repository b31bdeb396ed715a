"""One streamed session as the planner sees it: its shape, its people, and what a spread of them brings and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduling.planning.checks import Nodes
from scheduling.planning.fixed_service import DayOutcome, Shape, chance_held, evaluate_day
from scheduling.planning.laws import Vector
from scheduling.planning.mixture import common_shift, first_enough, laws_of, node_weights
from scheduling.planning.session_parts import MOST_INVITED, SLACK, people_of, scaled, smallest, spread_evenly, spread_of
from scheduling.planning.spec import StreamedSpec


class StreamedDay:
    """What one streamed session brings and costs with any spread of its people; nothing is decided here."""

    def __init__(self, spec: StreamedSpec) -> None:
        self.spec = spec
        self.nodes: Nodes = common_shift(spread_of(spec))
        self.weights = node_weights(self.nodes)
        self._needed: dict[float, int | None] = {}

    def shape(self, interviewers: int | None = None) -> Shape:
        """Return the shape of the day, with another number of interviewers where one is given."""
        spec = self.spec
        return Shape(interviewers or spec.interviewers, spec.minutes_each, spec.starts, spec.window)

    def chance(self, counts: Sequence[int], *, target: int | None = None, factor: float = 1.0) -> float:
        """Return P(target) alone, which is quicker than all figures."""
        laws = self.laws(self.people(sum(counts), factor), counts, factor)
        return chance_held(self.shape(), laws, self.weights, target=self.spec.target if target is None else target)

    def people(self, count: int, factor: float = 1.0) -> tuple[float, ...]:
        """Return the chances of the first ``count`` people, when all are ``factor`` times what is believed."""
        return scaled(people_of(self.spec, count), factor)

    def outcome(
        self, counts: Sequence[int], *, interviewers: int | None = None, target: int | None = None, factor: float = 1.0
    ) -> DayOutcome:
        """Return what happens when the first people fill the bands one after another, ``counts`` to each."""
        return evaluate_day(
            self.shape(interviewers),
            self.laws(self.people(sum(counts), factor), counts, factor),
            self.weights,
            target=self.spec.target if target is None else target,
            lobby=self.spec.lobby,
        )

    def queue(self, counts: Sequence[int]) -> DayOutcome:
        """Return what happens to the queue: all but the lobby and the number held, much quicker than ``outcome``."""
        laws = self.laws(self.people(sum(counts)), counts)
        return evaluate_day(self.shape(), laws, self.weights, target=0)

    def laws(self, people: Sequence[float], counts: Sequence[int], factor: float = 1.0) -> list[Vector]:
        """Return the law of each band's arrivals at every node when ``people`` fill the bands in their order."""
        laws, first = [], 0
        for band, count in enumerate(counts):
            here = (*scaled(self.already(band), factor), *people[first : first + count])
            laws.append(_trimmed(laws_of(here, self.nodes)))
            first += count
        return laws

    def already(self, band: int) -> tuple[float, ...]:
        """Return the chances of those who were invited to a band before."""
        return self.spec.already[band] if self.spec.already else ()

    @property
    def everybody_before(self) -> tuple[float, ...]:
        """The chances of all who were invited before."""
        return tuple(p for band in self.spec.already for p in band)

    def counts(self, people: int) -> tuple[int, ...]:
        """Return how ``people`` are spread over the bands so that all bands, with those invited before, are alike."""
        spec = self.spec
        bands = len(spec.starts)
        if spec.bands is not None and sum(spec.bands) == people:
            return spec.bands
        if not spec.already:
            return spread_evenly(people, bands)
        level = spread_evenly(people + len(self.everybody_before), bands)
        counts = [0] * bands
        for _ in range(people):
            emptiest = min(range(bands), key=lambda band: (counts[band] + len(spec.already[band]) - level[band], band))
            counts[emptiest] += 1
        return tuple(counts)

    def needed(self, *, factor: float = 1.0) -> int | None:
        """Return the smallest number to invite, None when no number within reason does."""
        if factor not in self._needed:
            self._needed[factor] = self._least(factor)
        return self._needed[factor]

    def _least(self, factor: float) -> int | None:
        spec = self.spec
        # As many must at least come: a cheap first bound, since being held needs coming.
        before = self.everybody_before
        people = scaled(before, factor) + self.people(MOST_INVITED, factor)
        bound = first_enough(people, self.nodes, target=spec.target, assurance=spec.assurance)
        if bound is None:
            return None
        bound = max(bound - len(before), 0)
        # Where the day is long enough the bound itself is enough, or nearly: step on from it, faster and faster.
        step, number = 1, bound
        while self._short(number, factor):
            if number >= min(bound * 2 + 30, MOST_INVITED):
                return None
            number, step = number + step, step * 2
        if number == bound:
            return bound
        first = max(bound, number - step // 2 + 1)
        return smallest(lambda n: not self._short(n, factor), number, first)

    def needed_over(self, factors: Sequence[float]) -> int | None:
        """Return the smallest number that reaches the target with the assurance on average over ``factors`` of the chances."""
        reached = [number for number in (self.needed(factor=factor) for factor in factors) if number is not None]
        if not reached:
            return None
        most = max(reached) if len(reached) == len(factors) else min(max(reached) * 2 + 30, MOST_INVITED)
        weights = np.tile(self.weights / len(factors), len(factors))

        def enough(people: int) -> bool:
            # The factors are one more thing that everybody shares: they are mixed over like the nodes, in one pass.
            counts = self.counts(people)
            every = [self.laws(self.people(people, factor), counts, factor) for factor in factors]
            laws = [_side_by_side(band) for band in zip(*every, strict=True)]
            return chance_held(self.shape(), laws, weights, target=self.spec.target) >= self.spec.assurance - SLACK

        return smallest(enough, most, min(reached))

    def _short(self, people: int, factor: float) -> bool:
        return self.chance(self.counts(people), factor=factor) < self.spec.assurance - SLACK

    def cost(self, outcome: DayOutcome, invited: int) -> float:
        """Return what a day costs; an interviewer's time costs what it stands idle."""
        costs = self.spec.costs
        short = float(outcome.held_law[:-1] @ np.arange(self.spec.target, 0, -1)) if self.spec.target else 0.0
        return self.cost_of_time(outcome) + costs.missing_interview * short + costs.invitation * invited

    def cost_of_time(self, outcome: DayOutcome) -> float:
        """Return what waiting, idle time and overtime cost."""
        costs = self.spec.costs
        return (
            costs.waiting_minute * outcome.wait
            + costs.idle_minute * outcome.idle
            + costs.overtime_minute * outcome.overtime
        )


def _side_by_side(laws: Sequence[Vector]) -> Vector:
    """Return laws of different reach as the rows of one array."""
    width = max(law.shape[1] for law in laws)
    return np.concatenate([np.pad(law, ((0, 0), (0, width - law.shape[1]))) for law in laws])


def _trimmed(laws: Vector) -> Vector:
    """Drop arrivals that are less likely than 1e-10 at every node, into the last place that stays."""
    people = laws.shape[1] - 1
    if people < 8:
        return laws
    tail = np.cumsum(laws[:, ::-1], axis=1)[:, ::-1].max(axis=0)
    keep = max(int(np.searchsorted(-tail, -1e-10)), 2)
    if keep > people:
        return laws
    short = laws[:, :keep].copy()
    short[:, -1] += laws[:, keep:].sum(axis=1)
    return np.asarray(short)
