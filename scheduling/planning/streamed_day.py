"""One streamed session as the planner sees it: its shape, its people, and what any placing of them brings and costs.

A *placing* is a tuple with the band of each person, in the order of the list: those who can be invited, then typical ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from scheduling.planning.checks import Nodes
from scheduling.planning.crew import crew_of
from scheduling.planning.day_outcome import DayOutcome, of_house
from scheduling.planning.fixed_service import Shape, chance_held, chance_over_lobby, evaluate_day
from scheduling.planning.house import HouseDay
from scheduling.planning.house_figures import figures_of_house, held_law, over_lobby
from scheduling.planning.laws import Vector, poisson_law
from scheduling.planning.mixture import common_shift, first_enough, laws_of, node_weights
from scheduling.planning.placing import Placing, even_places, filled
from scheduling.planning.session_parts import MOST_INVITED, SLACK, crossing, scaled, smallest, spread_of
from scheduling.planning.spec import StreamedSpec
from scheduling.planning.spec_day import invitable, on_duty, open_bands, unit_of

# Nodes x interviews counted x states of the crew x units of a day that is no plain one: more would take seconds a look.
MOST_WORK = 120_000
# Figures of a plan are shown, not compared: what is rarer than this is left out of such a day.
OVER = 1e-9


class StreamedDay:
    """What one streamed session brings and costs with any placing of its people; nothing is decided here."""

    def __init__(self, spec: StreamedSpec) -> None:
        self.spec = spec
        self.nodes: Nodes = common_shift(spread_of(spec))
        self.weights = node_weights(self.nodes)
        self.crowd = invitable(spec)
        self.chosen = tuple(spec.show_probs[person] for person, _ in self.crowd)
        self.open = open_bands(spec)
        # Where nobody comes or goes, takes a break, or has a time of their own, the quicker evaluator is exact.
        self.is_plain = not (spec.staff or spec.breaks or spec.guaranteed or spec.room_cap is not None)
        self._needed: dict[float, int | None] = {}
        self._places: dict[int, Placing] = {}
        self.work = 0
        if not self.is_plain:
            self._check_size()

    def _check_size(self) -> None:
        try:
            states = len(crew_of(self.duty, (self.spec.minutes_each // unit_of(self.spec),)).rank)
        except ValueError:
            states = MOST_WORK
        self.work = len(self.nodes) * (self.spec.target + 1) * states * len(self.duty)
        if self.work > MOST_WORK:
            raise ValueError(
                "minutes_each: so many interviewers, such a target and a day whose interviews, bands and breaks share only a short unit "
                "are beyond the exact method; use longer steps, bands a whole or half an interview apart, or simulate"
            )

    @property
    def shape(self) -> Shape:
        """The shape of a plain day."""
        return Shape(self.spec.interviewers, self.spec.minutes_each, self.spec.starts, self.spec.window)

    @cached_property
    def duty(self) -> tuple[int, ...]:
        """Interviewers at work by unit."""
        return tuple(on_duty(self.spec)[:: unit_of(self.spec)])

    @cached_property
    def walk_in_laws(self) -> list[Vector]:
        """Laws of the people nobody invited, by band: they come with the people of the band before them."""
        ends = (*self.spec.starts[1:], self.spec.window)
        hours = [(end - start) / 60.0 for start, end in zip(self.spec.starts, ends, strict=True)]
        return [poisson_law(self.spec.walk_ins_per_hour * one)[None, :] for one in hours]

    @property
    def everybody_before(self) -> tuple[float, ...]:
        """The chances of all who were invited before, and of those with a guaranteed time."""
        return tuple(p for band in self.spec.already for p in band) + tuple(p for _, p in self.spec.guaranteed)

    def already(self, band: int) -> tuple[float, ...]:
        """Return the chances of those who were invited to a band before."""
        return self.spec.already[band] if self.spec.already else ()

    def people(self, count: int, factor: float = 1.0) -> tuple[float, ...]:
        """Return the chances of the first ``count`` people, when all are ``factor`` times what is believed."""
        chosen = self.chosen[:count]
        return scaled(chosen + (self.spec.typical.mean,) * (count - len(chosen)), factor)

    def allowed(self, person: int) -> tuple[int, ...]:
        """Return the bands a person of the list can be invited to."""
        return self.crowd[person][1] if person < len(self.crowd) else self.open

    def places(self, count: int) -> Placing:
        """Return a level placing of the first ``count`` people; by hand where the bands were set so."""
        known = self._places.get(count)
        if known is None:
            by_hand = self.spec.bands is not None and sum(self.spec.bands) == count
            allowed = [self.allowed(person) for person in range(count)]
            known = filled(self.spec.bands or (), allowed) if by_hand else even_places(self.spec, allowed)
            self._places[count] = known
        return known

    def bands(self, places: Placing, factor: float = 1.0) -> list[tuple[float, ...]]:
        """Return the chances of everybody who is asked to each band."""
        bands = [list(scaled(self.already(band), factor)) for band in range(len(self.spec.starts))]
        for p, band in zip(self.people(len(places), factor), places, strict=True):
            bands[band].append(p)
        return [tuple(band) for band in bands]

    def laws(self, places: Placing, factor: float = 1.0) -> list[Vector]:
        """Return the law of each band's arrivals at every node."""
        laws = [laws_of(band, self.nodes) for band in self.bands(places, factor)]
        if self.spec.walk_ins_per_hour > 0.0:
            laws = [_joined(law, extra) for law, extra in zip(laws, self.walk_in_laws, strict=True)]
        return [_trimmed(law) for law in laws]

    def house(self, places: Placing, *, target: int, factor: float = 1.0) -> HouseDay:
        """Return the day in units, for what the quicker evaluator does not know."""
        unit = unit_of(self.spec)
        sure: dict[int, tuple[float, ...]] = {}
        for minute, p in self.spec.guaranteed:
            sure[minute // unit] = (*sure.get(minute // unit, ()), *scaled((p,), factor))
        return HouseDay(
            duty=self.duty,
            service=((self.spec.minutes_each // unit, 1.0),),
            arrivals={
                start // unit: law for start, law in zip(self.spec.starts, self.laws(places, factor), strict=True)
            },
            weights=self.weights,
            sure={at: laws_of(people, self.nodes) for at, people in sure.items()},
            target=target,
            room_cap=self.spec.room_cap,
            lobby=self.spec.lobby,
            over=OVER,
        )

    def outcome(
        self, places: Placing, *, target: int | None = None, factor: float = 1.0, with_lobby: bool = True
    ) -> DayOutcome:
        """Return what happens when people are asked to the bands of ``places``; the lobby takes a pass of its own."""
        wanted = self.spec.target if target is None else target
        if not self.is_plain:
            day = self.house(places, target=wanted, factor=factor)
            day = day if with_lobby else replace(day, lobby=None)
            return of_house(figures_of_house(day), unit_of(self.spec), self.spec.starts)
        lobby = self.spec.lobby if with_lobby else None
        return evaluate_day(self.shape, self.laws(places, factor), self.weights, target=wanted, lobby=lobby)

    def queue(self, places: Placing, *, target: int = 0) -> DayOutcome:
        """Return what happens to the queue: all but the lobby and, with no target, the number held; much quicker."""
        if not self.is_plain:
            day = replace(self.house(places, target=target), lobby=None)
            return of_house(figures_of_house(day, with_waits=False), unit_of(self.spec), self.spec.starts)
        return evaluate_day(self.shape, self.laws(places), self.weights, target=target)

    def chance(self, places: Placing, *, target: int | None = None, factor: float = 1.0) -> float:
        """Return P(target) alone, which is quicker than all figures."""
        wanted = self.spec.target if target is None else target
        if not self.is_plain:
            return float(held_law(self.house(places, target=wanted, factor=factor))[-1]) if wanted else 1.0
        return chance_held(self.shape, self.laws(places, factor), self.weights, target=wanted)

    def lobby_quantile(self, places: Placing) -> int:
        """Return the smallest number of waiting places that is enough on 95 days of 100."""
        most = max(len(places) + len(self.everybody_before) + sum(law.shape[1] for law in self.walk_in_laws), 1)
        if self.is_plain:
            laws = self.laws(places)
            return (
                smallest(lambda n: chance_over_lobby(self.shape, laws, self.weights, lobby=n) <= 0.05 + SLACK, most)
                or 0
            )
        day = self.house(places, target=0)
        return smallest(lambda n: over_lobby(day, n) <= 0.05 + SLACK, most) or 0

    def needed(self, *, factor: float = 1.0) -> int | None:
        """Return the smallest number to invite, None when no number within reason does."""
        if factor not in self._needed:
            self._needed[factor] = self._least(factor)
        return self._needed[factor]

    def _least(self, factor: float) -> int | None:
        spec = self.spec
        if not self.open:
            return None if self._short(0, factor) else 0
        # As many must at least come: a cheap first bound, since being held needs coming.
        before = self.everybody_before
        people = scaled(before, factor) + self.people(MOST_INVITED, factor)
        enough = first_enough(people, self.nodes, target=spec.target, assurance=spec.assurance)
        if enough is None and not spec.walk_ins_per_hour:
            return None
        likely = MOST_INVITED if enough is None else max(enough - len(before), 0)
        most = min(likely * 2 + 30, MOST_INVITED)
        bound = 0 if spec.walk_ins_per_hour else likely
        # Where the day is long enough the bound itself is enough, or nearly: step on from it, faster and faster.
        step, number = 1, bound
        while self._short(number, factor):
            if number >= most:
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
        return crossing(lambda n: self._mean_chance(n, factors), self.spec.assurance - SLACK, min(reached), most)

    def _mean_chance(self, people: int, factors: Sequence[float]) -> float:
        """Return P(target) with ``people`` invited, in the mean over the factors."""
        places = self.places(people)
        if not self.is_plain:
            return sum(self.chance(places, factor=factor) for factor in factors) / len(factors)
        # The factors are one more thing that everybody shares: they are mixed over like the nodes, in one pass.
        every = [self.laws(places, factor) for factor in factors]
        weights = np.tile(self.weights / len(factors), len(factors))
        laws = [_side_by_side(band) for band in zip(*every, strict=True)]
        return chance_held(self.shape, laws, weights, target=self.spec.target)

    def _short(self, people: int, factor: float) -> bool:
        return self.chance(self.places(people), factor=factor) < self.spec.assurance - SLACK

    def cost(self, outcome: DayOutcome, invited: int) -> float:
        """Return what a day costs; an interviewer's time costs what it stands idle."""
        costs = self.spec.costs
        short = float(outcome.held_law[:-1] @ np.arange(self.spec.target, 0, -1)) if self.spec.target else 0.0
        return self.cost_of_time(outcome) + costs.missing_interview * short + costs.invitation * invited

    def cost_of_time(self, outcome: DayOutcome) -> float:
        """Return what waiting, idle time, overtime and people turned away cost."""
        costs = self.spec.costs
        return (
            costs.waiting_minute * outcome.wait
            + costs.idle_minute * outcome.idle
            + costs.overtime_minute * outcome.overtime
            + costs.turned_away * outcome.turned_away
        )

    def with_more_interviewers(self, more: int) -> StreamedDay:
        """Return the same day with ``more`` interviewers whenever anybody works; numbers set by hand are given up."""
        spec = self.spec
        staff = tuple(number + more if number else 0 for number in spec.staff)
        return StreamedDay(replace(spec, interviewers=spec.interviewers + more, staff=staff, bands=None, invite=None))


def _joined(law: Vector, extra: Vector) -> Vector:
    """Return the law of the sum at every node."""
    return np.array([np.convolve(row, extra[0]) for row in law])


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
