"""Search for days whose figures come from elsewhere: other service laws, several interviewers with random interviews.

For them no convexity holds in general (reference/overbooking.md, section 3e: with two or more interviewers and random durations the
inequality fails), so small cases are enumerated and larger ones searched from several starts, with no word about the gap.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import Protocol

from scheduling.planning.day import CostWeights
from scheduling.planning.schedule import Method

Counts = tuple[int, ...]
CountsCost = Callable[[Counts], float]

_ENUMERATE = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest choice found: numbers by slot, or slots by person; ``cost`` as priced by the caller."""

    choice: Counts
    cost: float
    method: Method


class TimedFigures(Protocol):
    """What every evaluator of a day offers, whatever its law of service; times in minutes."""

    @property
    def wait(self) -> float:
        """Expected waiting, summed over people."""
        ...

    @property
    def idle(self) -> float:
        """Expected idle time inside the day, summed over interviewers."""
        ...

    @property
    def overtime(self) -> float:
        """Expected interviewing after the day."""
        ...

    @property
    def tardiness(self) -> float:
        """Expected end of the last interview after the day."""
        ...

    @property
    def shortfall(self) -> float:
        """Expected interviews short of the target."""
        ...


def price_of(weights: CostWeights, figures: TimedFigures, *, invited: int) -> float:
    """Return the expected cost of a day evaluated elsewhere, for ``best_counts`` and ``best_assignment``."""
    return (
        weights.wait * figures.wait
        + weights.idle * figures.idle
        + weights.overtime * figures.overtime
        + weights.tardiness * figures.tardiness
        + weights.missing * figures.shortfall
        + weights.invitation * invited
    )


class _Priced:
    """A cost function with a memory."""

    def __init__(self, cost: CountsCost) -> None:
        self.cost = cost
        self.known: dict[Counts, float] = {}

    def __call__(self, choice: Counts) -> float:
        if choice not in self.known:
            self.known[choice] = self.cost(choice)
        return self.known[choice]


