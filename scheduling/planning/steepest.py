"""The best set of slots to move together: a submodular minimum by the minimum-norm point (see ``certified``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduling.planning.equal import Bounds, Counts, EqualCosts
from scheduling.planning.laws import Vector, closing_staff, shifted

_ROUNDS = 400


def no_change(cost: float) -> float:
    """Return the change of cost that counts as none: well above the rounding of one evaluation."""
    return 1e-11 * (1.0 + abs(cost))


@dataclass(slots=True)
class _Steps:
    """The set function f(y + sign 1_X) - f(y) over sets of slots, made finite and submodular on all sets.

    Bounds on x mean "if t is in X, so is t'". A set is replaced by its closure under these rules, at ``fee`` for each slot added; with a
    fee above any change by one person the result stays submodular. Slots whose closure is impossible are left out of ``ground``.
    """

    costs: EqualCosts
    counts: Counts
    sign: int
    fee: float
    ground: list[int] = field(default_factory=list)
    closure: list[int] = field(default_factory=list)
    base: float = 0.0

    def prepare(self, limits: Bounds) -> None:
        """Work out which slots must go together."""
        slots = len(self.counts)
        total = sum(self.counts)
        last_free = total < limits.most if self.sign > 0 else total > limits.fewest
        needs: list[list[int]] = [[] for _ in range(slots)]
        banned = [False] * slots
        banned[slots - 1] = not last_free
        for t, x in enumerate(self.counts):
            # x_t changes by sign * ([t in X] - [t-1 in X])
            down_blocked, up_blocked = x == limits.lower[t], x == limits.upper[t]
            if up_blocked if self.sign > 0 else down_blocked:
                if t == 0:
                    banned[0] = True
                else:
                    needs[t].append(t - 1)
            if t > 0 and (down_blocked if self.sign > 0 else up_blocked):
                needs[t - 1].append(t)
        self.closure = [0] * slots
        for t in range(slots):
            reached, stack = {t}, [t]
            while stack:
                for other in needs[stack.pop()]:
                    if other not in reached:
                        reached.add(other)
                        stack.append(other)
            self.closure[t] = sum(1 << r for r in reached)
            if not any(banned[r] for r in reached):
                self.ground.append(t)
        self.base = self.costs([self.counts])[0]

    def schedule(self, closed: int) -> Counts:
        """Return x after the step along a closed set (bit mask)."""
        y = np.array([closed >> t & 1 for t in range(len(self.counts))], dtype=np.intp)
        change = self.sign * np.diff(y, prepend=0)
        return tuple((np.array(self.counts) + change).tolist())

    def chain(self, order: Sequence[int]) -> tuple[Vector, Counts, float]:
        """Return the vertex of the base polytope for ``order`` and the best schedule met on the way with its change of cost."""
        closed = 0
        masks = []
        fees = []
        for size, t in enumerate(order, 1):
            closed |= self.closure[t]
            masks.append(closed)
            fees.append(self.fee * (closed.bit_count() - size))
        schedules = [self.schedule(mask) for mask in masks]
        changes = np.array(self.costs(schedules)) - self.base
        vertex = np.diff(changes + np.array(fees), prepend=0.0)
        best = int(np.argmin(changes))
        out = np.empty(len(self.ground))
        index = {t: k for k, t in enumerate(self.ground)}
        out[[index[t] for t in order]] = vertex
        return out, schedules[best], float(changes[best])


def best_step(costs: EqualCosts, limits: Bounds, counts: Counts, sign: int) -> tuple[Counts | None, float]:
    """Return a schedule that improves on ``counts`` by a set of slots, or None with a lower bound of every such change."""
    steps = _Steps(costs, counts, sign, _fee(costs, limits))
    steps.prepare(limits)
    if not steps.ground:
        return None, 0.0
    tolerance = no_change(steps.base)
    point, schedule, change = steps.chain(steps.ground)
    vertices = point[None, :]
    shares = np.ones(1)
    bound = -np.inf
    for _ in range(_ROUNDS):
        if change < -tolerance:
            return schedule, change
        bound = max(bound, float(np.minimum(point, 0.0).sum()))
        if bound >= -tolerance:
            break
        order = [steps.ground[k] for k in np.argsort(point, kind="stable")]
        vertex, schedule, change = steps.chain(order)
        noise = 1e-15 * float(np.linalg.norm(point)) * float(np.linalg.norm(vertices, axis=1).max())
        if point @ point - point @ vertex <= noise:
            break
        vertices, shares = _to_nearest(np.vstack([vertices, vertex]), np.append(shares, 0.0))
        point = shares @ vertices
    if change < -tolerance:
        return schedule, change
    return None, min(bound, 0.0)


def _to_nearest(vertices: Vector, shares: Vector) -> tuple[Vector, Vector]:
    """Do Wolfe's minor cycles: go to the point of least norm in the hull of the vertices, dropping those with share 0."""
    while True:
        rest = np.linalg.lstsq((vertices[1:] - vertices[0]).T, -vertices[0], rcond=None)[0]
        affine = np.append(1.0 - rest.sum(), rest)
        if (affine > 1e-14).all():
            return vertices, affine
        falling = affine <= 1e-14
        room = shares[falling] / np.maximum(shares[falling] - affine[falling], 1e-300)
        step = min(1.0, float(room.min()))
        shares = np.maximum(shares + step * (affine - shares), 0.0)
        keep = shares > 1e-14
        if keep.all():
            keep[np.flatnonzero(falling)[int(np.argmin(room))]] = False
        vertices, shares = vertices[keep], shares[keep] / shares[keep].sum()


def _fee(costs: EqualCosts, limits: Bounds) -> float:
    """Return more than moving one person can ever change the cost.

    One sure arrival more makes at most one person more wait in each slot until the queue is empty, which after the day takes at most
    n / c slots; overtime, tardiness, idle time and the target change by at most one slot or interview.
    """
    day, w = costs.day, costs.day.weights
    after = (limits.most + day.waiting) / closing_staff(day.on_duty) + 2.0
    per_slot = w.wait * (day.slots + after) + w.idle + w.overtime + w.tardiness
    walk_ins = sum(day.walk_ins) * 4.0 * w.wait * day.slot_minutes if day.walk_ins else 0.0
    likeliest = max(shifted(costs.p, shift) for shift, _ in day.nodes)
    return 2.0 * likeliest * (per_slot * day.slot_minutes + w.missing + walk_ins) + 2.0 * w.invitation + 1e-9
