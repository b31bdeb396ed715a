"""Search by moves of one person and exchanges of two, for days that no theorem covers (see ``streamed_search``)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import comb, prod

import numpy as np

from scheduling.planning.arrangement import Arrangement, arrangement_of, is_better
from scheduling.planning.placing import Placing, canonical
from scheduling.planning.session_parts import SLACK
from scheduling.planning.streamed_day import StreamedDay

# Evaluations of a quick search.
QUICK_LOOKS = 30
# So few people are searched by whole costs at once: a look at them is cheap, and each of them matters.
FEW_PEOPLE = 10
FEW_LOOKS = 60
# People moved at random before a search begins again from the best placing.
_KICKED = 3


def quickly_moved(day: StreamedDay, start: Arrangement, looks: int) -> Arrangement:
    """Follow moves of one person and exchanges of two that lower the cost, until none does or ``looks`` are used."""
    best = Arrangement(start.places, start.outcome, start.cost, "local_search", None)
    price = day.cost_of_time(best.outcome)
    tried: set[Placing] = {best.places}
    left = looks
    improved = True
    while improved and left > 0:
        improved = False
        promising: list[tuple[float, Placing]] = []
        for places in neighbours(day, best, quick=looks <= QUICK_LOOKS):
            if places in tried or left <= 0:
                continue
            tried.add(places)
            left -= 1
            # What a move does to the queue is quick to know, what it does to the target is not: only the best are looked at whole.
            time = day.cost_of_time(day.queue(places))
            if time < price - 1e-9:
                promising.append((time, places))
        for _, places in sorted(promising)[:3]:
            new = arrangement_of(day, places, "local_search", None, whole=False)
            if is_better(day, new, best):
                best, price, improved = new, day.cost_of_time(new.outcome), True
                break
    return best if best.places == start.places else arrangement_of(day, best.places, best.method, None)


def searched(day: StreamedDay, start: Arrangement, *, looks: int, seed: int) -> Arrangement:
    """Return the best placing found with ``looks`` evaluations from ``start`` on, by whole costs; all placings where they are so few."""
    every = _all_placings(day, len(start.places), looks)
    if every is not None:
        return _best_of_all(day, start, every)
    search = _Search(day, looks)
    best = search.descend(start)
    random = np.random.default_rng(seed)
    while search.left > 0:
        kicked = arrangement_of(day, _kicked(day, best.places, random), "local_search", None, whole=False)
        search.left -= 1
        found = search.descend(kicked)
        if is_better(day, found, best):
            best = found
    return best if best.places == start.places else arrangement_of(day, best.places, best.method, None)


class _Search:
    """A descent that remembers what it has looked at and how many looks are left."""

    def __init__(self, day: StreamedDay, looks: int) -> None:
        self.day, self.left = day, looks
        self.tried: set[Placing] = set()

    def descend(self, here: Arrangement) -> Arrangement:
        """Follow the first move or exchange that lowers the cost, until none does or no look is left."""
        improved = True
        while improved and self.left > 0:
            improved = False
            for places in neighbours(self.day, here, quick=False):
                if places in self.tried:
                    continue
                if self.left <= 0:
                    break
                self.tried.add(places)
                self.left -= 1
                new = arrangement_of(self.day, places, "local_search", None, whole=False)
                if is_better(self.day, new, here):
                    here, improved = new, True
                    break
        return here


def _kicked(day: StreamedDay, places: Placing, random: np.random.Generator) -> Placing:
    """Return the placing with a few people moved at random."""
    people = day.people(len(places))
    allowed = [day.allowed(person) for person in range(len(people))]
    change = {
        int(person): int(random.choice(allowed[person]))
        for person in random.choice(len(places), min(_KICKED, len(places)), replace=False)
    }
    return changed(places, allowed, people, change)


def _all_placings(day: StreamedDay, people: int, most: int) -> list[Placing] | None:
    """Return every placing that differs in more than who of people who are alike is where; None when they are more than ``most``."""
    probs = day.people(people)
    groups: dict[tuple[float, tuple[int, ...]], list[int]] = {}
    for person in range(people):
        groups.setdefault((probs[person], day.allowed(person)), []).append(person)
    if prod(comb(len(members) + len(bands) - 1, len(members)) for (_, bands), members in groups.items()) > most:
        return None
    ways = [
        itertools.combinations_with_replacement(sorted(bands), len(members)) for (_, bands), members in groups.items()
    ]
    found = []
    for choice in itertools.product(*ways):
        places = [0] * people
        for members, bands in zip(groups.values(), choice, strict=True):
            for person, band in zip(members, bands, strict=True):
                places[person] = band
        found.append(tuple(places))
    return found


def _best_of_all(day: StreamedDay, start: Arrangement, every: list[Placing]) -> Arrangement:
    """Return the cheapest of all placings that keep the assurance which ``start`` keeps."""
    promised = min(start.outcome.p_target, day.spec.assurance) - SLACK
    looks = [arrangement_of(day, places, "enumerated", 0.0, whole=False) for places in every]
    kept = [one for one in looks if one.outcome.p_target >= promised]
    best = min(kept, key=lambda one: one.cost)
    return arrangement_of(day, best.places, "enumerated", 0.0)


def neighbours(day: StreamedDay, here: Arrangement, *, quick: bool) -> Iterator[Placing]:
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
                    yield changed(here.places, allowed, people, {person: target})
    if quick:
        return
    for one in range(len(people)):
        for other in range(one):
            a, b = here.places[one], here.places[other]
            if a != b and people[one] != people[other] and b in allowed[one] and a in allowed[other]:
                yield changed(here.places, allowed, people, {one: b, other: a})


def changed(
    places: Placing, allowed: list[tuple[int, ...]], people: tuple[float, ...], change: dict[int, int]
) -> Placing:
    """Return the placing with ``change`` (person to band) made, people who are alike in the order of the list."""
    moved = [change.get(person, band) for person, band in enumerate(places)]
    return canonical(moved, allowed, people)
