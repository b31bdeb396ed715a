"""Laws of arrivals and the checks of arguments that every planner of streamed days shares."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.checks import (
    Nodes,
    check_listed,
    check_nodes,
    check_non_negative,
    check_number,
    check_probabilities,
    check_whole,
)

Vector = NDArray[np.float64]
Interviewers = int | Sequence[int]

ONE_NODE: Nodes = ((0.0, 1.0),)
MAX_INVITED = 20_000
MAX_SLOTS = 1_000
MAX_SLOT_MINUTES = 10_000.0
_SIDE_BY_SIDE = 24
RAMP: Vector = np.arange(MAX_INVITED + 64, dtype=np.float64)
RAMP.setflags(write=False)


def shifted(p: float, shift: float) -> float:
    """Return ``expit(logit p + shift)``, exact for p = 0 and p = 1 (the day effect of section 2)."""
    if shift == 0.0 or p in (0.0, 1.0):
        return p
    odds = math.exp(shift) * p
    return odds / (1.0 - p + odds)


def all_shifted(probs: Sequence[float], shift: float) -> list[float]:
    """Return ``shifted`` of everybody, with one exponential; p = 0 and p = 1 come out exactly."""
    raised = math.exp(shift)
    return [raised * p / (1.0 - p + raised * p) for p in probs]


def staff(interviewers: Interviewers, slots: int) -> tuple[int, ...]:
    """Return the interviewers on duty in each slot; 0 is a break, but not all day long.

    Raises ``ValueError`` for no slots, too many slots, a wrong length, a negative number or nobody at all.
    """
    check_whole("slots", slots, least=1, most=MAX_SLOTS)
    if not isinstance(interviewers, Sequence | np.ndarray):
        check_whole("interviewers", interviewers, least=1, most=MAX_INVITED)
        return (int(interviewers),) * slots
    for number in interviewers:
        check_whole("interviewers", number, most=MAX_INVITED)
    on_duty = tuple(int(c) for c in interviewers)
    if len(on_duty) != slots:
        raise ValueError(f"interviewers: {len(on_duty)} numbers for {slots} slots")
    if max(on_duty) < 1:
        raise ValueError("interviewers: must be 0 or more in every slot and 1 or more in some")
    return on_duty


def closing_staff(on_duty: Sequence[int]) -> int:
    """Return who works on after the day: the interviewers of the last slot that had any."""
    return next(c for c in reversed(on_duty) if c)


def check_bands(bands: Sequence[Sequence[float]], *, name: str = "bands") -> None:
    """Raise ``ValueError`` naming ``name`` unless it is a list of lists of probabilities, of people who can be planned for one day."""
    check_listed(name, bands)
    for band in bands:
        check_listed(name, band)
    invited = sum(map(len, bands))
    if invited > MAX_INVITED:
        raise ValueError(f"{name}: {invited} people are more than the {MAX_INVITED} that can be planned for one day")
    for band in bands:
        check_probabilities(name, band)


def with_guaranteed(
    bands: Sequence[Sequence[float]], guaranteed: Sequence[Sequence[float]], on_duty: Sequence[int]
) -> list[list[float]]:
    """Return the chances by slot with those of people who have a fixed time in front; at most as many as interviewers in a slot."""
    check_bands(guaranteed, name="guaranteed")
    if len(guaranteed) != len(bands) or any(len(g) > c for g, c in zip(guaranteed, on_duty, strict=False)):
        raise ValueError("guaranteed: one list a slot is needed, none longer than its number of interviewers")
    return [[*sure, *band] for sure, band in zip(guaranteed, bands, strict=True)]


def bands_from_bookings(bookings: Iterable[tuple[int, float]], slots: int) -> list[list[float]]:
    """Sort (slot from 0, show probability) pairs into one list of probabilities a slot, keeping their order."""
    check_whole("slots", slots, least=1, most=MAX_SLOTS)
    bands: list[list[float]] = [[] for _ in range(slots)]
    for slot, p in bookings:
        check_number("bookings: p", p)
        if not 0 <= slot < slots:
            raise ValueError(f"bookings: slot {slot} is outside 0..{slots - 1}")
        bands[slot].append(float(p))
    return bands


def band_law(probs: Sequence[float]) -> Vector:
    """Return the law of the number that come: ``f'[k] = (1 - p) f[k] + p f[k-1]``, one person at a time (all terms >= 0)."""
    law = [1.0]
    for p in probs:
        q = 1.0 - p
        if len(law) > 24:
            return _long_law(np.asarray(law), probs[len(law) - 1 :])
        previous = 0.0
        for k, mass in enumerate(law):
            law[k] = q * mass + p * previous
            previous = mass
        law.append(p * previous)
    return np.asarray(law)


