"""Seeded simulation of a streamed day: the independent check of the formulas, and the judge where people come early or late.

All days run side by side in arrays of people x days. In a day everyone invited comes with their probability (moved by the effect of the
day), at their time plus a lateness drawn from a given law; walk-ins come at random times; people are called in the order in which they
came, by whoever is free first; who would have to wait longer than their patience leaves when it ends. Waiting counts from the moment a
person is there, or from the opening for those who are there before it.

The method is the sorted vector of Kiefer and Wolfowitz (reference/overbooking.md, section 3g), without any of the exact laws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.checks import check_whole
from scheduling.planning.simulated_day import Law, SimulatedDay

Floats = NDArray[np.float32]
MOST_DAYS = 200_000
MOST_CELLS = 40_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over days and its standard error."""

    mean: float
    error: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """Figures of a simulated day, minutes and people.

    ``wait`` sums over people, ``wait_q90`` and ``p_wait_over`` are over all people of all days; ``left`` counts those who lost patience,
    ``p_over_lobby`` = P(at some moment more than the lobby wait), ``lobby_q95`` the places that are enough on 95 days of 100.
    """

    days: int
    arrivals: Estimate
    wait: Estimate
    idle: Estimate
    overtime: Estimate
    tardiness: Estimate
    done: Estimate
    left: Estimate
    p_target: Estimate
    p_over_lobby: Estimate
    wait_mean: float
    wait_q90: float
    p_wait_over: float
    lobby_q95: int


def simulate(day: SimulatedDay, *, days: int = 10_000, seed: int = 1) -> Simulated:
    """Return the figures of ``days`` simulated days; the same seed gives the same figures.

    Raises ``ValueError`` naming the argument.
    """
    people = sum(map(len, day.bands))
    check_whole("days", days, least=2, most=MOST_DAYS)
    check_whole("seed", seed)
    if (people + day.walk_ins_per_hour * day.window / 60.0) * days > MOST_CELLS:
        raise ValueError(f"days: {days} days of {people} people are more than fits into memory")
    rng = np.random.default_rng(seed)
    here = _arrivals(day, days, rng)
    queue = _Queue(day, days)
    with np.errstate(invalid="ignore"):  # "nobody" is infinity, and infinity less itself is no number; it is masked
        for row in here:
            queue.come(row, _drawn(day.service, row.shape, rng))
    return queue.figures(here)


