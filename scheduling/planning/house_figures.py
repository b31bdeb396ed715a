"""What comes of a day of ``house``: one pass for the sums, one for the number held, one for the lobby, one for the waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduling.planning.house import LONGEST, Course, HouseDay, HouseFigures
from scheduling.planning.laws import Vector


def figures_of_house(day: HouseDay, *, with_waits: bool = True) -> HouseFigures:
    """Return the exact figures of a day; without waits their law is left out, which is quicker."""
    sums = _Sums(day)
    sums.run()
    waits = _waits(day, sums.comings) if with_waits else {}
    longest = max((len(law) for law in waits.values()), default=1)
    wait_law = np.zeros(longest)
    for law in waits.values():
        wait_law[: len(law)] += law
    return HouseFigures(
        arrivals=sums.arrivals,
        wait=sums.wait,
        idle=sums.idle,
        overtime=sums.overtime,
        tardiness=float(sum(sums.late)),
        done=float(day.weights @ sums.course.done),
        held_law=held_law(day),
        turned_away=sums.turned_away,
        over_lobby=over_lobby(day),
        late=np.array(sums.late),
        wait_law=np.trim_zeros(wait_law, "b") if wait_law.any() else np.zeros(1),
        waits={unit: float(law @ np.arange(len(law))) for unit, law in waits.items()},
    )


class _Sums:
    """The sums of one pass over all nodes. ``comings`` are the masses as people come."""

    def __init__(self, day: HouseDay) -> None:
        self.day = day
        self.course = Course(day, rows=len(day.weights), counted=False)
        self.course.mass[:, 0, 0, 0, 0] = 1.0
        self.arrivals = self.wait = self.idle = self.overtime = self.turned_away = 0.0
        self.late: list[float] = []
        self.comings: list[Coming] = []

    def run(self) -> None:
        """Run the day and what is left of it afterwards."""
        day, course = self.day, self.course
        for unit in range(LONGEST):
            if unit >= len(day.duty):
                left = 1.0 - float(day.weights @ course.mass[:, 0, 0, 0, 0])
                if left < day.over:
                    break
                self.late.append(left)
            come = _come(course, day, unit)
            if come:
                self.comings.append(come)
                self.arrivals += float(day.weights @ come.expected)
            course.call(unit)
            if come and day.room_cap is not None:
                self.turned_away += float(day.weights @ course.crowd(day.room_cap))
            self.note(unit)
            course.pass_unit()

    def note(self, unit: int) -> None:
        """Add what a unit costs: who waits, who is idle, who works beyond their hours."""
        day, crew = self.day, self.course.crew
        mass = np.einsum("n,ngqr->gqr", day.weights, self.course.mass[:, 0])
        waiting = np.arange(mass.shape[0])[:, None] + np.arange(mass.shape[1])[None, :]
        self.wait += float((mass.sum(axis=2) * waiting).sum())
        by_state = mass.sum(axis=(0, 1))
        inside = unit < len(day.duty)
        on_duty = day.duty[unit] if inside else 0
        self.idle += float(by_state @ (on_duty - crew.on_duty_busy(on_duty)))
        self.overtime += float(by_state @ (crew.busy - crew.on_duty_busy(on_duty)))


def _come(course: Course, day: HouseDay, unit: int) -> Coming | None:
    """Let the people of a unit come, those with a guarantee first."""
    sure, others = day.sure.get(unit), day.arrivals.get(unit)
    if sure is None and others is None:
        return None
    expected = np.zeros(len(course.mass))
    before = course.mass
    if sure is not None:
        course.come(sure, 2)
        expected += sure @ np.arange(sure.shape[1])
    between = course.mass
    if others is not None:
        course.come(others, 3)
        expected += others @ np.arange(others.shape[1])
    return Coming(unit, before.copy(), between.copy(), course.mass.copy(), expected)


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """The masses at a unit: before anybody came, after the guaranteed people, after the others; expected arrivals by row."""

    unit: int
    before: Vector
    between: Vector
    after: Vector
    expected: Vector


def held_law(day: HouseDay) -> Vector:
    """Return P(d interviews end inside the day) for d < target, the rest in the last place."""
    if not day.target:
        return np.ones(1)
    course = _through(day, lobby=None)
    return np.asarray(np.einsum("n,ndgqr->d", day.weights, course.mass))


def over_lobby(day: HouseDay, lobby: int | None = None) -> float:
    """Return P(at some time more people wait than the lobby holds); 0 without a lobby."""
    places = day.lobby if lobby is None else lobby
    if places is None:
        return 0.0
    course = _through(replace(day, target=0), lobby=places)
    return max(0.0, 1.0 - float(np.einsum("n,ndgqr->", day.weights, course.mass)))


def _through(day: HouseDay, *, lobby: int | None) -> Course:
    """Run the day to its end, counting the interviews, or leaving out the days on which more than ``lobby`` people wait."""
    course = Course(day, rows=len(day.weights), counted=True)
    course.mass[:, 0, 0, 0, 0] = 1.0
    for unit in range(len(day.duty)):
        come = _come(course, day, unit)
        course.call(unit)
        if come and day.room_cap is not None:
            course.crowd(day.room_cap)
        if come and lobby is not None:
            guests, others = (np.arange(course.mass.shape[axis]) for axis in (2, 3))
            course.mass *= (guests[:, None] + others[None, :] <= lobby)[None, None, :, :, None]
        course.pass_unit()
    return course


def _waits(day: HouseDay, comings: Sequence[Coming]) -> dict[int, Vector]:
    """Return for each unit in which people come the expected number of them who wait 0, 1, 2 … units."""
    plain = replace(day, target=0)
    others = [(one.unit, one.between, one.after) for one in comings if one.unit in day.arrivals]
    # Nobody but another guaranteed person stands before a guaranteed one: who else waits is of no matter.
    sure = [
        (one.unit, one.before.sum(axis=3, keepdims=True), one.between.sum(axis=3, keepdims=True))
        for one in comings
        if one.unit in day.sure
    ]
    laws: dict[int, Vector] = {}
    for unit, law in (*_followed(plain, others, 3), *_followed(replace(plain, sure={}, room_cap=None), sure, 2)):
        known = laws.get(unit, np.zeros(1))
        laws[unit] = _padded(known, max(len(known), len(law))) + _padded(law, max(len(known), len(law)))
    return laws


def _followed(day: HouseDay, comings: Sequence[tuple[int, Vector, Vector]], axis: int) -> Iterator[tuple[int, Vector]]:
    """Follow the people who came at each unit until they are called; yield the unit and the law of their waits.

    What is followed is the difference of the days with and without them, which later people do not change.
    """
    differences = {unit: _difference(day, before, after) for unit, before, after in comings}
    rows = {unit: number * len(diff) for number, (unit, diff) in enumerate(differences.items())}
    size = len(next(iter(differences.values()))) if differences else 0
    course = Course(day, rows=size * len(rows), counted=False)
    tails: dict[int, list[float]] = {}
    for unit in range(LONGEST):
        if unit in day.sure and tails:
            course.come(np.tile(day.sure[unit], (len(rows), 1)), 2)
        if unit in rows:
            here = slice(rows[unit], rows[unit] + size)
            _put(course, here, differences[unit])
            tails[unit] = [float((course.mass[here] * _number(course, axis)).sum())]
        course.call(unit)
        if day.room_cap is not None:
            sent = course.crowd(day.room_cap)
            if unit in rows:
                tails[unit][0] -= float(sent[here].sum())
        left = [float((course.mass[first : first + size] * _number(course, axis)).sum()) for first in rows.values()]
        for came, still in zip(rows, left, strict=True):
            if came in tails:
                tails[came].append(still)
        if len(tails) == len(rows) and max(left, default=0.0) < day.over:
            break
        course.pass_unit()
    for came, numbers in tails.items():
        beyond = np.maximum(np.array(numbers), 0.0)
        yield came, beyond - np.append(beyond[1:], 0.0)


def _difference(day: HouseDay, before: Vector, after: Vector) -> Vector:
    """Return the weighted difference of two masses; the nodes are mixed where nothing that comes later depends on them."""
    width = [max(a, b) for a, b in zip(before.shape, after.shape, strict=True)]
    out = np.zeros(width)
    out[tuple(slice(n) for n in after.shape)] += after
    out[tuple(slice(n) for n in before.shape)] -= before
    out *= day.weights[:, None, None, None, None]
    return out if day.sure else out.sum(axis=0, keepdims=True)


def _put(course: Course, rows: slice, mass: Vector) -> None:
    """Place ``mass`` into rows of a course that are still empty."""
    width = [max(a, b) for a, b in zip(course.mass.shape[1:], mass.shape[1:], strict=True)]
    wide = np.zeros((len(course.mass), *width))
    wide[tuple(slice(n) for n in course.mass.shape)] = course.mass
    wide[(rows, *(slice(n) for n in mass.shape[1:]))] = mass
    course.mass = wide


def _number(course: Course, axis: int) -> Vector:
    """Return the number who wait in every place of a queue, in the shape of the masses of one row."""
    shape = [1, 1, 1, 1]
    shape[axis - 1] = course.mass.shape[axis]
    return np.arange(course.mass.shape[axis], dtype=np.float64).reshape(shape)


def _padded(law: Vector, size: int) -> Vector:
    return np.pad(law, (0, size - len(law)))
