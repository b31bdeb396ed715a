"""Where the people of a streamed session are asked to come: the cheapest placing found, quickly or with more effort.

A day whose bands stand a whole number of interviews apart is a day of one-slot interviews: ``best_day`` plans it, with its proof where
there is one. Any other day is searched by single moves and exchanges, priced by the exact evaluator. No placing is taken that loses the
assurance which a level one would keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduling.planning.day import CostWeights, Day
from scheduling.planning.day_outcome import DayOutcome
from scheduling.planning.mixture import chances
from scheduling.planning.optimise import QUICK, best_day
from scheduling.planning.placing import Placing, canonical
from scheduling.planning.refine import refine_day
from scheduling.planning.rules import Rules
from scheduling.planning.session_parts import SLACK
from scheduling.planning.spec_day import on_duty
from scheduling.planning.streamed_day import StreamedDay

# Evaluations of a quick search on a day that is no day of one-slot interviews.
QUICK_LOOKS = 30
LOOKS = 600
_DEARER = (1.0, 4.0, 16.0)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A placing, what comes of it, its cost, and how it was found: ``gap`` is the most by which a cheaper one could exist (None: unknown)."""

    places: Placing
    outcome: DayOutcome
    cost: float
    method: str
    gap: float | None


def arrange(day: StreamedDay, people: int) -> Arrangement:
    """Return the best placing of the first ``people`` that a quick search finds; numbers set by hand are kept."""
    level = _arranged(day, day.places(people), "local_search", None)
    by_hand = day.spec.bands is not None and sum(day.spec.bands) == people
    if by_hand or people == 0:
        return _arranged(day, level.places, "by_hand" if by_hand else "none", None)
    if slot_minutes(day) is not None:
        return _by_slots(day, level, None, QUICK, 0)
    return _moved(day, level, QUICK_LOOKS)