def _drawn(law: Law, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw from a law of (value, share) pairs."""
    values = np.array([value for value, _ in law], dtype=np.float32)
    if len(values) == 1:
        return np.full(shape, values[0], dtype=np.float32)
    steps = np.cumsum([share for _, share in law])[:-1].astype(np.float32)
    return np.asarray(values[np.searchsorted(steps, rng.random(shape, dtype=np.float32), side="right")])


def _arrivals(day: SimulatedDay, days: int, rng: np.random.Generator) -> Floats:
    """Return the times at which people come, in order down each column; infinite where nobody comes any more."""
    probs = np.array([p for band in day.bands for p in band], dtype=np.float32)
    times = np.repeat(np.array(day.starts, dtype=np.float32), [len(band) for band in day.bands])
    shows = _shows(probs, day.day_sd, days, rng)
    came = np.full((len(probs), days), np.inf, dtype=np.float32)
    person, at = np.nonzero(shows)
    came[person, at] = np.maximum(times[person] + _drawn(day.lateness, person.shape, rng), 0.0)
    strangers = _walk_ins(day, days, rng)
    everyone = np.concatenate([came, strangers]) if len(strangers) else came
    most = int(np.isfinite(everyone).sum(axis=0).max(initial=0))
    # Days become rows for the sort: neighbours in memory.
    columns = np.ascontiguousarray(everyone.T)
    columns.sort(axis=1)
    return np.ascontiguousarray(columns[:, :most].T)


def _shows(probs: Floats, day_sd: float, days: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw who comes on which day; shape (people, days)."""
    draws = rng.random((len(probs), days), dtype=np.float32)
    if day_sd == 0.0:
        return np.asarray(draws < probs[:, None])
    # U < expit(logit p + s d) exactly when U / (1 - U) < odds * e^(s d): one effect a day for all.
    effect = np.exp(day_sd * rng.standard_normal(days, dtype=np.float32))
    with np.errstate(divide="ignore"):
        odds = probs / (1.0 - probs)
    return np.asarray(draws < (1.0 - draws) * odds[:, None] * effect)


def _walk_ins(day: SimulatedDay, days: int, rng: np.random.Generator) -> Floats:
    """Return the times of the walk-ins of every day, infinite beyond their number."""
    mean = day.walk_ins_per_hour * day.window / 60.0
    if mean == 0.0:
        return np.zeros((0, days), dtype=np.float32)
    numbers = rng.poisson(mean, days)
    times = rng.random((int(numbers.max()), days), dtype=np.float32) * np.float32(day.window)
    times[np.arange(len(times))[:, None] >= numbers] = np.inf
    return times


class _Queue:
    """All days at once: people come one after another and are given to who is free first."""

    def __init__(self, day: SimulatedDay, days: int) -> None:
        self.day, self.days = day, days
        self.free = np.zeros((day.interviewers, days), dtype=np.float32)
        if day.shifts is not None:
            self.free += np.array([start for start, _ in day.shifts], dtype=np.float32)[:, None]
        self.simple = day.shifts is None and not day.breaks
        own = day.shifts if day.shifts is not None else [(0.0, day.window)] * day.interviewers
        self.last = np.array([min(end, day.window) for _, end in own], dtype=np.float32)
        self.out: list[Floats] = []  # when each left the lobby: called or gone
        self.idle, self.overtime = np.zeros(days), np.zeros(days)
        self.busy, self.done, self.left = np.zeros(days), np.zeros(days), np.zeros(days)
        self.latest = np.zeros(days, dtype=np.float32)

    def come(self, at: Floats, service: Floats) -> None:
        """Take the next person of every day (at infinity: nobody)."""
        day = self.day
        place = None
        if self.simple:
            start = np.maximum(at, self.free[0])
        else:
            place, start = self._next_free(at)
        here = np.isfinite(at)
        served = here if day.patience is None else here & (start - at <= day.patience)
        ends = start + service
        self.out.append(start if day.patience is None else np.where(served, start, at + np.float32(day.patience)))
        inside = self._on_duty(place, start, ends)
        self.busy += np.where(served, inside, 0.0)
        self.overtime += np.where(served, ends - start - inside, 0.0)
        # Half a thousandth of a minute absorbs the rounding of single precision.
        self.done += served & (ends <= day.window + 5e-4)
        self.left += here & ~served
        self.latest = np.where(served, np.maximum(self.latest, ends), self.latest)
        if place is not None:
            column = np.arange(self.days)
            self.free[place, column] = np.where(served, ends, self.free[place, column])
        else:
            self._insert(np.where(served, ends, self.free[0]))

    def _on_duty(self, place: NDArray[np.intp] | None, start: Floats, ends: Floats) -> Floats:
        """Return the minutes of an interview inside the day, the own shift and outside breaks; the rest is overtime."""
        day = self.day
        if place is None:
            return np.asarray(np.minimum(ends, day.window) - np.minimum(start, day.window))
        last = self.last[place]
        inside = np.minimum(ends, last) - np.minimum(start, last)
        for begin, end in day.breaks:
            inside -= np.maximum(
                np.minimum(ends, np.minimum(last, end)) - np.maximum(start, np.float32(begin)), np.float32(0.0)
            )
        return np.asarray(inside)

    def _insert(self, ends: Floats) -> None:
        """Replace the first entry of every sorted column and sort again."""
        for i in range(len(self.free) - 1):
            following = self.free[i + 1]
            self.free[i] = np.minimum(following, ends)
            ends = np.maximum(following, ends)
        self.free[-1] = ends

    def _next_free(self, at: Floats) -> tuple[NDArray[np.intp], Floats]:
        """Return who can take the person first, and when, where shifts and breaks bind."""
        starts = np.maximum(self.free, at)
        for begin, end in sorted(self.day.breaks):
            starts = np.where((starts >= begin) & (starts < end), np.float32(end), starts)
        if self.day.shifts is not None:
            # Who goes home before the day ends takes nobody then; the others stay until all are seen.
            ends = np.array([end for _, end in self.day.shifts])
            leaves = np.where(ends < ends.max(), ends, np.inf)[:, None]
            starts = np.where(starts >= leaves, np.float32(3e38), starts)
        place = np.argmin(starts, axis=0)
        return place, np.asarray(starts[place, np.arange(self.days)])

    def figures(self, here: Floats) -> Simulated:
        """Return the figures of all days."""
        day = self.day
        out = np.array(self.out, dtype=np.float32).reshape(here.shape)
        come = np.isfinite(here)
        waits = np.zeros_like(here)
        np.subtract(out, here, out=waits, where=come)
        everyone = waits[come]
        open_minutes = float(day.window * day.interviewers)
        if day.shifts is not None:
            open_minutes = sum(min(end, day.window) - min(start, day.window) for start, end in day.shifts)
        open_minutes -= sum(_staffed(day, begin, end) for begin, end in day.breaks)
        over = self._over(here, out, day.lobby) if day.lobby is not None else np.zeros(self.days)
        return Simulated(
            days=self.days,
            arrivals=_estimate(come.sum(axis=0)),
            wait=_estimate(waits.sum(axis=0)),
            idle=_estimate(open_minutes - self.busy),
            overtime=_estimate(self.overtime),
            tardiness=_estimate(np.maximum(self.latest - day.window, 0.0)),
            done=_estimate(self.done),
            left=_estimate(self.left),
            p_target=_estimate(self.done >= day.target),
            p_over_lobby=_estimate(over),
            wait_mean=float(everyone.mean(dtype=np.float64)) if everyone.size else 0.0,
            wait_q90=float(np.quantile(everyone, 0.9)) if everyone.size else 0.0,
            p_wait_over=float((everyone > day.promised_wait + 5e-4).mean())
            if everyone.size and day.promised_wait is not None
            else 0.0,
            lobby_q95=self._places(here, out),
        )

    def _over(self, here: Floats, out: Floats, lobby: int) -> NDArray[np.bool_]:
        """Say on which days more than ``lobby`` people wait at once: some person comes while the one ``lobby`` before them waits."""
        if lobby >= len(here):
            return np.zeros(self.days, dtype=np.bool_)
        present = here[lobby:]
        # People leave the lobby in the order in which they came, so the longest there is the one to look at.
        return np.asarray(((out[: len(here) - lobby] > present + 5e-4) & np.isfinite(present)).any(axis=0))

    def _places(self, here: Floats, out: Floats) -> int:
        low, high = 0, len(here)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._over(here, out, middle).mean() <= 0.05 else (middle + 1, high)
        return low


def _staffed(day: SimulatedDay, begin: float, end: float) -> float:
    """Return the interviewer minutes that a break takes from the window."""
    shifts = day.shifts if day.shifts is not None else [(0.0, day.window)] * day.interviewers
    return sum(max(min(end, to, day.window) - max(begin, since), 0.0) for since, to in shifts)


def _estimate(by_day: NDArray[np.float64] | NDArray[np.bool_] | NDArray[np.intp] | Floats) -> Estimate:
    values = np.asarray(by_day, dtype=np.float64)
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)))
