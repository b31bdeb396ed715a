"""Local search for the slots of people with different show probabilities.

No theorem helps here (reference/overbooking.md, section 3e), so: two greedy starts, then steepest exchanges and moves, all priced
exactly, then seeded kicks from the best plan found. Nothing reads a clock: ``effort`` counts full surveys of the neighbourhood.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.laws import Vector
from scheduling.planning.neighbourhood import Slots, Survey, slot_law, slot_laws, survey
from scheduling.planning.starts import Problem, Trial, plain_rules, price, starts

# Most exchanges made at once on one survey.
_TOGETHER = 4
# Each start gets this part of the effort before the better one is taken further.
_RACE = 8
# Below this effort only the first two starts are tried, and proofs are left out.
HASTE = 16


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
    best: Trial | None = None
    for start in islice(starts(problem, chance) if begun is None else _from(problem, begun), _most_starts(effort)):
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
    for slots in plain_rules(problem) if begun is None else ():
        laws = slot_laws(problem.day, problem.probs, slots)
        plan = Trial(slots, laws, price(problem, laws))
        if plan.cost < best.cost - _slack(best.cost):
            best, _ = _descend(problem, plan, effort)
    return best.slots, best.cost


def _most_starts(effort: int) -> int | None:
    return 2 if effort < HASTE else None


def _from(problem: Problem, slots: Slots) -> Iterator[Trial]:
    laws = slot_laws(problem.day, problem.probs, slots)
    yield Trial(slots.copy(), laws, price(problem, laws))


def _slack(cost: float) -> float:
    return 1e-12 * (1.0 + abs(cost))


def _descend(problem: Problem, plan: Trial, effort: int) -> tuple[Trial, int]:
    """Follow the best exchanges and moves until none helps or ``effort`` surveys are used; return the plan and the surveys used."""
    for used in range(1, effort + 1):
        found = survey(problem.day, problem.probs, plan.slots, plan.laws)
        plan.cost = found.cost
        if not _improved(problem, plan, found):
            return plan, used
    return plan, effort


def _improved(problem: Problem, plan: Trial, found: Survey) -> bool:
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


def _relaid(problem: Problem, plan: Trial, slots: Slots) -> list[Vector]:
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


def _kicked(problem: Problem, plan: Trial, random: np.random.Generator) -> Trial:
    """Return a copy of ``plan`` in which two slots have changed their people, or a few people their slots."""
    people = problem.probs.shape[1]
    slots = plan.slots.copy()
    here, there = (int(k) for k in random.integers(problem.day.slots, size=2))
    if here != there and random.random() < 0.5 and _may_change_all(problem, slots, here, there):
        first, second = slots == here, slots == there
        slots[first], slots[second] = there, here
        laws = slot_laws(problem.day, problem.probs, slots)
        return Trial(slots, laws, price(problem, laws))
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
    return Trial(slots, laws, price(problem, laws))


def _may_change_all(problem: Problem, slots: Slots, here: int, there: int) -> bool:
    """Say whether everyone in two slots may go to the other one."""
    first, second = slots == here, slots == there
    fits = first.sum() <= problem.room[there] and second.sum() <= problem.room[here]
    return bool(fits and problem.allowed[first, there].all() and problem.allowed[second, here].all())
