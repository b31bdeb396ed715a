"""A model and invited people in; chances with their ranges out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.offsets import with_beliefs
from scheduling.attendance.reasons import Reason, explain
from scheduling.attendance.special import expit, logit
from scheduling.attendance.terms import encode, matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scheduling.attendance.features import Invitee
    from scheduling.attendance.model import FittedModel, Stage
    from scheduling.attendance.terms import Encoded

    Floats = NDArray[np.float64]

_Z90 = 1.6448536269514722  # 95 % quantile of the standard normal law


@dataclass(frozen=True, slots=True)
class Forecast:
    """One person's chance of coming.

    Attributes:
        mean: chance in (0, 1), averaged over the effect of the day.
        low, high: 90 % range of the chance: how sure the estimate is, not whether the person comes.
        reasons: what moved it away from ``typical``, strongest first.
        typical: what is believed of people of this source, office and vacancy of whom nothing else is known.
    """

    mean: float
    low: float
    high: float
    reasons: tuple[Reason, ...]
    typical: float


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Forecasts of many people without reasons; shape (people,) each.

    ``sd``: of the estimate; ``day_sd``: of the effect of the day; both on the logit.
    """

    mean: Floats
    low: Floats
    high: Floats
    typical: Floats
    sd: Floats
    day_sd: Floats


def predict(model: FittedModel, invitee: Invitee) -> Forecast:
    """Return the chance that ``invitee`` comes, with range and reasons."""
    many = predict_many(model, [invitee])
    return Forecast(
        mean=float(many.mean[0]),
        low=float(many.low[0]),
        high=float(many.high[0]),
        reasons=explain(model, invitee),
        typical=float(many.typical[0]),
    )


def predict_many(model: FittedModel, invitees: Sequence[Invitee]) -> Forecasts:
    """Return the chances of all ``invitees``; the same figures as ``predict`` one by one."""
    size = len(invitees)
    if model.flat_rate is not None:
        rate = np.full(size, model.flat_rate)
        return Forecasts(
            mean=rate, low=rate, high=rate, typical=rate, sd=np.zeros(size), day_sd=np.full(size, model.day_sd)
        )
    rate, spread = _typical(model, invitees)
    offset = logit(rate)
    encoded = with_beliefs(
        encode(invitees, model.questions), offset, root=model.tree.root, strength=model.person_strength
    )
    before, before_sd = _stage(model.stages["before"], encoded, offset, spread)
    now, now_sd = before.copy(), before_sd.copy()
    days = np.full(size, model.day_sd)
    answered = encoded.choices["answer"] >= 0
    _put((now, now_sd, days), answered, model.stages["answer"], encoded, offset, spread)
    if "questions" in model.stages:
        asked = np.any([encoded.choices[f"question:{key}"] >= 0 for key in model.questions], axis=0)
        _put((now, now_sd, days), asked, model.stages["questions"], encoded, offset, spread)
    share = encoded.silent_share

    def blend(z: float) -> Floats:
        return share * expit(now + z * now_sd) + (1 - share) * expit(before + z * before_sd)

    return Forecasts(
        mean=blend(0.0),
        low=blend(-_Z90),
        high=blend(_Z90),
        typical=rate,
        sd=share * now_sd + (1 - share) * before_sd,
        day_sd=share * days + (1 - share) * model.day_sd,
    )


def session_sd(model: FittedModel, invitees: Sequence[Invitee]) -> float:
    """Return the standard deviation, on the logit, of what all of one session share: the day and the estimates' error.

    The errors of the estimates are common to people of the same groups and answers, so a day total must carry them;
    they are taken as wholly common, which errs on the careful side.
    """
    if model.flat_rate is not None or not invitees:
        return model.day_sd
    many = predict_many(model, invitees)
    bend = many.mean * (1 - many.mean)
    total = max(float(bend.sum()), 1e-12)
    return math.hypot(float(bend @ many.day_sd) / total, float(bend @ many.sd) / total)


def _typical(model: FittedModel, invitees: Sequence[Invitee]) -> tuple[Floats, Floats]:
    """Return the mean of each person's group belief and its variance on the logit."""
    numbers: dict[tuple[str, str, str], int] = {}
    at = [numbers.setdefault((one.source, one.office, one.vacancy), len(numbers)) for one in invitees]
    beliefs = [model.belief(source=source, office=office, vacancy=vacancy) for source, office, vacancy in numbers]
    rate = np.array([belief.mean for belief in beliefs])
    variance = _trigamma(np.array([belief.a for belief in beliefs])) + _trigamma(np.array([b.b for b in beliefs]))
    index = np.array(at, dtype=np.int64)
    return rate[index], variance[index]


def _trigamma(x: Floats) -> Floats:
    """Return the variance of log X for X ~ Gamma(x), to 1 % for x >= 1: 1/x + 1/(2 x^2) + 1/(6 x^3).

    Source: Abramowitz and Stegun 6.4.12.
    """
    return np.asarray(1 / x + 1 / (2 * x**2) + 1 / (6 * x**3))


def _stage(stage: Stage, encoded: Encoded, offset: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return logits and their standard deviations."""
    x = np.empty((offset.size, stage.beta.size + 1))
    x[:, 0] = 1.0
    x[:, 1:] = matrix(stage.terms, encoded, slice(0, offset.size), stage.centre)
    eta = offset + x @ np.concatenate(([stage.intercept], stage.beta))
    return eta, np.sqrt(variance + np.einsum("ij,ij->i", x @ stage.covariance, x))


def _put(
    into: tuple[Floats, Floats, Floats],
    where: NDArray[np.bool_],
    stage: Stage,
    encoded: Encoded,
    offset: Floats,
    variance: Floats,
) -> None:
    """Overwrite logits, their deviations and the day's deviation where the stage knows more."""
    if where.any():
        better, better_sd = _stage(stage, encoded, offset, variance)
        into[0][where], into[1][where], into[2][where] = better[where], better_sd[where], stage.day_sd
