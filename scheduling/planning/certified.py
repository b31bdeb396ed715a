"""A plan that is proved to be the best, for people with the same show probability and interviews of one slot.

In the cumulative numbers y_t = x_1 + ... + x_t the cost is L-natural-convex (equivalently: multimodular in x; Zacharias & Pinedo 2017
and Zacharias & Yunes 2020, abstracts; the equivalence is Murota's, recalled; here the inequality was checked numerically without a
violation, also for a mixture over the day effect, a priced target and a free number of people, where no proof is known to us).
Such a function is at its minimum where no set X of slots improves by y + 1_X or y - 1_X. The best X is the minimum of a submodular
set function, found by the minimum-norm point of its base polytope (Fujishige & Isotani 2011; Wolfe 1976, recalled).

Any point x of that polytope bounds the set function from below by the sum of its negative parts. If the bound is -e, convexity bounds
the distance to the optimum by (largest possible rise of a y) times e in each direction: that is ``gap``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduling.planning.checks import check_probabilities
from scheduling.planning.day import Day
from scheduling.planning.equal import Bounds, Counts, EqualCosts, bounds, inside
from scheduling.planning.laws import shifted
from scheduling.planning.neighbourhood import marginals, passes, survey
from scheduling.planning.steepest import best_step, no_change

_ROUNDS = 400


@dataclass(frozen=True, slots=True)
class CertifiedPlan:
    """``counts`` invited to each slot, the ``cost`` with invitations, and ``gap``: the optimum is at most this much cheaper."""

    counts: Counts
    cost: float
    gap: float


def certified_day(
    day: Day,
    p: float,
    people: int | tuple[int, int],
    *,
    lower: Sequence[int] | None = None,
    upper: Sequence[int] | None = None,
) -> CertifiedPlan:
    """Return the best numbers to invite to each slot, with the proof's tolerance.

    ``people`` is the number to invite, or (fewest, most) when the number is free; ``lower`` and ``upper`` bound each slot. Raises
    ``ValueError`` naming the argument, also for a day with a room cap, for which convexity does not hold.
    """
    if day.room_cap is not None:
        raise ValueError("room_cap: no certified plan is known when people are turned away")
    costs, limits = _checked(day, p, people, lower, upper)
    counts = _start(costs, limits)
    sign = 1
    for _ in range(_ROUNDS * day.slots):
        best, lower_bounds = counts, []
        for direction in (sign, -sign):
            better, bound = best_step(costs, limits, counts, direction)
            lower_bounds.append(bound)
            if better is not None:
                best, sign = better, direction
                break
        if best == counts:
            cost = costs([counts])[0]
            return CertifiedPlan(counts, cost, sum(limits.most * max(0.0, -bound) for bound in lower_bounds))
        counts = _run_on(costs, limits, counts, best)
    raise ArithmeticError("the descent did not end")


def settled_day(
    day: Day,
    p: float,
    people: int | tuple[int, int],
    *,
    lower: Sequence[int] | None = None,
    upper: Sequence[int] | None = None,
) -> CertifiedPlan:
    """Return a plan that no move, and no one person more or fewer, improves: quick for any size, without a proof (``gap`` is infinite)."""
    costs, limits = _checked(day, p, people, lower, upper)
    counts = _start(costs, limits)
    return CertifiedPlan(counts, costs([counts])[0], float("inf"))


def _checked(
    day: Day, p: float, people: int | tuple[int, int], lower: Sequence[int] | None, upper: Sequence[int] | None
) -> tuple[EqualCosts, Bounds]:
    """Check the arguments that both planners share."""
    check_probabilities("p", (p,))
    if isinstance(people, tuple | list):
        if len(people) != 2:
            raise ValueError(f"people: a number or (fewest, most) is needed, not {people!r}")
        fewest, most = people
    else:
        fewest = most = people
    return EqualCosts(day, p), bounds(day, fewest=fewest, most=most, lower=lower, upper=upper)


def _run_on(costs: EqualCosts, limits: Bounds, old: Counts, new: Counts) -> Counts:
    """Repeat a good step in doubled lengths while that helps."""
    step = [b - a for a, b in zip(old, new, strict=True)]
    length = 1
    while True:
        longer = tuple(a + length * s for a, s in zip(new, step, strict=True))
        if not inside(limits, longer) or costs([longer])[0] >= costs([new])[0] - no_change(costs([new])[0]):
            return new
        new = longer
        length *= 2


def _start(costs: EqualCosts, limits: Bounds) -> Counts:
    """Add people where they cost least, as long as it pays (free number) or until all are placed, then move single people.

    Prices are renewed every few people; in between no slot is used twice.
    """
    day = costs.day
    counts = np.array(limits.lower, dtype=np.intp)
    upper = np.array(limits.upper)
    chance = np.array([shifted(costs.p, shift) for shift, _ in day.nodes])
    linear = day if limits.free or day.depth == 1 else replace(day, weights=replace(day.weights, missing=0.0))
    while counts.sum() < limits.most:
        laws = costs.laws(counts[None, :])
        gains = marginals(passes(linear, laws), laws)
        rises = np.array(
            [(day.node_weights * chance) @ (law * gain).sum(axis=1) for law, gain in zip(laws, gains, strict=True)]
        )
        # among equals an even spread is the plan people expect
        even = 1e-9 * (1.0 + np.abs(rises).max()) * (counts + 1.0) / np.maximum(day.on_duty, 0.5)
        order = [int(t) for t in np.argsort(rises + even, kind="stable") if counts[t] < upper[t]]
        for slot in order[: max(min(day.slots // 4, limits.most - int(counts.sum())), 1)]:
            if counts.sum() >= limits.fewest and rises[slot] + day.weights.invitation >= 0:
                return _resized(costs, limits, tuple(counts.tolist()))
            counts[slot] += 1
    return _resized(costs, limits, tuple(counts.tolist()))


def _resized(costs: EqualCosts, limits: Bounds, counts: Counts) -> Counts:
    """Move single people, and add or leave out one, while that helps."""
    while True:
        counts = _moved(costs, limits, counts)
        tries = [
            (*counts[:slot], counts[slot] + change, *counts[slot + 1 :])
            for change in (1, -1)
            for slot in range(len(counts))
        ]
        tries = [choice for choice in tries if inside(limits, choice)]
        if not tries:
            return counts
        found = costs(tries)
        best = int(np.argmin(found))
        if found[best] >= costs([counts])[0] - no_change(found[best]):
            return counts
        counts = tries[best]


def _moved(costs: EqualCosts, limits: Bounds, counts: Counts) -> Counts:
    """Move single people while that helps: one survey of a representative of each slot prices all moves exactly."""
    day = costs.day
    while True:
        busy = np.flatnonzero(np.array(counts) > np.array(limits.lower))
        probs = day.node_probs([costs.p] * len(busy)) if len(busy) else np.zeros((len(day.nodes), 0))
        found = survey(day, probs, busy, costs.laws(np.array([counts])))
        rows, columns = np.nonzero(found.change < -no_change(found.cost))
        better = list(counts)
        touched: set[int] = set()
        first: Counts | None = None
        for index in np.argsort(found.change[rows, columns], kind="stable").tolist():
            a, b = int(rows[index]), int(columns[index])
            giver, taker = (a, b) if found.order[a] < len(busy) else (b, a)
            if found.order[taker] < len(busy):
                continue  # an exchange of two equal people
            here, there = int(found.place[giver]), int(found.place[taker])
            if here in touched or there in touched or counts[there] >= limits.upper[there]:
                continue
            better[here] -= 1
            better[there] += 1
            touched.update((here, there))
            first = first or tuple(better)
        if first is None:
            return counts
        together = tuple(better)
        counts = min((first, together), key=lambda choice: costs([choice])[0])
