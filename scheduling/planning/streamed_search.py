"""Where the people of a streamed session are asked to come: the cheapest placing found, quickly or with more effort.

A day whose bands stand a whole number of interviews apart is a day of one-slot interviews: ``best_day`` plans it, with its proof where
there is one. Any other day is searched by single moves and exchanges, priced by the exact evaluator. No placing is taken that loses the
assurance which a level one would keep.
"""

from __future__ import annotations

from scheduling.planning.arrangement import Arrangement, arrangement_of, is_better
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.mixture import chances
from scheduling.planning.moves import FEW_LOOKS, FEW_PEOPLE, QUICK_LOOKS, quickly_moved, searched
from scheduling.planning.optimise import QUICK, best_day
from scheduling.planning.placing import Placing, canonical
from scheduling.planning.refine import refine_day
from scheduling.planning.rules import Rules
from scheduling.planning.session_parts import SLACK
from scheduling.planning.spec_day import on_duty
from scheduling.planning.streamed_day import StreamedDay

# Evaluations of a refined search, at an effort of 100, on a day that is no day of one-slot interviews.
LOOKS = 600
# A day that is more work than this gets fewer looks in a quick search.
MODERATE_WORK = 5_000
_DEARER = (1.0, 4.0, 16.0)


def arrange(day: StreamedDay, people: int) -> Arrangement:
    """Return the best placing of the first ``people`` that a quick search finds; numbers set by hand are kept."""
    level = arrangement_of(day, day.places(people), "local_search", None)
    by_hand = day.spec.bands is not None and sum(day.spec.bands) == people
    if by_hand or people == 0:
        return arrangement_of(day, level.places, "by_hand" if by_hand else "none", None)
    if slot_minutes(day) is not None:
        return _by_slots(day, level, None, QUICK, 0)
    if people <= FEW_PEOPLE and day.is_plain:
        return searched(day, level, looks=FEW_LOOKS, seed=0)
    return quickly_moved(day, level, QUICK_LOOKS if day.work < MODERATE_WORK else QUICK_LOOKS // 3)


def improve(day: StreamedDay, start: Arrangement, *, effort: int, seed: int) -> Arrangement:
    """Go on from a placing; what comes back is never dearer."""
    if start.method in ("by_hand", "none", "certified", "enumerated"):
        return start
    if slot_minutes(day) is not None:
        return _by_slots(day, start, start.places, effort, seed)
    return searched(day, start, looks=max(effort * LOOKS // 100, 1), seed=seed)


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
        new = arrangement_of(
            day, places, str(found.method) if proved else "local_search", found.gap if proved else None
        )
        if is_better(day, new, best):
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
