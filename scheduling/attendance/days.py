"""The day that everybody shares: between a chance averaged over days and the chance on a day like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.attendance.special import expit, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEPS = 6


def day_nodes(sd: float, *, nodes: int = 7) -> tuple[tuple[float, float], ...]:
    """Return (shift on the logit, weight) pairs that stand for a normal day effect of deviation ``sd`` >= 0.

    Gauss-Hermite nodes; the weights sum to 1. Without an effect, one node.
    """
    if sd < 0:
        raise InvalidInputError("A standard deviation is 0 or more.")
    if sd == 0:
        return ((0.0, 1.0),)
    at, weight = np.polynomial.hermite_e.hermegauss(nodes)
    weight = weight / weight.sum()
    return tuple((float(sd * z), float(w)) for z, w in zip(at, weight, strict=True))


def usual_day(mean: Floats, sd: float) -> Floats:
    """Return the chances on a day without effect whose average over days of deviation ``sd`` is ``mean``; any shape.

    A planner that shifts every chance by the day's effect must start from these, or the day totals come out too
    high for rare events and too low for common ones. Newton's method on 15 Gauss-Hermite nodes; 0 and 1 stay.

    >>> round(float(usual_day(np.array([0.2]), 0.46)[0]), 4)
    0.1903
    """
    if sd == 0:
        return np.asarray(mean, dtype=np.float64)
    inside = np.clip(np.asarray(mean, dtype=np.float64), 1e-12, 1 - 1e-12)
    nodes = day_nodes(sd, nodes=15)
    eta = logit(inside)
    for _ in range(_STEPS):
        average, slope = np.zeros_like(eta), np.zeros_like(eta)
        for shift, weight in nodes:
            chance = expit(eta + shift)
            average += weight * chance
            slope += weight * chance * (1 - chance)
        eta = eta + (inside - average) / slope
    return np.where((mean <= 0) | (mean >= 1), mean, expit(eta))
