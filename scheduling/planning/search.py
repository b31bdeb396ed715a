"""Local search for the slots of people with different show probabilities.

No theorem helps here (reference/overbooking.md, section 3e), so: two greedy starts, then steepest exchanges and moves, all priced
exactly, then seeded kicks from the best plan found. Nothing reads a clock: ``effort`` counts full surveys of the neighbourhood.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.day import Day, chain_costs
from scheduling.planning.laws import Vector
from scheduling.planning.neighbourhood import Slots, Survey, marginals, passes, slot_law, slot_laws, survey
from scheduling.planning.seating import Mask, longest_prefix

# Most exchanges made at once on one survey.
_TOGETHER = 4
# Each start gets this part of the effort before the better one is taken further.
_RACE = 8
# Below this effort only the first two starts are tried, and proofs are left out.
HASTE = 16


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
class _Plan:
    """A schedule with its arrival laws and its cost (without invitations)."""

    slots: Slots
    laws: list[Vector] = field(default_factory=list)
    cost: float = np.inf


def price(problem: Problem, laws: Sequence[Vector]) -> float:
    """Return the expected cost under the mixture of the nodes."""
    return float(chain_costs(problem.day, laws) @ problem.day.node_weights)


def local_search(problem: Problem, *, effort: int, seed: int, begun: Slots | None = None) -> tuple[Slots, float]:
    """Return the best slots found and their cost without invitations; the same arguments give the same answer.

    With ``begun`` the search goes on from these slots alone, and what it returns is never dearer.
    """
    people = problem.probs.shape[1]
    if people == 0:
        nobody = np.zeros(0, dtype=np.intp)
        return nobody, price(problem, slot_laws(problem.day, problem.probs, nobody))
    chance = problem.probs.T @ problem.day.node_weights
    left = effort
    best: _Plan | None = None
    for start in islice(_starts(problem, chance) if begun is None else _from(problem, begun), _most_starts(effort)):
        plan, used = _descend(problem, start, max(min(left, effort // _RACE), 1))
        left -= used
        best = plan if best is None or plan.cost < best.cost else best
    assert best is not None  # noqa: S101 - there is at least one order
    best, used = _descend(problem, best, max(left, 1))
    left -= used
    random = np.random.default_rng(seed)
    while left > 0:
        plan, used = _descend(problem, _kicked(problem, best, random), left)
        left -= used
        if plan.cost < best.cost - _slack(best.cost):
            best = plan
    for slots in _plain(problem) if begun is None else ():
        laws = slot_laws(problem.day, problem.probs, slots)
        plan = _Plan(slots, laws, price(problem, laws))
        if plan.cost < best.cost - _slack(best.cost):
            best, _ = _descend(problem, plan, effort)
    return best.slots, best.cost


def _most_starts(effort: int) -> int | None:
    return 2 if effort < HASTE else None


def _from(problem: Problem, slots: Slots) -> Iterator[_Plan]:
    laws = slot_laws(problem.day, problem.probs, slots)
    yield _Plan(slots.copy(), laws, price(problem, laws))


def _plain(problem: Problem) -> Iterator[Slots]:
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


def _slack(cost: float) -> float:
    return 1e-12 * (1.0 + abs(cost))


def _starts(problem: Problem, chance: Vector) -> Iterator[_Plan]:
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


def _blocks(problem: Problem, chance: Vector, turn: Sequence[int]) -> _Plan:
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


def _greedy(problem: Problem, order: NDArray[np.intp], seated: Slots | None = None) -> _Plan:
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
    return _Plan(slots, laws, price(problem, laws))


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


def _by_matching(problem: Problem) -> _Plan:
    """Seat everyone by augmenting paths, for rooms so tight that greedy got stuck; raise ``ValueError`` if it cannot be done."""
    seated = longest_prefix(problem.allowed, problem.room)
    if len(seated) < problem.probs.shape[1]:
        raise ValueError(f"allowed: person {len(seated)} fits into no slot that has room")
    slots = np.array(seated, dtype=np.intp)
    laws = slot_laws(problem.day, problem.probs, slots)
    return _Plan(slots, laws, price(problem, laws))


def _descend(problem: Problem, plan: _Plan, effort: int) -> tuple[_Plan, int]:
    """Follow the best exchanges and moves until none helps or ``effort`` surveys are used; return the plan and the surveys used."""
    for used in range(1, effort + 1):
        found = survey(problem.day, problem.probs, plan.slots, plan.laws)
        plan.cost = found.cost
        if not _improved(problem, plan, found):
            return plan, used
    return plan, effort


def _improved(problem: Problem, plan: _Plan, found: Survey) -> bool:
    """Make the best exchange, and with it others in slots it leaves alone if together they help more; return whether any helped."""
    flat = np.flatnonzero(found.change.ravel() < -_slack(plan.cost))
    flat = flat[np.argsort(found.change.ravel()[flat], kind="stable")]
    size = np.bincount(plan.slots, minlength=problem.day.slots)
    taken: set[int] = set()
    first = 0.0
    after: list[Slots] = []
    for index in flat.tolist():
        a, b = divmod(index, len(found.order))
        here, there = int(found.place[a]), int(found.place[b])
        pair = int(found.order[a]), int(found.order[b])
        if here in taken or there in taken or not _may(problem, size, pair, (here, there)):
            continue
        first = first or float(found.change[a, b])
        slots = (after[-1] if after else plan.slots).copy()
        for person, slot in zip(pair, (there, here), strict=True):
            if person < len(slots):
                slots[person] = slot
        after.append(slots)
        taken.update((here, there))
        if len(taken) + 2 > problem.day.slots or len(after) >= _TOGETHER:
            break
    if not after:
        return False
    goal = plan.cost + first
    if len(after) > 1:
        laws = _relaid(problem, plan, after[-1])
        cost = price(problem, laws)
        if cost < goal:
            plan.slots, plan.laws, plan.cost = after[-1], laws, cost
            return True
    plan.laws = _relaid(problem, plan, after[0])
    plan.slots, plan.cost = after[0], goal
    return True


def _relaid(problem: Problem, plan: _Plan, slots: Slots) -> list[Vector]:
    """Return the arrival laws for ``slots``, made anew only where somebody came or left."""
    changed = slots != plan.slots
    stale = set(slots[changed].tolist()) | set(plan.slots[changed].tolist())
    return [
        slot_law(problem.day, problem.probs[:, slots == slot], slot) if slot in stale else law
        for slot, law in enumerate(plan.laws)
    ]


def _may(problem: Problem, size: NDArray[np.intp], pair: tuple[int, int], places: tuple[int, int]) -> bool:
    """Say whether both people may be where the exchange puts them (stand-ins may be anywhere)."""
    people = problem.probs.shape[1]
    (i, j), (here, there) = pair, places
    if i >= people and j >= people:
        return False
    if i < people and not problem.allowed[i, there]:
        return False
    if j < people and not problem.allowed[j, here]:
        return False
    if i >= people:
        return bool(size[here] < problem.room[here])
    return j < people or bool(size[there] < problem.room[there])


def _kicked(problem: Problem, plan: _Plan, random: np.random.Generator) -> _Plan:
    """Return a copy of ``plan`` in which two slots have changed their people, or a few people their slots."""
    people = problem.probs.shape[1]
    slots = plan.slots.copy()
    here, there = (int(k) for k in random.integers(problem.day.slots, size=2))
    if here != there and random.random() < 0.5 and _may_change_all(problem, slots, here, there):
        first, second = slots == here, slots == there
        slots[first], slots[second] = there, here
        laws = slot_laws(problem.day, problem.probs, slots)
        return _Plan(slots, laws, price(problem, laws))
    for _ in range(2 + int(random.integers(3))):
        i, j = (int(k) for k in random.integers(people, size=2))
        here, there = int(slots[i]), int(slots[j])
        if problem.allowed[i, there] and problem.allowed[j, here] and here != there:
            slots[i], slots[j] = there, here
            continue
        size = np.bincount(slots, minlength=problem.day.slots)
        open_slots = np.flatnonzero(problem.allowed[i] & (size < problem.room))
        if len(open_slots):
            slots[i] = int(open_slots[random.integers(len(open_slots))])
    laws = slot_laws(problem.day, problem.probs, slots)
    return _Plan(slots, laws, price(problem, laws))


def _may_change_all(problem: Problem, slots: Slots, here: int, there: int) -> bool:
    """Say whether everyone in two slots may go to the other one."""
    first, second = slots == here, slots == there
    fits = first.sum() <= problem.room[there] and second.sum() <= problem.room[here]
    return bool(fits and problem.allowed[first, there].all() and problem.allowed[second, here].all())
