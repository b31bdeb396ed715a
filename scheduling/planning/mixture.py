"""Shared uncertainty: a common shift of everybody's log-odds, by the day and by what is not known of the rate.

People do not come independently: weather, a strike, a wrong address move all of a day at once, and an estimate that is
too high is too high for all. Both are one normal shift on the logit, mixed over Gauss-Hermite nodes
(reference/overbooking.md, section 2). The mean of every person's chance stays what it was: the centre is corrected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from scheduling.planning.checks import Nodes, check_non_negative, check_probabilities, check_whole
from scheduling.planning.laws import Vector

PLANNING_NODES = 7
MOST_NODES = 100
LEAST_WEIGHT = 1e-6
MOST_COUNT = 1_000_000_000


@lru_cache(maxsize=64)
def common_shift(sd: float, nodes: int = PLANNING_NODES) -> Nodes:
    """Return (shift, weight) pairs of a normal shift with standard deviation ``sd`` >= 0 on the logit.

    >>> common_shift(0.0)
    ((0.0, 1.0),)
    """
    check_non_negative("sd", sd)
    check_whole("nodes", nodes, least=1, most=MOST_NODES)
    if sd == 0.0:
        return ((0.0, 1.0),)
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    return tuple((float(sd * x), float(w)) for x, w in zip(points, weights, strict=True))


def day_sd(correlation: float, p: float) -> float:
    """Return the standard deviation on the logit that makes two people of one day correlate by ``correlation``.

    The rate of a day varies by about (p (1 - p) sd)^2, which is correlation p (1 - p); so sd = (correlation / (p (1 - p)))^0.5.
    """
    check_probabilities("correlation", (correlation,))
    check_probabilities("p", (p,))
    if not 0.0 < p < 1.0:
        return 0.0
    return math.sqrt(correlation / (p * (1.0 - p)))


def rate_sd(mean: float, weight: float) -> float:
    """Return the standard deviation on the logit of a rate believed to be Beta(mean weight, (1 - mean) weight).

    Var log(X / (1 - X)) = psi1(a) + psi1(b), the trigamma function (Abramowitz and Stegun 6.4.12 gives its series).
    """
    check_probabilities("mean", (mean,))
    check_non_negative("weight", weight)
    if not (0.0 < mean < 1.0 and weight > 0.0):
        return 0.0
    if weight < LEAST_WEIGHT:
        raise ValueError(f"weight: {weight!r} must be 0 (nothing is learned from it) or at least {LEAST_WEIGHT}")

    def trigamma(x: float) -> float:
        total = 0.0
        while x < 8.0:
            total += 1.0 / (x * x)
            x += 1.0
        return total + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5)

    return math.sqrt(trigamma(mean * weight) + trigamma((1.0 - mean) * weight))


@lru_cache(maxsize=8192)
def chances(p: float, nodes: Nodes) -> tuple[float, ...]:
    """Return the chance at every node of somebody whose chance is ``p`` in the mean over the nodes.

    0 and 1 are certain and stay. The centre is found by Newton's method on the mixture's mean, to 1e-12; where a very wide
    shift leaves no slope to follow, by halving.
    """
    if p in (0.0, 1.0) or len(nodes) == 1:
        return tuple(p for _ in nodes)
    shifts = np.array([shift for shift, _ in nodes])
    weights = np.array([weight for _, weight in nodes])
    # Beyond these odds a shift of the day changes nothing that can be seen.
    if not 1e-12 < p < 1.0 - 1e-12:
        return tuple(p for _ in nodes)
    centre = math.log(p / (1.0 - p))
    low, high = centre - float(shifts.max()), centre - float(shifts.min())
    for _ in range(200):
        at = _expit(centre + shifts)
        error = float(weights @ at) - p
        if abs(error) < 1e-12:
            break
        low, high = (low, centre) if error > 0.0 else (centre, high)
        slope = float(weights @ (at * (1.0 - at)))
        centre = centre - error / slope if slope > 1e-300 else low
        if not low < centre < high:
            centre = (low + high) / 2
    return tuple(float(value) for value in _expit(centre + shifts))


def _expit(odds: Vector) -> Vector:
    """Return 1 / (1 + exp(-odds)); beyond 700 nothing changes that a double can hold."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0))))


def chance_table(probs: Sequence[float], nodes: Nodes) -> Vector:
    """Return the chances of all people at all nodes; shape (nodes, people)."""
    if not probs:
        return np.zeros((len(nodes), 0))
    return np.array([chances(float(p), nodes) for p in probs]).T


def node_weights(nodes: Nodes) -> Vector:
    """Return the weights of the nodes; shape (nodes,)."""
    return np.array([weight for _, weight in nodes])


def arrival_laws(table: Vector) -> Vector:
    """Return the Poisson-binomial law of the number that come at every node; shape (nodes, people + 1).

    One person at a time, ``f'[k] = (1 - p) f[k] + p f[k-1]``: all terms >= 0, so tails keep their relative accuracy.
    """
    count, people = table.shape
    law = np.zeros((count, people + 1))
    law[:, 0] = 1.0
    for index in range(people):
        p = table[:, index : index + 1]
        law[:, 1 : index + 2] = law[:, 1 : index + 2] * (1.0 - p) + law[:, : index + 1] * p
        law[:, :1] *= 1.0 - p
    return law


@lru_cache(maxsize=4096)
def laws_of(probs: tuple[float, ...], nodes: Nodes) -> Vector:
    """Return ``arrival_laws`` of these people, kept: bands of alike people come again and again (read-only)."""
    laws = arrival_laws(chance_table(probs, nodes))
    laws.setflags(write=False)
    return laws


def first_enough(probs: Iterable[float], nodes: Nodes, *, target: int, assurance: float) -> int | None:
    """Return how many of ``probs``, taken in their order, make P(at least ``target`` come) reach ``assurance``.

    One pass with the laws cut at the target; None when all of them are too few.
    """
    weights = node_weights(nodes)
    below = np.zeros((len(nodes), max(target, 1)))
    below[:, 0] = 1.0
    if target == 0:
        return 0
    for count, p in enumerate(probs, start=1):
        at = np.array(chances(p, nodes))[:, None]
        below[:, 1:] = below[:, 1:] * (1.0 - at) + below[:, :-1] * at
        below[:, :1] *= 1.0 - at
        if count >= target and 1.0 - float(weights @ below.sum(axis=1)) >= assurance - 1e-12:
            return count
    return None


def mixed_law(probs: Sequence[float], nodes: Nodes) -> Vector:
    """Return the law of the number that come, mixed over the nodes; shape (people + 1,). Raises ``ValueError`` naming ``probs``."""
    check_probabilities("probs", probs)
    return np.asarray(node_weights(nodes) @ laws_of(tuple(probs), tuple(nodes)))


def quantile(law: Vector, share: float) -> int:
    """Return the smallest k with P(number <= k) >= ``share``, with 1e-12 of slack for exact ties."""
    check_probabilities("share", (share,))
    return int(np.searchsorted(np.cumsum(law), share - 1e-12))


def at_least(law: Vector, count: int) -> float:
    """Return P(number >= ``count``), summed from the far tail."""
    check_whole("count", count, least=-MOST_COUNT, most=MOST_COUNT)
    return float(law[max(count, 0) :][::-1].sum()) if count < len(law) else 0.0
