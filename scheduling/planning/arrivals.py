"""How many of the invited come: exact laws, alone and mixed over what all of them share.

The number that come is Poisson-binomial given the day. It is built by direct convolution (leaves of people in a batch, then pairs of
laws): every term is positive, so far tails keep their relative accuracy, which methods by Fourier transform lose
(reference/overbooking.md, sections 2 and 3f). Laws are arrays, ``law[k]`` = P(k people come).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from scheduling.planning.checks import (
    Nodes,
    check_listed,
    check_nodes,
    check_non_negative,
    check_positive,
    check_probabilities,
    check_whole,
)
from scheduling.planning.laws import Vector
from scheduling.planning.mixture import chances, common_shift, day_sd, mixed_law, rate_sd

MOST_PEOPLE = 20_000
_LEAF = 64
# Below this a mass is dropped: far under the 1e-290 that is promised, and above the range where arithmetic gets slow.
_NOTHING = 1e-305


def people_law(probs: Sequence[float] | Vector) -> Vector:
    """Return the Poisson-binomial law of independent people; shape (people + 1,).

    ``probs`` are shares in [0, 1], at most 20,000 of them; 0 and 1 are exact. Relative error at most 3e-12 wherever P >= 1e-290.
    Raises ``ValueError`` naming ``probs``.

    >>> people_law([0.5, 1.0]).tolist()
    [0.0, 0.5, 0.5]
    """
    check_listed("probs", probs)
    if len(probs) > MOST_PEOPLE:
        raise ValueError(f"probs: {len(probs)} people are more than {MOST_PEOPLE}")
    if not isinstance(probs, np.ndarray):
        check_probabilities("probs", probs)
    p = np.asarray(probs, dtype=np.float64)
    if p.ndim != 1:
        raise ValueError("probs: one list of probabilities is needed")
    if p.size and not bool(np.all((p >= 0.0) & (p <= 1.0))):
        check_probabilities("probs", p.tolist())
    law = np.zeros(len(p) + 1)
    certain = int((p == 1.0).sum())
    open_question = p[(p > 0.0) & (p < 1.0)]
    law[certain : certain + len(open_question) + 1] = _pairs(_leaves(open_question))
    return law


def _leaves(p: Vector) -> list[Vector]:
    """Return the laws of groups of 64 people, computed side by side."""
    if len(p) <= _LEAF:
        blocks = p[None, :]
    else:
        blocks = np.zeros((-(-len(p) // _LEAF), _LEAF))
        blocks.ravel()[: len(p)] = p
    laws = np.zeros((blocks.shape[0], blocks.shape[1] + 1))
    laws[:, 0] = 1.0
    for person in range(blocks.shape[1]):
        chance = blocks[:, person : person + 1]
        laws[:, 1 : person + 2] = laws[:, 1 : person + 2] * (1.0 - chance) + laws[:, : person + 1] * chance
        laws[:, :1] *= 1.0 - chance
    sizes = [min(_LEAF, len(p) - first) for first in range(0, len(p), _LEAF)] or [0]
    return [law[: size + 1] for law, size in zip(laws, sizes, strict=True)]


def _pairs(laws: list[Vector]) -> Vector:
    """Convolve the laws two by two until one is left; masses that are nothing are not carried along."""
    while len(laws) > 1:
        joined = [_convolved(a, b) for a, b in zip(laws[::2], laws[1::2], strict=False)]
        laws = joined + laws[len(joined) * 2 :]
    return laws[0]


def _convolved(a: Vector, b: Vector) -> Vector:
    (start_a, with_mass_a), (start_b, with_mass_b) = _support(a), _support(b)
    out = np.zeros(len(a) + len(b) - 1)
    if len(with_mass_a) and len(with_mass_b):
        start = start_a + start_b
        out[start : start + len(with_mass_a) + len(with_mass_b) - 1] = np.convolve(with_mass_a, with_mass_b)
    out[out < _NOTHING] = 0.0
    return out


def _support(law: Vector) -> tuple[int, Vector]:
    """Return the part of a law that has mass, and where it begins."""
    places = np.flatnonzero(law)
    return (int(places[0]), law[places[0] : places[-1] + 1]) if len(places) else (0, law[:0])


def beta_binomial_law(people: int, a: float, b: float) -> Vector:
    """Return the law of the number that come when all have one chance, believed to be Beta(a, b), a and b > 0.

    Polya's recursion, P(the next comes | k of j came) = (a + k) / (a + b + j): positive terms only.
    """
    check_whole("people", people, most=MOST_PEOPLE)
    check_positive("a", a)
    check_positive("b", b)
    law = np.zeros(people + 1)
    law[0] = 1.0
    came = np.arange(people + 1, dtype=np.float64)
    for j in range(people):
        comes = law[: j + 1] * (a + came[: j + 1]) / (a + b + j)
        law[: j + 1] *= (b + j - came[: j + 1]) / (a + b + j)
        law[1 : j + 2] += comes
    return law


def shared_law(
    probs: Sequence[float], *, correlation: float = 0.0, rate: tuple[float, float] | None = None, nodes: int = 15
) -> Vector:
    """Return the law mixed over what people share; everybody's mean chance stays.

    ``correlation`` in [0, 1): of two people on one day (0.034 was measured, section 6). ``rate``: the estimate of all chances is as
    uncertain as that of a mean from so many people, (mean in (0, 1), people >= 0). Both are one normal shift on the logit.
    """
    check_probabilities("correlation", (correlation,))
    check_probabilities("probs", probs)
    mean = float(np.mean(probs)) if len(probs) else 0.0
    sd = day_sd(correlation, mean)
    if rate is not None:
        check_probabilities("rate", rate[:1])
        check_non_negative("rate", rate[1])
        sd = math.hypot(sd, rate_sd(*rate))
    return mixed_law(tuple(float(p) for p in probs), common_shift(sd, nodes))


def law_over_draws(draws: Vector) -> Vector:
    """Return the law mixed over posterior draws of everybody's chance; ``draws`` has shape (draws, people)."""
    if draws.ndim != 2 or not len(draws):
        raise ValueError(f"draws: shape {draws.shape} is not (draws, people) with at least one draw")
    return np.asarray(np.mean([people_law(row) for row in draws], axis=0))


