"""Interviewers who come, go and take breaks: who is busy for how long, and who takes the next person.

The state of the crew is the time each interviewer still needs. Interviewers of one timetable are alike, so their times are kept sorted;
of several who are free the first of the list takes the next person. Who goes home, or into a break, ends the interview under way and
begins none. ``Crew`` tabulates where every state leads; ``house`` runs the queue over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.laws import Vector

Index = NDArray[np.intp]
State = tuple[int, ...]
MOST_STATES = 6_000


@dataclass(frozen=True, eq=False)
class Seating:
    """One person called, while ``on_duty`` work: ``free`` are the states that can take them, ``moves`` where a length leads.

    ``moves[i]`` = (order, starts, places) of length i: ``add.reduceat`` of the masses in that order gives the mass of each place.
    """

    free: Index
    moves: tuple[tuple[Index, Index, Index], ...]


class Crew:
    """All states of a crew that can occur, shape (states, interviewers), the first one free; and where they lead."""

    def __init__(self, classes: Sequence[int], lengths: Sequence[int]) -> None:
        self.classes, self.lengths = tuple(classes), tuple(lengths)
        self._first = np.cumsum([0, *classes])
        self.rank: dict[State, int] = {}
        self._collect()
        self.busy_for = np.array(list(self.rank), dtype=np.intp).reshape(len(self.rank), sum(classes))
        self.busy: Vector = (self.busy_for > 0).sum(axis=1).astype(np.float64)
        self.longest: Index = self.busy_for.max(axis=1)
        aged = [self.rank[self._sorted([max(t - 1, 0) for t in state])] for state in self.rank]
        self.aged = _grouped(np.array(aged, dtype=np.intp))
        self._seatings: dict[int, Seating] = {}

    def _collect(self) -> None:
        start = (0,) * sum(self.classes)
        self.rank[start] = 0
        todo = [start]
        while todo:
            state = todo.pop()
            after = [self._sorted([max(t - 1, 0) for t in state])]
            for group in range(len(self.classes)):
                after += [one for units in self.lengths if (one := self._seated(state, group, units)) is not None]
            for one in after:
                if one not in self.rank:
                    self.rank[one] = len(self.rank)
                    todo.append(one)
            if len(self.rank) > MOST_STATES:
                raise ValueError(
                    "service: these lengths and interviewers are beyond the exact method; take a coarser unit, or simulate"
                )

    def _sorted(self, times: Sequence[int]) -> State:
        out: list[int] = []
        for group, size in enumerate(self.classes):
            first = int(self._first[group])
            out += sorted(times[first : first + size])
        return tuple(out)

    def _seated(self, state: State, group: int, units: int) -> State | None:
        """Return the state when the first free interviewer of a group begins, None where all of it are busy."""
        first = int(self._first[group])
        if state[first]:
            return None
        return self._sorted((*state[:first], units, *state[first + 1 :]))

    def groups_of(self, on_duty: int) -> int:
        """Return how many of the groups, from the first, the ``on_duty`` who work now are."""
        return int(np.searchsorted(self._first, on_duty))

    def on_duty_busy(self, on_duty: int) -> Vector:
        """Return by state how many of those on duty are busy."""
        return np.asarray((self.busy_for[:, :on_duty] > 0).sum(axis=1), dtype=np.float64)

    def seating(self, on_duty: int) -> Seating:
        """Return how a person is called while the first ``on_duty`` interviewers work."""
        known = self._seatings.get(on_duty)
        if known is None:
            known = self._seatings[on_duty] = self._seating(on_duty)
        return known

    def _seating(self, on_duty: int) -> Seating:
        groups = range(self.groups_of(on_duty))
        takers = [
            (row, state, next((g for g in groups if not state[int(self._first[g])]), None))
            for state, row in self.rank.items()
        ]
        free = [(row, state, group) for row, state, group in takers if group is not None]
        moves = []
        for units in self.lengths:
            places = [self.rank[self._seated(state, group, units) or state] for _, state, group in free]
            moves.append(_grouped(np.array(places, dtype=np.intp)))
        return Seating(np.array([row for row, _, _ in free], dtype=np.intp), tuple(moves))


def _grouped(places: Index) -> tuple[Index, Index, Index]:
    """Return (order, starts, places) for ``moved``."""
    order = np.argsort(places, kind="stable")
    here, starts = np.unique(places[order], return_index=True)
    return np.asarray(order), np.asarray(starts, dtype=np.intp), np.asarray(here)


def moved(mass: Vector, move: tuple[Index, Index, Index]) -> Vector:
    """Return the mass by place, in the order of the move's places; the last axis are the states that move."""
    order, starts, _ = move
    return np.asarray(np.add.reduceat(mass[..., order], starts, axis=-1))


@lru_cache(maxsize=32)
def crew_of(duty: tuple[int, ...], lengths: tuple[int, ...]) -> Crew:
    """Return the crew of a day with ``duty[u]`` at work in unit u: interviewers who come and go together are one group."""
    most = max(duty)
    timetables = [tuple(number > one for number in duty) for one in range(most)]
    sizes: list[int] = []
    for one, timetable in enumerate(timetables):
        if one and timetable == timetables[one - 1]:
            sizes[-1] += 1
        else:
            sizes.append(1)
    return Crew(sizes, lengths)
