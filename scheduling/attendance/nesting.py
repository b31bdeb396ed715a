"""Nested empirical Bayes: company -> source -> office of that source -> vacancy there.

Every group borrows from its parent what its own people do not tell. The rule is exact for Beta beliefs up to two
stated steps: variances add on the way down (``beliefs.member``), and a group passes upward no more evidence than
its scatter allows, n (S + 1) / (n + S). No row is used twice: a group's prior leaves the group itself out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.beliefs import PRIOR, Belief, member
from scheduling.attendance.special import log_beta, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVELS = ("source", "office", "vacancy")
SEPARATOR = "\x1f"
USUAL_SPREAD = 40.0  # how a first stranger scatters about the company before there are two groups to compare
ALIKE = 1e9
_SPREADS = np.exp(np.linspace(math.log(2.0), math.log(2000.0), 41))


@dataclass(frozen=True, slots=True)
class Level:
    """One level: the Beta weight with which its groups scatter about their parent, and a belief for each."""

    spread: float
    groups: Mapping[str, Belief]


@dataclass(frozen=True, slots=True)
class Tree:
    """Beliefs of the company and of every group seen; keys are codes joined by ``SEPARATOR``."""

    root: Belief
    levels: tuple[Level, Level, Level]

    def belief(self, *, source: str = "", office: str = "", vacancy: str = "") -> Belief:
        """Return what is believed of a person of whom only this is known.

        A stranger's group has its parent's mean and less weight; with no history at all everybody has ``root``.
        """
        if not source and (office or vacancy) and f"{SEPARATOR}{office}" not in self.levels[1].groups:
            return self._any_source(office, vacancy)
        found, path = self.root, ""
        for level, code in zip(self.levels, (source, office, vacancy), strict=True):
            path = f"{path}{SEPARATOR}{code}" if path or level is not self.levels[0] else code
            known = level.groups.get(path)
            if known is None:
                return member(found, level.spread) if level.groups and code else found
            found = known
        return found

    def _any_source(self, office: str, vacancy: str) -> Belief:
        """Return the belief about people of any source: the groups there, each by its weight, errors independent."""
        there = [
            belief
            for key, belief in self.levels[2].groups.items()
            if (not office or key.split(SEPARATOR)[1] == office) and (not vacancy or key.split(SEPARATOR)[2] == vacancy)
        ]
        if not there:
            return member(self.root, self.levels[0].spread) if self.levels[0].groups else self.root
        total = sum(belief.weight for belief in there)
        mean = sum(belief.weight * belief.mean for belief in there) / total
        variance = sum((belief.weight / total) ** 2 * belief.variance for belief in there)
        # What all groups borrow from the company errs in common: no more is known of the mixture than of the company.
        return Belief(mean=mean, weight=min(mean * (1 - mean) / variance - 1, max(self.root.weight, PRIOR.weight)))


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts of people by group and day, shape (cells,) each.

    Attributes:
        groups: group number at each of the three levels, nested.
        day: number of the day (0 = first). people, came: counts. fresh: discount of the day, in (0, 1].
    """

    groups: tuple[Ints, Ints, Ints]
    day: Ints
    people: Floats
    came: Floats
    fresh: Floats


@dataclass(frozen=True, slots=True)
class _Flow:
    """Evidence of each cell's group, as counted at its own level and at its parent's: (people, came) per cell."""

    own: tuple[Floats, Floats]
    in_parent: tuple[Floats, Floats]


def nest(
    cells: Cells, keys: tuple[list[str], list[str], list[str]], *, day_correlation: float, prior: Belief = PRIOR
) -> tuple[Tree, Floats]:
    """Return the tree and, for each cell, the mean belief with that cell's whole day left out.

    ``keys``: name of each group by level. The second value is what a model on top may be fitted to: it never
    contains the row's own outcome or that of people who shared its day.
    """
    spreads, weights = _upward(cells, day_correlation, prior)
    full = [_flow(cells, level, weights, leave_day_out=False) for level in range(4)]
    less = [_flow(cells, level, weights, leave_day_out=True) for level in range(4)]
    beliefs = _downward(full, spreads, prior)
    root_people, root_came = (float(part[0]) if part.size else 0.0 for part in full[0].own)
    weight = prior.weight + root_people
    root = Belief(mean=(prior.a + root_came) / weight, weight=weight)
    levels = []
    for level in range(3):
        a, b = beliefs[level]
        numbers, first = np.unique(cells.groups[level], return_index=True)
        groups = {
            keys[level][number]: Belief(mean=float(a[at] / (a[at] + b[at])), weight=float(a[at] + b[at]))
            for number, at in zip(numbers, first, strict=True)
        }
        levels.append(Level(spread=min(spreads[level], _new_spread(spreads[level])), groups=groups))
    a, b = _downward(less, spreads, prior)[-1]
    return Tree(root=root, levels=(levels[0], levels[1], levels[2])), a / (a + b)


