"""A streamed day in full, exactly: interviews of any length, staff that changes, breaks, guaranteed times, a room that fills.

The state is (interviews done, people with a guaranteed time who wait, people who wait, crew), moved on unit by unit: who comes is
added, whoever is free and on duty calls the next person (guaranteed people first), and one unit of time passes. It asks for no more than
whole units and one law of length for everybody, so it is exact where the quicker evaluators have no answer; where they have one, both
give the same numbers.

How long people wait: those who come later stand behind, except guaranteed people. So of the people of one arrival time
``E(queue | they came) - E(queue | they did not)`` still wait any time later, both without later arrivals of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scheduling.planning.crew import Crew, crew_of, moved
from scheduling.planning.laws import Vector, closing_staff
from scheduling.planning.service import Service

# Less than this is left of a day when it counts as over; what is dropped is below any figure's last digit that matters.
OVER = 1e-13
# Places of a queue with this part of that are left out.
NEGLIGIBLE = 1e-5
LONGEST = 20_000


@dataclass(frozen=True, eq=False)
class HouseDay:
    """A day in units: ``duty[u]`` at work in unit u, laws of who comes by unit at every node, shape (nodes, most + 1).

    ``sure`` are the laws of people with a guaranteed time; ``room_cap`` the most who can wait without one; ``lobby`` what
    ``over_lobby`` measures; ``target`` interviews wanted inside the day. A day with less chance than ``over`` of anybody still
    there counts as over.
    """

    duty: tuple[int, ...]
    service: Service
    arrivals: Mapping[int, Vector]
    weights: Vector
    sure: Mapping[int, Vector] = field(default_factory=dict)
    target: int = 0
    room_cap: int | None = None
    lobby: int | None = None
    over: float = OVER

    @property
    def crew(self) -> Crew:
        """The states of the interviewers."""
        return crew_of(self.duty, tuple(units for units, _ in self.service))

    def on_duty(self, unit: int) -> int:
        """Return who works in a unit; after the day those of its last working unit stay until all are seen."""
        return self.duty[unit] if unit < len(self.duty) else closing_staff(self.duty)


@dataclass(frozen=True, slots=True, eq=False)
class HouseFigures:
    """Expected figures in units and people.

    ``overtime`` is interviewing outside one's duty: after the day, after one's own last hour, into a break. ``held_law[d]`` =
    P(d interviews end inside the day) for d < target, the rest in the last place; ``wait_law[w]`` the expected number who wait w units;
    ``late[k]`` = P(the last interview ends more than k units after the day).
    """

    arrivals: float
    wait: float
    idle: float
    overtime: float
    tardiness: float
    done: float
    held_law: Vector
    turned_away: float
    over_lobby: float
    late: Vector
    wait_law: Vector
    waits: Mapping[int, float]


class Course:
    """One pass over a day; masses have the shape (nodes, done, guaranteed waiting, waiting, crew states)."""

    def __init__(self, day: HouseDay, *, rows: int, counted: bool) -> None:
        self.day, self.crew = day, day.crew
        self.depth = day.target + 1 if counted and day.target else 1
        self.mass = np.zeros((rows, self.depth, 1, 1, len(self.crew.rank)))
        self.done = np.zeros(rows)

    def come(self, law: Vector, axis: int) -> None:
        """Add people to the guaranteed (axis 2) or to the others (axis 3); ``law`` has one row, or one for each row."""
        reach = law.shape[1] - 1
        if not reach:
            return
        shape = list(self.mass.shape)
        shape[axis] += reach
        out = np.zeros(shape)
        width = self.mass.shape[axis]
        place: list[slice] = [slice(None)] * 5
        for number in range(reach + 1):
            place[axis] = slice(number, number + width)
            out[tuple(place)] += law[:, number, None, None, None, None] * self.mass
        self.mass = out

    def call(self, unit: int) -> None:
        """Let everybody who is free and on duty call the next person, guaranteed people first."""
        seating = self.crew.seating(self.day.on_duty(unit))
        if not len(seating.free):
            return
        for axis in (2, 3):
            while self.mass.shape[axis] > 1:
                later: list[slice] = [slice(None)] * 4
                later[axis] = slice(1, None)
                waiting = self.mass[tuple(later)]
                called = waiting[..., seating.free]
                if np.abs(called).max() == 0.0:
                    break
                waiting[..., seating.free] = 0.0
                self._begin(unit, called, axis)
        self.mass = _trimmed(self.mass, self.day.over * NEGLIGIBLE)

    def _begin(self, unit: int, called: Vector, axis: int) -> None:
        """Seat those who are called: one place less in the queue, one interview more if it ends inside the day."""
        before: list[slice] = [slice(None)] * 4
        before[axis] = slice(0, -1)
        seated = self.mass[tuple(before)]
        for (length, share), move in zip(
            self.day.service, self.crew.seating(self.day.on_duty(unit)).moves, strict=True
        ):
            begun = share * moved(called, move)
            inside = unit + length <= len(self.day.duty)
            if inside:
                self.done += begun.sum(axis=(1, 2, 3, 4))
            if self.depth > 1 and inside:
                seated[:, 1:][..., move[2]] += begun[:, :-1]
                seated[:, -1:][..., move[2]] += begun[:, -1:]
            else:
                seated[..., move[2]] += begun

    def crowd(self, most: int) -> Vector:
        """Leave no more than ``most`` people waiting without a guarantee; return how many were sent home, by row."""
        if self.mass.shape[3] <= most + 1:
            return np.zeros(len(self.mass))
        beyond = self.mass[:, :, :, most:].sum(axis=(1, 2, 4))
        sent = beyond @ np.arange(beyond.shape[1])
        self.mass[:, :, :, most] = self.mass[:, :, :, most:].sum(axis=3)
        self.mass = self.mass[:, :, :, : most + 1]
        return np.asarray(sent)

    def pass_unit(self) -> None:
        """Let one unit of time pass."""
        out = np.zeros_like(self.mass)
        out[..., self.crew.aged[2]] = moved(self.mass, self.crew.aged)
        self.mass = out


def _trimmed(mass: Vector, nothing: float) -> Vector:
    """Leave out places of the queues that hold no more than ``nothing`` on any day."""
    for axis in (2, 3):
        if mass.shape[axis] > 1:
            others = tuple(one for one in range(5) if one != axis)
            used = np.flatnonzero(np.abs(mass).max(axis=others) > nothing)
            place: list[slice] = [slice(None)] * 5
            place[axis] = slice(0, int(used[-1]) + 1 if len(used) else 1)
            mass = mass[tuple(place)]
    return mass
