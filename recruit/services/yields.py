"""How many of those in a pipeline will be hired: from what became of earlier people of the same stages. Pure arithmetic.

Each stage's yield gets a Beta(1/2 + hired, 1/2 + lost) belief, so that a stage with little history has a wide range; the
hires of its people are beta-binomial (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.4), the stages are summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, sqrt

# Beyond this many people the sum is near enough to a normal one.
MOST_EXACT = 150


@dataclass(frozen=True, kw_only=True)
class StageYield:
    """``people`` now in a stage, and of those who were in it before and are settled: ``hired`` and ``lost``."""

    people: int
    hired: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class HireForecast:
    """Expected hires with the 5 and 95 per cent points, in people."""

    low: int
    mid: float
    high: int


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _beta_binomial(n: int, a: float, b: float) -> list[float]:
    return [
        exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + _log_beta(k + a, n - k + b) - _log_beta(a, b))
        for k in range(n + 1)
    ]


def expected_hires(stages: Sequence[StageYield]) -> HireForecast | None:
    """Return the hires to expect of all ``stages``; None where nobody is in them or nobody was ever settled."""
    stages = [one for one in stages if one.people]
    if not stages or not any(one.hired + one.lost for one in stages):
        return None
    beliefs = [(one.people, 0.5 + one.hired, 0.5 + one.lost) for one in stages]
    mean = sum(n * a / (a + b) for n, a, b in beliefs)
    total = sum(n for n, _, _ in beliefs)
    if total > MOST_EXACT:
        variance = sum(n * a * b * (a + b + n) / ((a + b) ** 2 * (a + b + 1)) for n, a, b in beliefs)
        spread = 1.645 * sqrt(variance)
        return HireForecast(low=max(0, round(mean - spread)), mid=mean, high=min(total, round(mean + spread)))
    masses = [1.0]
    for n, a, b in beliefs:
        more, sums = _beta_binomial(n, a, b), [0.0] * (len(masses) + n)
        for i, left in enumerate(masses):
            for j, right in enumerate(more):
                sums[i + j] += left * right
        masses = sums
    return HireForecast(low=_point(masses, 0.05), mid=mean, high=_point(masses, 0.95))


def _point(masses: Sequence[float], level: float) -> int:
    below = 0.0
    for value, mass in enumerate(masses):
        below += mass
        if below >= level:
            return value
    return len(masses) - 1