def _new_spread(spread: float) -> float:
    return USUAL_SPREAD if spread >= ALIKE else spread


def _upward(cells: Cells, rho: float, prior: Belief) -> tuple[list[float], list[Floats]]:
    """Return the spread of each level and the evidence of one person of each cell as counted at levels 0..3."""
    spreads = [ALIKE] * 3
    weights: list[Floats] = [np.ones(0)] * 4
    passed = np.ones_like(cells.people)
    for level in (3, 2, 1, 0):
        day_people = _sum_by(_with_day(cells, level), cells.people)
        weights[level] = cells.fresh * passed / (1 + np.maximum(day_people - 1, 0) * rho)
        if level:
            group = cells.groups[level - 1]
            people = totals(group, weights[level] * cells.people)
            came = totals(group, weights[level] * cells.came)
            parent = cells.groups[level - 2] if level > 1 else np.zeros_like(group)
            spreads[level - 1] = _spread(people, came, _parent_of(group, parent), prior)
            s = spreads[level - 1]
            passed = passed * np.minimum(1.0, (s + 1) / (people + s))[group]
    return spreads, weights


def _spread(people: Floats, came: Floats, parent: Ints, prior: Belief) -> float:
    """Return the Beta weight S that makes the counts of sibling groups most likely; ``ALIKE`` without siblings.

    Maximises sum_g log B(y + mS, n - y + (1 - m)S) - log B(mS, (1 - m)S) with m the parent's rate, plus a weak
    prior log S ~ N(log 40, 1). Source: beta-binomial marginal likelihood.
    """
    siblings = np.bincount(parent)[parent] > 1
    if not siblings.any():
        return ALIKE
    rate = (totals(parent, came) + prior.a) / (totals(parent, people) + prior.weight)
    m, n, y = rate[parent][siblings], people[siblings], came[siblings]
    s = _SPREADS[:, None]
    fit = (log_beta(y + m * s, n - y + (1 - m) * s) - log_beta(m * s, (1 - m) * s)).sum(axis=1)
    fit = fit - 0.5 * np.log(_SPREADS / USUAL_SPREAD) ** 2
    return float(_SPREADS[int(np.argmax(fit))])


def _downward(flows: list[_Flow], spreads: list[float], prior: Belief) -> list[tuple[Floats, Floats]]:
    """Return Beta parameters per cell of its group at levels 1..3: parent without me, widened, plus my own."""
    a: Floats = np.full(flows[0].own[0].shape, prior.a)
    b: Floats = np.full(flows[0].own[0].shape, prior.b)
    beliefs = []
    for level in (1, 2, 3):
        people = np.maximum(flows[level - 1].own[0] - flows[level].in_parent[0], 0.0)
        came = np.clip(flows[level - 1].own[1] - flows[level].in_parent[1], 0.0, people)
        a, b = _members(a + came, b + people - came, spreads[level - 1])
        own_people, own_came = flows[level].own
        beliefs.append((a + own_came, b + own_people - own_came))
    return beliefs


def _members(a: Floats, b: Floats, spread: float) -> tuple[Floats, Floats]:
    """``beliefs.member`` for arrays of Beta parameters."""
    if spread >= ALIKE:
        return a, b
    weight = a + b
    variance_by_shape = 1 / (weight + 1) + (1 - 1 / (weight + 1)) / (spread + 1)
    scale = (1 / variance_by_shape - 1) / weight
    return a * scale, b * scale


def _flow(cells: Cells, level: int, weights: list[Floats], *, leave_day_out: bool) -> _Flow:
    def sums(weight: Floats) -> tuple[Floats, Floats]:
        group = cells.groups[level - 1] if level else np.zeros_like(cells.day)
        parts = []
        for counts in (cells.people, cells.came):
            total = _sum_by(group, weight * counts)
            if leave_day_out:
                total = total - _sum_by(_with_day(cells, level), weight * counts)
            parts.append(np.maximum(total, 0.0))
        return parts[0], parts[1]

    return _Flow(own=sums(weights[level]), in_parent=sums(weights[max(level - 1, 0)]))


def _with_day(cells: Cells, level: int) -> Ints:
    group = cells.groups[level - 1] if level else np.zeros_like(cells.day)
    days = int(cells.day.max(initial=0)) + 1
    return np.asarray(np.unique(group * days + cells.day, return_inverse=True)[1], dtype=np.int64)


def _sum_by(group: Ints, values: Floats) -> Floats:
    """Return, for each entry, the sum of ``values`` over its group."""
    return totals(group, values)[group]


def _parent_of(group: Ints, parent: Ints) -> Ints:
    """Return the parent of each group number."""
    found = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    found[group] = parent
    return found
