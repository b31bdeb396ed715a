"""Where a local search begins: people, their slots, and plans by simple rules (see ``search``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.day import Day, chain_costs
from scheduling.planning.laws import Vector
from scheduling.planning.neighbourhood import Slots, marginals, passes, slot_laws
from scheduling.planning.seating import Mask, longest_prefix


@dataclass(slots=True)
class Problem:
    """People and where they may go.

    ``probs`` (K, n) by node of the day effect; ``allowed`` (n, slots); ``room`` (slots,) most people invited to a slot.
    """

    day: Day
    probs: Vector
    allowed: Mask
    room: NDArray[np.intp]


@dataclass(slots=True)
class Trial:
    """A schedule with its arrival laws and its cost (without invitations)."""

    slots: Slots
    laws: list[Vector] = field(default_factory=list)
    cost: float = np.inf


def price(problem: Problem, laws: Sequence[Vector]) -> float:
    """Return the expected cost under the mixture of the nodes."""
    return float(chain_costs(problem.day, laws) @ problem.day.node_weights)


def plain_rules(problem: Problem) -> Iterator[Slots]:
    """Yield the plans of the plain rules where they are allowed, so that the answer is never worse than theirs.

    Even shares in the order of the list, dealing out in turn, and two at the opening then one by one (Bailey & Welch 1952, recalled).
    """
    people, count = problem.allowed.shape
    numbers = np.arange(people, dtype=np.intp)
    for slots in (
        numbers * count // people,
        numbers % count,
        np.where(numbers <= count, np.maximum(numbers - 1, 0), numbers) % count,
    ):
        if problem.allowed[numbers, slots].all() and (np.bincount(slots, minlength=count) <= problem.room).all():
            yield slots


def starts(problem: Problem, chance: Vector) -> Iterator[Trial]:
    """Yield the plans to start from, the most promising first."""
    order = np.argsort(-chance, kind="stable")
    if chance[order[0]] == chance[order[-1]]:
        yield _greedy(problem, order)
        return
    duty = [slot for slot in range(problem.day.slots) if problem.day.on_duty[slot]]
    # likeliest at both ends of the day, unlikely ones in the middle; then likeliest last
    yield _blocks(problem, chance, sorted(duty, key=lambda slot: min(slot, problem.day.slots - 1 - slot)))
    yield _greedy(problem, order)
    yield _blocks(problem, chance, duty[::-1])
    yield _greedy(problem, order[::-1])


def _blocks(problem: Problem, chance: Vector, turn: Sequence[int]) -> Trial:
    """Seat people of like probability together: cut the list, likeliest first, into blocks of equal weight for the slots of ``turn``.

    Good plans found by long searches look like this. Whoever may not go where the block goes is seated greedily.
    """
    order = np.argsort(-chance, kind="stable")
    duty = np.array([problem.day.on_duty[slot] for slot in turn], dtype=np.float64)
    ends = np.cumsum(duty) / duty.sum() * max(float(chance.sum()), 1e-300)
    middle = np.cumsum(chance[order]) - 0.5 * chance[order]
    block = np.minimum(np.searchsorted(ends, middle), len(turn) - 1)
    slots = np.full(len(chance), -1, dtype=np.intp)
    free = problem.room.copy()
    for person, number in zip(order.tolist(), block.tolist(), strict=True):
        slot = turn[number]
        if problem.allowed[person, slot] and free[slot] > 0:
            slots[person] = slot
            free[slot] -= 1
    return _greedy(problem, order, slots)


def _greedy(problem: Problem, order: NDArray[np.intp], seated: Slots | None = None) -> Trial:
    """Put people one by one into the slot where they cost least (Muthuraman & Lawley 2008, IIE Trans 40:820-837, abstract).

    Prices are renewed every few people; in between no slot is used twice.
    """
    day = _without_target(problem.day)
    slots = np.full(problem.probs.shape[1], -1, dtype=np.intp) if seated is None else seated.copy()
    laws = slot_laws(day, problem.probs, slots)
    free = problem.room - np.bincount(slots[slots >= 0], minlength=day.slots)
    used = np.zeros(day.slots, dtype=bool)
    rises: Vector = np.zeros((day.slots, laws[0].shape[0]))
    group = max(day.slots // 4, 1)
    for number, person in enumerate(order[slots[order] < 0]):
        if number % group == 0:
            gains = marginals(passes(day, laws), laws)
            rises = np.array([(law * gain).sum(axis=1) for law, gain in zip(laws, gains, strict=True)])
            used[:] = False
        cost = rises @ (day.node_weights * problem.probs[:, person])
        open_slots = problem.allowed[person] & (free > 0)
        if not open_slots.any():
            return _by_matching(problem)
        if (open_slots & ~used).any():
            open_slots &= ~used
        slot = int(np.argmin(np.where(open_slots, cost, np.inf)))
        slots[person] = slot
        free[slot] -= 1
        used[slot] = True
        laws[slot] = _joined(laws[slot], problem.probs[:, person])
    laws = slot_laws(problem.day, problem.probs, slots)
    return Trial(slots, laws, price(problem, laws))


def _without_target(day: Day) -> Day:
    """Return a day whose missing interviews are priced as overtime work, half of them: quick, and close enough to start from."""
    w = day.weights
    if day.depth == 1:
        return day
    return replace(day, weights=replace(w, missing=0.0, overtime=w.overtime + 0.5 * w.missing / day.slot_minutes))


def _joined(law: Vector, p: Vector) -> Vector:
    """Return the law (K, reach + 1) with one more person of probability p (K,)."""
    grown = np.zeros((law.shape[0], law.shape[1] + 1))
    grown[:, :-1] = law * (1.0 - p[:, None])
    grown[:, 1:] += law * p[:, None]
    return grown


def _by_matching(problem: Problem) -> Trial:
    """Seat everyone by augmenting paths, for rooms so tight that greedy got stuck; raise ``ValueError`` if it cannot be done."""
    seated = longest_prefix(problem.allowed, problem.room)
    if len(seated) < problem.probs.shape[1]:
        raise ValueError(f"allowed: person {len(seated)} fits into no slot that has room")
    slots = np.array(seated, dtype=np.intp)
    laws = slot_laws(problem.day, problem.probs, slots)
    return Trial(slots, laws, price(problem, laws))