def improve(day: StreamedDay, start: Arrangement, *, effort: int, seed: int) -> Arrangement:
    """Go on from a placing; what comes back is never dearer."""
    if start.method in ("by_hand", "none", "certified", "enumerated"):
        return start
    if slot_minutes(day) is not None:
        return _by_slots(day, start, start.places, effort, seed)
    return _moved(day, start, effort * LOOKS // 100)


def arranged(day: StreamedDay, places: Placing) -> Arrangement:
    """Return a placing that was found before, with what comes of it."""
    return _arranged(day, places, "local_search", None)


def _arranged(day: StreamedDay, places: Placing, method: str, gap: float | None, *, whole: bool = True) -> Arrangement:
    """Return a placing with what comes of it: all of it, or all that costs anything."""
    outcome = day.outcome(places) if whole else day.queue(places, target=day.spec.target)
    return Arrangement(places, outcome, day.cost(outcome, len(places)), method, gap)


def _better(day: StreamedDay, new: Arrangement, old: Arrangement) -> bool:
    """Say whether a placing is cheaper and keeps what the other gives of the assurance."""
    if new.outcome.p_target < min(old.outcome.p_target, day.spec.assurance) - SLACK:
        return False
    # A proof is worth having where the cost is the same.
    proved = new.gap is not None and old.gap is None
    return new.cost <= old.cost + 1e-9 if proved else new.cost < old.cost - 1e-9


def slot_minutes(day: StreamedDay) -> int | None:
    """Return the length of an interview where every time of the day is a multiple of it: a day of one-slot interviews."""
    spec = day.spec
    each = spec.minutes_each
    times = [spec.window, *spec.starts, *(t for pair in spec.breaks for t in pair), *(t for t, _ in spec.guaranteed)]
    return each if all(time % each == 0 for time in times) and spec.window // each <= 96 else None


def _by_slots(day: StreamedDay, start: Arrangement, placed: Placing | None, effort: int, seed: int) -> Arrangement:
    """Plan with ``best_day``; the target is made dearer until the assurance is kept, else the placing to start from stays."""
    spec, each = day.spec, day.spec.minutes_each
    before = [(band, p) for band in range(len(spec.starts)) for p in day.already(band)]
    locked = [spec.starts[band] // each for band, _ in before] + [minute // each for minute, _ in spec.guaranteed]
    people = day.people(len(start.places))
    everybody = (*(p for _, p in before), *(p for _, p in spec.guaranteed), *people)
    middle = len(day.nodes) // 2
    probs = [chances(p, day.nodes)[middle] for p in everybody]
    slots = [[spec.starts[band] // each for band in day.allowed(person)] for person in range(len(people))]
    rules = Rules(allowed=[[slot] for slot in locked] + slots, locked=dict(enumerate(locked)))
    best = start
    for dearer in _DEARER:
        model = _slot_day(day, dearer)
        # People who are alike have a proof, which is never dearer than what was found without.
        if placed is None or len(set(probs)) == 1:
            found = best_day(model, probs, rules=rules, effort=effort, seed=seed)
        else:
            begun = (*locked, *(spec.starts[band] // each for band in placed))
            found = refine_day(model, probs, begun, rules=rules, effort=effort, seed=seed)
        bands = [spec.starts.index(slot * each) for slot in found.slots[len(locked) :] if slot is not None]
        places = canonical(bands, [day.allowed(person) for person in range(len(people))], people)
        proved = found.gap is not None and dearer == 1.0 and len(day.nodes) >= 1
        new = _arranged(day, places, str(found.method) if proved else "local_search", found.gap if proved else None)
        if _better(day, new, best):
            best = new
        if new.outcome.p_target >= min(start.outcome.p_target, spec.assurance) - SLACK:
            break
    return best


def _slot_day(day: StreamedDay, dearer: float) -> Day:
    """Return the session as a day of one-slot interviews, with the target ``dearer`` than it is."""
    spec, costs = day.spec, day.spec.costs
    each = spec.minutes_each
    slots = spec.window // each
    walk_ins = None
    if spec.walk_ins_per_hour > 0.0:
        walk_ins = [0.0] * slots
        for start, end in zip(spec.starts, (*spec.starts[1:], spec.window), strict=True):
            walk_ins[start // each] = spec.walk_ins_per_hour * (end - start) / 60.0
    weights = CostWeights(
        wait=costs.waiting_minute,
        idle=costs.idle_minute,
        overtime=costs.overtime_minute,
        missing=costs.missing_interview * dearer,
        turned_away=costs.turned_away,
        invitation=costs.invitation,
    )
    return Day(
        slots,
        on_duty(spec)[::each],
        weights,
        target=spec.target,
        slot_minutes=each,
        nodes=day.nodes,
        walk_ins=walk_ins,
        room_cap=spec.room_cap,
    )


def _moved(day: StreamedDay, start: Arrangement, looks: int) -> Arrangement:
    """Follow moves of one person and exchanges of two that lower the cost, until none does or ``looks`` are used."""
    best = Arrangement(start.places, start.outcome, start.cost, "local_search", None)
    price = day.cost_of_time(best.outcome)
    tried: set[Placing] = {best.places}
    left = looks
    improved = True
    while improved and left > 0:
        improved = False
        promising: list[tuple[float, Placing]] = []
        for places in _neighbours(day, best, quick=looks <= QUICK_LOOKS):
            if places in tried or left <= 0:
                continue
            tried.add(places)
            left -= 1
            # What a move does to the queue is quick to know, what it does to the target is not: only the best are looked at whole.
            time = day.cost_of_time(day.queue(places))
            if time < price - 1e-9:
                promising.append((time, places))
        for _, places in sorted(promising)[:3]:
            new = _arranged(day, places, "local_search", None, whole=False)
            if _better(day, new, best):
                best, price, improved = new, day.cost_of_time(new.outcome), True
                break
    return best if best.places == start.places else _arranged(day, best.places, best.method, None)


def _neighbours(day: StreamedDay, here: Arrangement, *, quick: bool) -> Iterator[Placing]:
    """Yield placings with one person moved, from where people wait longest first; in no haste also with two exchanged."""
    people = day.people(len(here.places))
    allowed = [day.allowed(person) for person in range(len(people))]
    bands = range(len(day.spec.starts))
    crowded = sorted(bands, key=lambda band: -here.outcome.band_waits[band])
    for source in crowded[:3] if quick else crowded:
        seen: set[float] = set()
        for person in np.flatnonzero(np.array(here.places) == source)[::-1].tolist():
            if people[person] in seen or (quick and seen):
                continue
            seen.add(people[person])
            near = {source - 1, source + 1, 0, len(bands) - 1} if quick else set(bands)
            for target in sorted(near - {source}):
                if target in allowed[person]:
                    yield _with(here.places, allowed, people, {person: target})
    if quick:
        return
    for one in range(len(people)):
        for other in range(one):
            a, b = here.places[one], here.places[other]
            if a != b and people[one] != people[other] and b in allowed[one] and a in allowed[other]:
                yield _with(here.places, allowed, people, {one: b, other: a})


def _with(
    places: Placing, allowed: list[tuple[int, ...]], people: tuple[float, ...], change: dict[int, int]
) -> Placing:
    changed = [change.get(person, band) for person, band in enumerate(places)]
    return canonical(changed, allowed, people)