def matched_day_sd(correlation: float, p: float, nodes: int = 31) -> float:
    """Return the standard deviation on the logit at which two people of chance ``p`` correlate by exactly ``correlation``.

    Solved by bisection over the mixture itself, where ``mixture.day_sd`` takes the first term of its series.
    Correlation in [0, 0.5], p in [0, 1].
    """
    check_probabilities("p", (p,))
    if not 0.0 <= correlation <= 0.5:
        raise ValueError(f"correlation: {correlation!r} must lie in [0, 0.5]")
    if correlation == 0.0 or p in (0.0, 1.0):
        return 0.0
    low, high = 0.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if correlation_of(common_shift(middle, nodes), p) < correlation else (low, middle)
    return (low + high) / 2


def correlation_of(nodes: Nodes, p: float) -> float:
    """Return the correlation between two people of mean chance ``p`` under these nodes: Var(P) / (p (1 - p))."""
    check_nodes(nodes)
    second = sum(weight * at * at for (_, weight), at in zip(nodes, chances(p, tuple(nodes)), strict=True))
    return (second - p * p) / (p * (1.0 - p)) if 0.0 < p < 1.0 else 0.0


def more_than(law: Vector, cap: int) -> float:
    """Return P(more than ``cap`` come), summed from the far tail."""
    return float(law[max(cap + 1, 0) :][::-1].sum()) if cap + 1 < len(law) else 0.0


def mean_and_variance(law: Vector) -> tuple[float, float]:
    """Return the mean and the variance of a law."""
    come = np.arange(len(law))
    mean = float(law @ come)
    return mean, float(law @ (come - mean) ** 2)