def best_counts(
    cost: CountsCost, *, slots: int, people: int | tuple[int, int], enumerate_up_to: int = _ENUMERATE
) -> Found:
    """Return how many of equal people to invite to each slot.

    ``cost`` prices a tuple of numbers by slot, invitations included; ``people`` is their number or (fewest, most). Raises ``ValueError``.
    """
    fewest, most = (people, people) if isinstance(people, int) else people
    if slots < 1:
        raise ValueError(f"slots: {slots} must be 1 or more")
    if not 0 <= fewest <= most:
        raise ValueError(f"people: {fewest}..{most} is not a range of numbers of people")
    priced = _Priced(cost)
    if sum(comb(n + slots - 1, slots - 1) for n in range(fewest, most + 1)) <= enumerate_up_to:
        every = (c for n in range(fewest, most + 1) for c in _compositions(n, slots))
        best = min(every, key=priced)
        return Found(best, priced(best), Method.ENUMERATED)
    starts = [_even(n, slots) for n in {fewest, (fewest + most) // 2, most}]
    starts += [_front(n, slots) for n in {fewest, most}]
    ends = [_descend(priced, start, lambda c: _count_moves(c, fewest, most)) for start in starts]
    best = min(ends, key=priced)
    return Found(best, priced(best), Method.SEARCHED)


def best_assignment(
    cost: CountsCost,
    probs: Sequence[float],
    *,
    slots: int,
    allowed: Sequence[Collection[int] | None] | None = None,
    enumerate_up_to: int = _ENUMERATE,
) -> Found:
    """Return the slot of each person; ``cost`` prices a tuple of slots by person. Raises ``ValueError``."""
    if slots < 1:
        raise ValueError(f"slots: {slots} must be 1 or more")
    people = len(probs)
    if allowed is not None and len(allowed) != people:
        raise ValueError(f"allowed: {len(allowed)} entries for {people} people")
    choices = [sorted(set(c)) if c is not None else list(range(slots)) for c in allowed or [None] * people]
    if any(not c or c[0] < 0 or c[-1] >= slots for c in choices):
        raise ValueError(f"allowed: everyone needs at least one slot within 0..{slots - 1}")
    priced = _Priced(cost)
    every = 1
    for choice in choices:
        every *= len(choice)
    if every <= enumerate_up_to:
        best = min(itertools.product(*choices), key=priced)
        return Found(best, priced(best), Method.ENUMERATED)
    ends = [_descend(priced, start, lambda c: _person_moves(c, choices)) for start in _person_starts(probs, choices)]
    best = min(ends, key=priced)
    return Found(best, priced(best), Method.SEARCHED)


def _compositions(people: int, slots: int) -> Iterator[Counts]:
    """Yield all ways to spread people over slots."""
    for bars in itertools.combinations(range(people + slots - 1), slots - 1):
        edges = (-1, *bars, people + slots - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


def _even(people: int, slots: int) -> Counts:
    return tuple((people + slots - 1 - t) // slots for t in range(slots))


def _front(people: int, slots: int) -> Counts:
    """Double the first slot, even otherwise (Bailey & Welch 1952, recalled)."""
    even = list(_even(people, slots))
    for giver in range(slots - 1, 0, -1):
        if even[giver] and even[0] < 2 * (people // slots):
            even[giver] -= 1
            even[0] += 1
    return tuple(even)


def _descend(priced: _Priced, start: Counts, moves: Callable[[Counts], Iterator[Counts]]) -> Counts:
    """Take the first move that helps, over and over."""
    here = start
    found = True
    while found:
        found = False
        for there in moves(here):
            if priced(there) < priced(here) - 1e-12 * (1.0 + abs(priced(here))):
                here, found = there, True
                break
    return here


def _count_moves(counts: Counts, fewest: int, most: int) -> Iterator[Counts]:
    """Move one person to any slot, or to two neighbours' benefit (the sums of two moves), or change the number by one."""
    slots = range(len(counts))
    changes = [(a, b) for a in slots for b in slots if a != b]
    for a, b in changes:
        if counts[a]:
            yield _changed(counts, {a: -1, b: 1})
    if sum(counts) < most:
        yield from (_changed(counts, {a: 1}) for a in slots)
    if sum(counts) > fewest:
        yield from (_changed(counts, {a: -1}) for a in slots if counts[a])
    for (a, b), (c, d) in itertools.combinations(changes, 2):
        if len({a, b, c, d}) == 4 and counts[a] and counts[c]:
            yield _changed(counts, {a: -1, b: 1, c: -1, d: 1})


def _changed(counts: Counts, change: dict[int, int]) -> Counts:
    return tuple(x + change.get(t, 0) for t, x in enumerate(counts))


def _person_starts(probs: Sequence[float], choices: Sequence[Sequence[int]]) -> Iterator[Counts]:
    """Deal people out by falling probability and in blocks of like probability."""
    order = sorted(range(len(probs)), key=lambda i: -probs[i])
    for dealt in (True, False):
        start = [0] * len(probs)
        for rank, person in enumerate(order):
            size = len(choices[person])
            start[person] = choices[person][rank % size if dealt else rank * size // len(probs)]
        yield tuple(start)


def _person_moves(slots: Counts, choices: Sequence[Sequence[int]]) -> Iterator[Counts]:
    """Move one person, or exchange two."""
    for i, choice in enumerate(choices):
        for slot in choice:
            if slot != slots[i]:
                yield (*slots[:i], slot, *slots[i + 1 :])
    for i, j in itertools.combinations(range(len(slots)), 2):
        if slots[i] != slots[j] and slots[j] in choices[i] and slots[i] in choices[j]:
            new = list(slots)
            new[i], new[j] = slots[j], slots[i]
            yield tuple(new)
