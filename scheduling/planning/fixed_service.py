"""A streamed day in which every interview takes the same time, whatever the distance of the arrival bands: exact.

The Kiefer-Wolfowitz recursion (reference/overbooking.md, section 3c): the state before a band is the sorted vector of
times until each interviewer is free. With a fixed service time S the next person always lengthens the shortest entry to the
longest one, so every vector is reached in just one way: from its *base* (all entries below S: the entries modulo S) by j
more people in turn. Arrivals then only add to j, which is a convolution, and all waits follow from base and place.

First come, first served and interviews of one length: the k-th person to come is also the k-th to be done. So at least k
interviews end inside the day exactly when the k-th person comes and is called early enough, which is known the moment they come.
For that the number who came before, u + j, is carried, and only as far as the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from scheduling.planning.day_outcome import DayOutcome
from scheduling.planning.laws import Vector
from scheduling.planning.queue_bases import aged, bases_of, called, entries_of, roomy

# Longer queues than any that has this mass are left out.
NEGLIGIBLE = 1e-14
# Rarer ways to the target are left out: together they stay below 1e-9 of a probability.
RARE = 1e-14
_MANY_ROWS = 64
# Products of matrices stay this small: OpenBLAS gives larger ones to several threads, which fight where many processes plan.
_ONE_THREAD = 200_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What a day looks like: interviewers, minutes each, minutes from the start to each band, length of the day."""

    interviewers: int
    minutes_each: int
    starts: tuple[int, ...]
    window: int

    @property
    def unit(self) -> int:
        """The longest step, in minutes, that all lengths are multiples of."""
        return gcd(self.minutes_each, self.window, *self.starts) or 1

    def steps(self) -> list[tuple[int, int]]:
        """Return for each band its start and the units until the next one, or the end of the day."""
        starts = [start // self.unit for start in self.starts]
        return [(a, b - a) for a, b in zip(starts, [*starts[1:], self.window // self.unit], strict=True)]


def _grown(mass: Vector, law: Vector) -> Vector:
    """Convolve the last axis of ``mass`` (nodes, ..., places) with each node's law (nodes, most + 1)."""
    places, extra = mass.shape[-1], law.shape[1] - 1
    wide = np.zeros((*mass.shape[:-1], places + extra))
    rows = mass.reshape(len(law), -1, places)
    if rows.shape[1] >= _MANY_ROWS:
        # A convolution is a product with a band matrix, which is quicker once there are many rows.
        for node, out in enumerate(wide.reshape(len(law), -1, places + extra)):
            table = np.zeros((places, places + extra))
            for place in range(places):
                table[place, place : place + extra + 1] = law[node]
            block = min(max(_ONE_THREAD // table.size, 1), len(out))
            whole = len(out) // block * block
            out[:whole] = (rows[node][:whole].reshape(-1, block, places) @ table).reshape(whole, -1)
            out[whole:] = rows[node][whole:] @ table
        return wide
    wide[..., :places] = mass
    # The rows lie one after another, each with room for its arrivals, so that one convolution serves a node.
    for node, flat in enumerate(wide.reshape(len(law), -1)):
        flat[:] = np.convolve(flat, law[node])[: len(flat)]
    return wide


def _needed(mass: Vector) -> Vector:
    """Leave out places without mass at the far end."""
    heavy = np.flatnonzero(mass.max(axis=tuple(range(mass.ndim - 1))) > NEGLIGIBLE)
    return mass[..., : int(heavy[-1]) + 1 if len(heavy) else 1]


def _capped(law: Vector, most: int) -> Vector:
    """Return the laws with everything from ``most`` arrivals on in one place."""
    if law.shape[1] <= most + 1:
        return law
    return np.concatenate([law[:, :most], law[:, most:].sum(axis=1, keepdims=True)], axis=1)


def _tails(law: Vector) -> Vector:
    """Return P(at least 1, 2, ... come) at every node."""
    return np.cumsum(law[:, ::-1], axis=1)[:, ::-1][:, 1:]


class _Course:
    """A pass over the queue alone, shape (nodes, bases, places): waits, lobby, what is left at the end."""

    def __init__(self, shape: Shape, weights: Vector, lobby: int | None) -> None:
        self.c, self.service = shape.interviewers, shape.minutes_each // shape.unit
        self.end = shape.window // shape.unit
        self.weights, self.lobby = weights, lobby
        self.mass = np.zeros((len(weights), len(bases_of(self.c, self.service)), 1))
        self.mass[:, 0, 0] = 1.0
        self.calm = self.mass
        self.wait_law = np.zeros(1)
        self.band_waits: list[float] = []
        self.held = self.arrivals = 0.0

    def band(self, start: int, until: int, law: Vector) -> None:
        """Let the people of a band come at ``start`` and ``until`` units pass."""
        self.wait(start, law)
        self.mass = self.passed(_needed(_grown(self.mass, law)), until)
        if self.lobby is not None:
            self.calm = self.passed(self.kept_calm(law, self.lobby), until)

    def kept_calm(self, law: Vector, lobby: int) -> Vector:
        """Return the mass of the days on which the lobby was never too full, after the people of a band came."""
        calm = _needed(_grown(self.calm, law))
        return calm * (called(self.c, self.service, calm.shape[2])[1] <= lobby)

    def wait(self, start: int, law: Vector) -> None:
        """Add the waits: the k-th who comes is there with P(at least k come), and finds the state with k - 1 more."""
        tail = _tails(law)
        if not tail.shape[1]:
            self.band_waits.append(0.0)
            return
        come = _grown(self.mass * self.weights[:, None, None], tail).sum(axis=0)
        waits = called(self.c, self.service, come.shape[1])[0]
        here_law = np.asarray(np.bincount(waits.ravel(), come.ravel(), minlength=len(self.wait_law)), dtype=np.float64)
        here_law[: len(self.wait_law)] += self.wait_law
        self.wait_law = here_law
        self.band_waits.append(float((come * waits).sum()))
        self.held += float(come[start + waits + self.service <= self.end].sum())
        self.arrivals += float(come.sum())

    @property
    def over_lobby(self) -> float:
        """P(the lobby was too full at some band)."""
        return max(0.0, 1.0 - float(self.weights @ self.calm.sum(axis=(1, 2))))

    def passed(self, mass: Vector, units: int) -> Vector:
        """Return the mass when ``units`` have passed."""
        nodes, bases, places = mass.shape
        base, queued = aged(self.c, self.service, places, units)
        after = int(queued.max()) + 1
        goes_to = (base * after + queued).ravel()
        moved = [np.bincount(goes_to, row, minlength=bases * after) for row in mass.reshape(nodes, -1)]
        return np.array(moved, dtype=np.float64).reshape(nodes, bases, after)


class _Count:
    """A pass that also counts who came: shape (nodes, u, bases, j), u from ``first`` on, u + j < target people so far."""

    def __init__(self, shape: Shape, weights: Vector, target: int, *, all_counts: bool) -> None:
        self.c, self.service = shape.interviewers, shape.minutes_each // shape.unit
        self.end, self.target, self.all_counts = shape.window // shape.unit, target, all_counts
        self.weights = weights
        self.kept = np.zeros(1, dtype=np.intp)
        self.first = 0
        self.mass = np.ones((len(weights), 1, 1, 1))
        self.reached = np.zeros(target + 1)

    def band(self, start: int, until: int, law: Vector) -> None:
        """Let the people of a band come at ``start`` and ``until`` units pass."""
        if self.all_counts:
            self.note(start, law)
        grown = _grown(self.mass, _capped(law, self.target))
        counts = self.first + np.arange(grown.shape[1])
        places = np.arange(grown.shape[3])
        # Who makes the number full finds as many before them as are missing from u: enough said of this day.
        missing = self.target - counts - 1
        waits = called(self.c, self.service, max(int(missing.max()), 0) + 1)[0][self.kept][:, np.maximum(missing, 0)].T
        in_time = start + waits + self.service <= self.end
        full = places[None, None, :] > missing[:, None, None]
        if not self.all_counts:
            came = np.einsum("n,nubj->ubj", self.weights, grown)
            self.reached[-1] += float(came[full & in_time[:, :, None]].sum())
            grown = grown * (~full & in_time[:, :, None])
        else:
            grown = grown * ~full
        self.age(grown[..., : self.target - self.first], until)

    def note(self, start: int, law: Vector) -> None:
        """Add for every k the chance that the k-th person comes in this band and is called early enough."""
        tail = _tails(law)
        if not tail.shape[1]:
            return
        come = _grown(self.mass * self.weights[:, None, None, None], tail).sum(axis=0)
        waits = called(self.c, self.service, come.shape[2])[0][self.kept]
        come = come * (start + waits + self.service <= self.end)
        number = self.first + 1 + np.arange(come.shape[0])[:, None] + np.arange(come.shape[2])[None, :]
        by_number = np.bincount(number.ravel(), come.sum(axis=1).ravel(), minlength=self.target + 1)
        self.reached += by_number[: self.target + 1]

    def age(self, mass: Vector, units: int) -> None:
        """Let time pass; leave out what is too rare to matter."""
        nodes, rows, _, places = mass.shape
        base, queued = (table[self.kept] for table in aged(self.c, self.service, places, units))
        here, inverse = np.unique(base, return_inverse=True)
        grows = np.arange(places)[None, :] - queued
        after, most = int(queued.max()) + 1, int(grows.max())
        at = ((np.arange(rows)[:, None, None] + grows) * len(here) + inverse.reshape(base.shape)) * after + queued
        size = (rows + most) * len(here) * after
        moved = [np.bincount(at.ravel(), node.ravel(), minlength=size) for node in mass]
        out = np.array(moved, dtype=np.float64).reshape(nodes, rows + most, len(here), after)
        heavy = out.max(axis=0) > RARE
        counts = np.flatnonzero(heavy.any(axis=(1, 2)))
        if not len(counts):
            self.mass, self.kept = out[:, :1, :1, :1] * 0.0, here[:1]
            return
        bases = np.flatnonzero(heavy.any(axis=(0, 2)))
        width = int(np.flatnonzero(heavy.any(axis=(0, 1)))[-1]) + 1
        self.first += int(counts[0])
        self.kept = here[bases]
        self.mass = out[:, counts[0] : counts[-1] + 1][:, :, bases, :width]


def chances_held(shape: Shape, laws: Sequence[Vector], weights: Vector, *, target: int) -> Vector:
    """Return P(at least k interviews end inside the day) for k = 0 … target; the arguments are those of ``evaluate_day``."""
    reached = _count(shape, laws, weights, target, all_counts=True)
    reached[0] = 1.0
    return reached


def chance_held(shape: Shape, laws: Sequence[Vector], weights: Vector, *, target: int) -> float:
    """Return only P(at least ``target`` interviews end inside the day), which is quicker."""
    return float(_count(shape, laws, weights, target, all_counts=False)[-1]) if target else 1.0


def _count(shape: Shape, laws: Sequence[Vector], weights: Vector, target: int, *, all_counts: bool) -> Vector:
    day = _Count(shape, weights, target, all_counts=all_counts)
    if target:
        for (start, until), law in zip(shape.steps(), laws, strict=True):
            day.band(start, until, law)
    return np.minimum(day.reached, 1.0)


def chance_over_lobby(shape: Shape, laws: Sequence[Vector], weights: Vector, *, lobby: int) -> float:
    """Return only P(at some band more than ``lobby`` people wait); the arguments are those of ``evaluate_day``."""
    day = _Course(shape, weights, lobby)
    for (_, until), law in zip(shape.steps(), laws, strict=True):
        day.calm = day.passed(day.kept_calm(law, lobby), until)
    return day.over_lobby


def evaluate_day(
    shape: Shape, laws: Sequence[Vector], weights: Vector, *, target: int, lobby: int | None = None
) -> DayOutcome:
    """Return the exact outcome of a day.

    ``laws[b]`` is the law of the arrivals of band b at every node, shape (nodes, most + 1); ``weights`` those of the nodes.
    """
    unit = shape.unit
    day = _Course(shape, weights, lobby)
    for (start, until), law in zip(shape.steps(), laws, strict=True):
        day.band(start, until, law)
    end = np.einsum("n,nbj->bj", weights, day.mass)
    entries = entries_of(day.c, day.service, roomy(end.shape[1]))[:, : end.shape[1]]
    overtime = float((end * entries.sum(axis=2)).sum()) * unit
    at_least = chances_held(shape, laws, weights, target=target)
    return DayOutcome(
        arrivals=day.arrivals,
        wait=float(sum(day.band_waits)) * unit,
        # The identity that holds in every case: idle = c H - E[S] E[arrivals] + overtime.
        idle=shape.interviewers * shape.window - shape.minutes_each * day.arrivals + overtime,
        overtime=overtime,
        overtime_over=float(end[entries[:, :, -1] * unit > 30].sum()),
        held=day.held,
        held_law=np.append(at_least[:-1] - at_least[1:], at_least[-1]),
        wait_law=day.wait_law,
        unit=unit,
        over_lobby=day.over_lobby if lobby is not None else 0.0,
        band_waits=tuple(wait * unit for wait in day.band_waits),
    )