def shifted_laws(bands: Sequence[Sequence[float]], shifts: Sequence[float]) -> tuple[list[list[Vector]], list[float]]:
    """Return for every shift of everybody's log-odds the laws of all bands, and the expected number that come.

    The same recursion as ``band_law``, all bands and shifts side by side; bands are filled up with people who never come.
    """
    longest = max(map(len, bands), default=0)
    if longest > _SIDE_BY_SIDE:
        moved = [[all_shifted(band, shift) for band in bands] for shift in shifts]
        return [[band_law(band) for band in node] for node in moved], [sum(map(sum, node)) for node in moved]
    table = np.zeros((len(bands), longest))
    for row, band in zip(table, bands, strict=True):
        row[: len(band)] = band
    raised = np.exp(np.asarray(shifts))[:, None, None]
    p = raised * table / (1.0 - table + raised * table)
    q = 1.0 - p
    law = np.zeros((len(shifts), len(bands), longest + 1))
    law[..., 0] = 1.0
    for person in range(longest):
        chance, rest = p[..., person, None], q[..., person, None]
        grown = law[..., : person + 1] * chance
        law[..., : person + 1] *= rest
        law[..., 1 : person + 2] += grown
    sizes = [len(band) + 1 for band in bands]
    laws = [[here[:size] for here, size in zip(node, sizes, strict=True)] for node in law]
    return laws, p.sum(axis=(1, 2)).tolist()


def _long_law(law: Vector, probs: Sequence[float]) -> Vector:
    """Go on as ``band_law`` does, in arrays: lists are quicker only while they are short."""
    for p in probs:
        law = np.convolve(law, (1.0 - p, p))
    return law


@lru_cache(maxsize=4096)
def binomial_law(count: int, p: float) -> Vector:
    """Return the law of Binomial(count, p) as a read-only array of count + 1 probabilities."""
    law = band_law((p,) * count)
    law.setflags(write=False)
    return law


def poisson_law(mean: float) -> Vector:
    """Return a Poisson law (walk-ins) cut where the rest of the tail is below 1e-18, renormalised."""
    check_non_negative("walk_ins", mean)
    last = math.ceil(mean + 10.0 * math.sqrt(mean) + 20.0) if mean else 0
    if last > MAX_INVITED:
        raise ValueError(f"walk_ins: {mean!r} a slot is more than can be planned")
    logs = [k * math.log(mean) - mean - math.lgamma(k + 1.0) if mean else 0.0 for k in range(last + 1)]
    law = np.exp(np.asarray(logs))
    return np.asarray(law / law.sum())


def check_day(
    *, invited: int, target: int, slot_minutes: float, nodes: Nodes, waiting: int, room_cap: int | None
) -> None:
    """Check the arguments that both evaluators share."""
    if invited > MAX_INVITED:
        raise ValueError(f"invited: {invited} people are more than the {MAX_INVITED} that can be planned for one day")
    check_whole("target", target, most=MAX_INVITED)
    check_whole("waiting", waiting, most=MAX_INVITED)
    if room_cap is not None:
        check_whole("room_cap", room_cap)
    check_number("slot_minutes", slot_minutes)
    if not 0.0 < slot_minutes <= MAX_SLOT_MINUTES:
        raise ValueError(f"slot_minutes: {slot_minutes!r} must lie above 0 and be at most {MAX_SLOT_MINUTES}")
    check_nodes(nodes)


def walk_in_laws(walk_ins: Sequence[float] | None, slots: int) -> list[Vector] | None:
    """Return the law of the walk-ins of each slot."""
    if walk_ins is None:
        return None
    check_listed("walk_ins", walk_ins)
    if len(walk_ins) != slots:
        raise ValueError(f"walk_ins: {len(walk_ins)} numbers for {slots} slots")
    return [poisson_law(mean) for mean in walk_ins]
