"""How good forecasts were: scores of chances against what happened, from counts of equal chances.

Input is one ``ScoreGroup`` per distinct (rounded) chance, so that a page never loads a row per invitation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.attendance.special import expit, logit, totals
from scheduling.statistics.rates import Rate, rate, z_score

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BINS = 10
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """People who were given the same chance ``p`` in [0, 1]: how many, and how many came."""

    p: float
    people: int
    came: int

    def __post_init__(self) -> None:
        if not (0 <= self.p <= 1 and 0 <= self.came <= self.people):
            raise InvalidInputError("A chance lies in [0, 1], and not more can come than were asked.", field="p")


@dataclass(frozen=True, slots=True)
class Bin:
    """People of neighbouring chances: how many, what was forecast in the mean, and the share that came."""

    people: int
    forecast: float
    came: Rate


@dataclass(frozen=True, slots=True)
class Line:
    """logit P(came) = intercept + slope * logit p, with 95 % ranges; (0, 1) is perfect calibration."""

    intercept: float
    slope: float
    intercept_range: tuple[float, float]
    slope_range: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a set of forecasts.

    Attributes:
        brier: mean squared error. log_loss: mean -log of the chance given to what happened (chances kept 1e-6 from 0 and 1).
        auc: chance that somebody who came had the higher forecast; .5 if all came or none did.
        calibration_error: mean absolute difference of forecast and share over 10 bins of equally many people.
        mean_forecast, rate: forecast and observed share of all.
    """

    people: int
    brier: float
    log_loss: float
    auc: float
    calibration_error: float
    mean_forecast: float
    rate: float


def grouped(chances: Iterable[float], came: Iterable[bool], *, digits: int | None = None) -> list[ScoreGroup]:
    """Return forecasts row by row as groups of equal chances, rounded to ``digits`` if given."""
    counts: dict[float, list[int]] = {}
    for p, happened in zip(chances, came, strict=True):
        into = counts.setdefault(round(float(p), digits) if digits is not None else float(p), [0, 0])
        into[0] += 1
        into[1] += bool(happened)
    return [ScoreGroup(p=p, people=people, came=shown) for p, (people, shown) in sorted(counts.items())]


def scores(groups: Sequence[ScoreGroup]) -> Scores:
    """Return the scores of ``groups``; raise ``InvalidInputError`` if there is nobody in them."""
    p, n, y = _columns(groups)
    total = float(n.sum())
    if not total:
        raise InvalidInputError("There is nothing to score.")
    inside = np.clip(p, _EDGE, 1 - _EDGE)
    loss = -(y * np.log(inside) + (n - y) * np.log1p(-inside)).sum() / total
    return Scores(
        people=int(total),
        brier=float((y * (1 - p) ** 2 + (n - y) * p**2).sum() / total),
        log_loss=float(loss),
        auc=_auc(p, n, y),
        calibration_error=calibration_error(groups),
        mean_forecast=float(n @ p / total),
        rate=float(y.sum() / total),
    )


def reliability(groups: Sequence[ScoreGroup], *, bins: int = BINS) -> list[Bin]:
    """Return ``bins`` bins of equally many people in the order of their chances; people of equal chance may be parted.

    A group that lies across a border is parted in proportion, so counts are rounded to whole people.
    """
    found = []
    for people, forecast, came in zip(*_binned(*_columns(groups), bins), strict=True):
        if people > 0:
            whole = max(round(people), 1)
            found.append(Bin(people=whole, forecast=forecast / people, came=rate(min(round(came), whole), whole)))
    return found


def calibration_error(groups: Sequence[ScoreGroup], *, bins: int = BINS) -> float:
    """Return the expected calibration error over ``bins`` bins of equally many people."""
    _, forecast, came = _binned(*_columns(groups), bins)
    return float(np.abs(forecast - came).sum() / max(sum(group.people for group in groups), 1))


def calibration_error_limit(
    groups: Sequence[ScoreGroup], rng: np.random.Generator, *, simulations: int = 2000, quantile: float = 0.95
) -> float:
    """Return the ``quantile`` of the calibration error that these chances would show if every one of them were true."""
    p, n, _ = _columns(groups)
    draws = rng.binomial(n.astype(np.int64), p, size=(simulations, p.size)).astype(np.float64)
    share = _bin_shares(n, BINS)
    errors = np.abs(share @ (n * p)[:, None] - share @ draws.T).sum(axis=0) / n.sum()
    return float(np.quantile(errors, quantile))


def calibration_line(groups: Sequence[ScoreGroup]) -> Line | None:
    """Return slope and intercept of the outcome on the logit of the chance; None if the data do not decide them.

    Maximum likelihood by Newton's method, Wald ranges. Source: Cox (1958), Biometrika 45, 562-565.
    """
    p, n, y = _columns(groups)
    x = np.stack([np.ones_like(p), logit(np.clip(p, _EDGE, 1 - _EDGE))], axis=1)
    if not 0 < y.sum() < n.sum() or np.ptp(x[:, 1]) < 1e-9:
        return None
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        chance = expit(x @ beta)
        curvature = x.T @ (x * (n * chance * (1 - chance))[:, None])
        if np.linalg.cond(curvature) > 1e12:
            return None
        step = np.linalg.solve(curvature, x.T @ (y - n * chance))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    error = z_score(0.95) * np.sqrt(np.diag(np.linalg.inv(curvature)))
    ranges = [(float(b - e), float(b + e)) for b, e in zip(beta, error, strict=True)]
    return Line(float(beta[0]), float(beta[1]), ranges[0], ranges[1])


def _columns(groups: Sequence[ScoreGroup]) -> tuple[Floats, Floats, Floats]:
    ordered = sorted((group for group in groups if group.people), key=lambda group: group.p)
    p = np.array([group.p for group in ordered], dtype=np.float64)
    people = np.array([group.people for group in ordered], dtype=np.float64)
    return p, people, np.array([group.came for group in ordered], dtype=np.float64)


def _bin_shares(n: Floats, bins: int) -> Floats:
    """Return the share of each group (columns) that falls into each bin (rows)."""
    ends = np.cumsum(n)
    borders = np.linspace(0.0, float(ends[-1]) if ends.size else 0.0, bins + 1)
    overlap = np.minimum(ends[None, :], borders[1:, None]) - np.maximum((ends - n)[None, :], borders[:-1, None])
    return np.asarray(np.maximum(overlap, 0.0) / n[None, :], dtype=np.float64)


def _binned(p: Floats, n: Floats, y: Floats, bins: int) -> tuple[list[float], Floats, Floats]:
    share = _bin_shares(n, bins)
    return (share @ n).tolist(), share @ (n * p), share @ y


def _auc(p: Floats, n: Floats, y: Floats) -> float:
    came, stayed = float(y.sum()), float((n - y).sum())
    if not came or not stayed:
        return 0.5
    _, same = np.unique(p, return_inverse=True)
    y, n = totals(same, y), totals(same, n)
    below = np.concatenate(([0.0], np.cumsum(n - y)[:-1]))
    wins = float((y * (below + 0.5 * (n - y))).sum())
    return wins / (came * stayed) if math.isfinite(wins) else 0.5
