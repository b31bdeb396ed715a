"""A streamed day with interviews of random length, exactly: any service law on a grid, any number of interviewers.

The state is the Kiefer-Wolfowitz vector w_1 <= ... <= w_c, the times until each interviewer is free (reference/overbooking.md, sections 3b
and 3c; for one interviewer it is the workload). Who comes waits w_1, then w_1 grows by the length of the interview and the vector is sorted
again; between arrival times every entry falls by the time that passes. While w_1 > 0 no entry is further from w_1 than the longest
interview, so a state is the pair (w_1, differences): the differences move by a small table, whatever w_1 is.

All lengths are whole units; minutes come in by ``unit_minutes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.checks import Nodes, check_whole
from scheduling.planning.laws import MAX_INVITED, ONE_NODE, Vector, check_bands, check_day, poisson_law, shifted, staff
from scheduling.planning.queue_grid import Grid, Index, all_seats, grid_of, rests, seats
from scheduling.planning.service import Service, ServiceFigures, check_service

# Mass below this at the far end of the workload is dropped; with 1e4 people that is 1e-14 in all.
NEGLIGIBLE = 1e-18


def _staff(interviewers: int | Sequence[int], slots: int) -> tuple[int, tuple[bool, ...]]:
    """Return c and whether they work in each slot."""
    if not 1 <= slots <= 1_000:
        raise ValueError(f"bands: {slots} slots, there must be 1 to 1000")
    by_slot = staff(interviewers, slots)
    numbers = set(by_slot) - {0}
    if len(numbers) != 1 or max(by_slot) > 50:
        raise ValueError(
            f"interviewers: {interviewers!r} must be one number from 1 to 50, with 0 in breaks; numbers that change are for evaluate_full"
        )
    return numbers.pop(), tuple(c > 0 for c in by_slot)


class _Pass:
    """One pass over a day at one node of the shared shift; sums in units and people."""

    def __init__(self, grid: Grid, slot_units: int, working: Sequence[bool], target: int) -> None:
        self.grid, self.slot_units, self.working = grid, slot_units, working
        self.size = len(grid.gaps)
        self.rows = target + 1 if target else 1
        self.mass = np.zeros((self.rows, self.size))
        self.mass[0, 0] = 1.0
        self.total = slot_units * sum(working)
        self.passed = 0
        self.idle = self.done = self.arrivals = 0.0
        self.wait_law = np.zeros(1)
        self.slot_waits: dict[Service, Vector] = {}

    def come(self, p: float, service: Service) -> None:
        """Let a person come with probability p."""
        by_wait = self.mass.sum(axis=0).reshape(-1, self.size).sum(axis=1)
        self.note(service, p * by_wait)
        heavy = np.flatnonzero(by_wait > NEGLIGIBLE)
        last = (int(heavy[-1]) + 1 if len(heavy) else 1) * self.size
        if last < self.mass.shape[1]:
            self.mass = self.mass[:, :last]
        if p == 0.0:
            return
        served = self.seated(service)
        if p < 1.0:
            served *= p
            served[:, : self.mass.shape[1]] += (1.0 - p) * self.mass
        self.mass = served

    def note(self, service: Service, waits: Vector) -> None:
        """Add people of this slot, by the units of work before them."""
        self.arrivals += float(waits.sum())
        known = self.slot_waits.get(service)
        if known is None:
            self.slot_waits[service] = waits
        else:
            if len(known) < len(waits):
                known = np.pad(known, (0, len(waits) - len(known)))
            known[: len(waits)] += waits
            self.slot_waits[service] = known

    def seated(self, service: Service) -> Vector:
        """Return the mass after somebody for certain has come."""
        rows, wide = self.mass.shape
        height = wide // self.size
        longest = max(units for units, _ in service)
        out_wide = wide + longest * self.size
        if rows == 1:
            if self.size == 1:
                law = np.zeros(longest + 1)
                for units, share in service:
                    law[units] += share
                return np.asarray(np.convolve(self.mass[0], law)[None, :])
            lengths = tuple(units for units, _ in service)
            weights = np.concatenate([share * self.mass[0] for _, share in service])
            places = all_seats(self.grid, lengths, height)
            return np.asarray(np.bincount(places, weights, minlength=out_wide)[None, :], dtype=np.float64)
        out = np.zeros((rows, out_wide))
        for units, share in service:
            # Who waits less than this ends inside the day and counts one row on.
            cut = min(max(self.total - self.passed - units + 1, 0) * self.size, wide)
            places = seats(self.grid, units, height)
            for row in range(rows):
                counted = min(row + 1, rows - 1)
                out[counted] += np.bincount(places[:cut], share * self.mass[row, :cut], minlength=out_wide)
                if cut < wide:
                    out[row] += np.bincount(places[cut:], share * self.mass[row, cut:], minlength=out_wide)
        return out

    def walk_in(self, law: Vector, service: Service) -> None:
        """Let a random number of people come, ``law`` that of their number."""
        mixed = law[0] * self.mass
        for number in range(1, len(law)):
            by_wait = self.mass.sum(axis=0).reshape(-1, self.size).sum(axis=1)
            self.note(service, float(law[number:].sum()) * by_wait)
            self.mass = self.seated(service)
            wider = law[number] * self.mass
            wider[:, : mixed.shape[1]] += mixed
            mixed = wider
        self.mass = mixed

    def end_slot(self, slot: int) -> None:
        """Close a slot: waits by the clock, then time passes unless it is a break."""
        for service, waits in self.slot_waits.items():
            for units, share in service:
                inside = max(self.total - self.passed - units + 1, 0)
                self.done += share * float(waits[:inside].sum())
            clock = self.by_clock(slot, len(waits))
            self.wait_law = _added(self.wait_law, np.bincount(clock, waits))
        self.slot_waits = {}
        if not self.working[slot]:
            return
        after, idle = rests(self.grid, self.slot_units)
        cut = self.slot_units * self.size
        early = self.mass[:, :cut]
        wide = early.shape[1]
        self.idle += float(early.sum(axis=0) @ idle[:wide])
        rest = self.mass[:, cut:] if self.mass.shape[1] > cut else np.zeros((self.rows, self.size))
        for row in range(self.rows):
            rest[row, : self.size] += np.bincount(after[:wide], early[row], minlength=self.size)
        self.mass = rest
        self.passed += self.slot_units

    def by_clock(self, slot: int, count: int) -> Index:
        """Return the waits on the clock of people of ``slot`` who have 0, 1, 2 … working units before them."""
        if all(self.working[slot:]):
            return np.arange(count, dtype=np.intp)
        places = [t * self.slot_units for t in range(slot, len(self.working)) if self.working[t]]
        open_units = [start + unit for start in places for unit in range(self.slot_units)]
        end = len(self.working) * self.slot_units
        open_units += range(end, end + max(count - len(open_units), 0))
        return np.array(open_units[:count], dtype=np.intp) - slot * self.slot_units


def evaluate_service(
    bands: Sequence[Sequence[float]],
    interviewers: int | Sequence[int],
    service: Service,
    *,
    slot_units: int,
    target: int = 0,
    unit_minutes: float = 1.0,
    nodes: Nodes = ONE_NODE,
    walk_ins: Sequence[float] | None = None,
    services: Sequence[Sequence[Service]] | None = None,
) -> ServiceFigures:
    """Return the exact figures of a day.

    Args:
        bands: for each slot the show probabilities of the people invited to its start, in the order of the queue.
        interviewers: their number, or one number a slot: the same everywhere, or 0 in a break. Interviews stop for a break and go on after it.
        service: law of the length of an interview, (units, share) pairs.
        slot_units: length of a slot in units.
        target: interviews wanted inside the day; 0 leaves the joint law out (p_target 1, shortfall 0).
        unit_minutes: minutes of a unit; the times of the result are in minutes.
        nodes: the shared shift as (shift in log-odds, weight) pairs.
        walk_ins: expected walk-ins (Poisson) by slot; they queue behind the invited of the slot.
        services: for each slot the service laws of its people, where they differ.

    Raises:
        ValueError: an argument out of its range, by name.
    """
    check_bands(bands)
    c, working = _staff(interviewers, len(bands))
    check_whole("slot_units", slot_units, least=1, most=1_440)
    invited = sum(map(len, bands))
    check_day(invited=invited, target=target, slot_minutes=unit_minutes, nodes=nodes, waiting=0, room_cap=None)
    service = check_service("service", service)
    own = _own_services(bands, service, services)
    if walk_ins is not None and len(walk_ins) != len(bands):
        raise ValueError(f"walk_ins: {len(walk_ins)} numbers for {len(bands)} slots")
    extra = None if walk_ins is None else [_short(poisson_law(mean)) for mean in walk_ins]
    lengths = tuple(sorted({units for law in (service, *(law for band in own for law in band)) for units, _ in law}))
    if invited * max(lengths) > MAX_INVITED * 10:
        raise ValueError(f"service: {invited} people of up to {max(lengths)} units are beyond the exact method")
    grid = grid_of(c, lengths, slot_units)
    passes = []
    for shift, weight in nodes:
        day = _Pass(grid, slot_units, working, target)
        for slot, band in enumerate(bands):
            for p, law in zip(band, own[slot], strict=True):
                day.come(shifted(p, shift), law)
            if extra is not None:
                day.walk_in(extra[slot], service)
            day.end_slot(slot)
        passes.append((weight, day))
    return _mixed(grid, passes, target, unit_minutes)


def _own_services(
    bands: Sequence[Sequence[float]], service: Service, services: Sequence[Sequence[Service]] | None
) -> list[list[Service]]:
    if services is None:
        return [[service] * len(band) for band in bands]
    if [len(laws) for laws in services] != [len(band) for band in bands]:
        raise ValueError("services: one law for each person of each slot is needed")
    return [[check_service("services", law) for law in laws] for laws in services]


def _short(law: Vector) -> Vector:
    """Cut a law of walk-ins where what is left is below 1e-16."""
    tail = np.cumsum(law[::-1])[::-1]
    cut = law[: max(int((tail > 1e-16).sum()), 1)]
    return np.asarray(cut / cut.sum())


def _mixed(grid: Grid, passes: Sequence[tuple[float, _Pass]], target: int, unit_minutes: float) -> ServiceFigures:
    """Mix the passes of the nodes and put minutes on them."""
    sums = np.zeros(5)
    below = np.zeros(target)
    wait_law, late_law = np.zeros(1), np.zeros(1)
    gaps, latest = grid.gaps.sum(axis=1), grid.gaps[:, -1]
    c = grid.gaps.shape[1]
    for weight, day in passes:
        left = day.mass.sum(axis=0).reshape(-1, day.size)
        first = np.arange(len(left))[:, None]
        overtime = float((left * (c * first + gaps)).sum())
        late = np.asarray(np.bincount((first + latest).ravel(), left.ravel()), dtype=np.float64)
        sums += weight * np.array([day.arrivals, day.idle, overtime, day.done, float(late @ np.arange(len(late)))])
        if target:
            below += weight * day.mass[:-1].sum(axis=1)
        wait_law = _added(wait_law, weight * day.wait_law)
        late_law = _added(late_law, weight * late)
    arrivals, idle, overtime, done, tardiness = sums.tolist()
    return ServiceFigures(
        arrivals=arrivals,
        wait=float(wait_law @ np.arange(len(wait_law))) * unit_minutes,
        idle=idle * unit_minutes,
        overtime=overtime * unit_minutes,
        tardiness=tardiness * unit_minutes,
        done=done,
        p_target=max(1.0 - float(below.sum()), 0.0),
        shortfall=float(below @ np.arange(target, 0, -1)),
        wait_law=wait_law,
        late_law=late_law,
        unit_minutes=unit_minutes,
    )


def _added(a: Vector, b: NDArray[Any]) -> Vector:
    """Return the sum of two laws of different reach."""
    if len(a) < len(b):
        a, b = b, a
    out = np.array(a, dtype=np.float64)
    out[: len(b)] += b
    return out
