"""A small logistic regression with a prior on every coefficient and a common effect of each day (own Newton steps).

    logit P(came) = offset + x beta + u_day,   beta_j ~ N(mean_j, sd_j^2),   u_day ~ N(0, day_sd^2)

The mode of (beta, u) is found jointly; the day effects are eliminated block-wise, so a step costs O(rows p^2).
The covariance of beta is Laplace's, with the day effects integrated out: effects that vary only between days get
honest, wide errors. Source: penalised quasi-likelihood (Breslow and Clayton 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.special import expit, totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CHUNK = 65_536
_STEPS = 30


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows of a regression; ``design(start, stop)`` builds that part of the matrix, so it never stands in memory whole.

    Attributes:
        design: (start, stop) -> matrix of shape (stop - start, p).
        offset, came, weight: shape (rows,): known part of the logit, outcome 0/1, weight >= 0.
        day: number of each row's day, shape (rows,), 0 .. days - 1, in ascending order.
        prior_mean, prior_sd: shape (p,).
    """

    design: Callable[[int, int], Floats]
    offset: Floats
    came: Floats
    weight: Floats
    day: Ints
    prior_mean: Floats
    prior_sd: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """Mode and covariance of the coefficients, and the effect of every day seen with its variance."""

    beta: Floats
    covariance: Floats
    day_effect: Floats
    day_variance: Floats


def solve(problem: Problem, *, day_sd: float, start: Floats | None = None) -> Solution:
    """Return the mode for a day effect of standard deviation ``day_sd`` > 0 on the logit.

    ``start``: coefficients to begin at, the prior means if None; the mode is the same from anywhere. Newton steps are halved until the penalised log-likelihood does not fall; stops at a relative gain of 1e-9.
    """
    beta = np.array(problem.prior_mean if start is None else start, dtype=np.float64)
    effect = np.zeros(int(problem.day.max(initial=-1)) + 1)
    value, parts = _evaluate(problem, beta, effect, day_sd)
    for _ in range(_STEPS):
        step_beta, step_effect = parts.step()
        scale, gained = 1.0, 0.0
        while scale > 1e-4:
            new_value, new_parts = _evaluate(problem, beta + scale * step_beta, effect + scale * step_effect, day_sd)
            gained = new_value - value
            if gained >= 0:
                break
            scale /= 2
        if gained < 0:
            break
        beta, effect = beta + scale * step_beta, effect + scale * step_effect
        value, parts = new_value, new_parts
        if gained <= 1e-9 * abs(value):
            break
    covariance: Floats = np.asarray(np.linalg.inv(parts.reduced()), dtype=np.float64)
    return Solution(beta=beta, covariance=covariance, day_effect=effect, day_variance=parts.day_variance(covariance))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Gradient and curvature at one point, split into coefficients (p) and days (d)."""

    gradient: Floats
    curvature: Floats
    day_gradient: Floats
    day_curvature: Floats
    cross: Floats

    def reduced(self) -> Floats:
        """Return the curvature in the coefficients after the days are eliminated, shape (p, p)."""
        return self.curvature - self.cross.T @ (self.cross / self.day_curvature[:, None])

    def step(self) -> tuple[Floats, Floats]:
        """Return the Newton step in both."""
        by_day = self.day_gradient / self.day_curvature
        step: Floats = np.asarray(np.linalg.solve(self.reduced(), self.gradient - self.cross.T @ by_day), np.float64)
        return step, by_day - (self.cross @ step) / self.day_curvature

    def day_variance(self, covariance: Floats) -> Floats:
        """Return the posterior variance of each day's effect."""
        pull = self.cross / self.day_curvature[:, None]
        return np.asarray(1 / self.day_curvature + np.einsum("dp,pq,dq->d", pull, covariance, pull), dtype=np.float64)


def _evaluate(problem: Problem, beta: Floats, effect: Floats, day_sd: float) -> tuple[float, _Parts]:
    """Return the penalised log-likelihood and its parts at (``beta``, ``effect``)."""
    p, days = beta.size, effect.size
    precision = 1 / problem.prior_sd**2
    away = beta - problem.prior_mean
    value = -0.5 * float(precision @ away**2) - 0.5 * float(effect @ effect) / day_sd**2
    gradient, curvature = -precision * away, np.diag(precision)
    day_gradient, day_curvature = -effect / day_sd**2, np.full(days, 1 / day_sd**2)
    cross = np.zeros((days, p))
    for start in range(0, problem.came.size, CHUNK):
        rows = slice(start, min(start + CHUNK, problem.came.size))
        x, day = problem.design(rows.start, rows.stop), problem.day[rows]
        weight, came = problem.weight[rows], problem.came[rows]
        eta = problem.offset[rows] + x @ beta + effect[day]
        chance = expit(eta)
        value += float(weight @ (came * eta - np.logaddexp(0.0, eta)))
        residual, bend = weight * (came - chance), weight * chance * (1 - chance)
        bent = x * bend[:, None]
        gradient = gradient + x.T @ residual
        curvature = curvature + x.T @ bent
        day_gradient = day_gradient + totals(day, residual, size=days)
        day_curvature = day_curvature + totals(day, bend, size=days)
        starts = np.flatnonzero(np.diff(day, prepend=-1))
        cross[day[starts]] += np.add.reduceat(bent, starts, axis=0)
    return value, _Parts(gradient, curvature, day_gradient, day_curvature, cross)
