"""How many of a session's people will come: everybody's own chance, the day they share, the doubt about both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.days import day_nodes, usual_day
from scheduling.attendance.predict import predict_many, session_sd
from scheduling.planning.laws import band_law, shifted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scheduling.attendance.features import Invitee
    from scheduling.attendance.model import FittedModel

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SessionForecast:
    """Law of the arrivals of one session.

    Attributes:
        pmf: P(k come), k = 0 .. people.
        mean: expected arrivals. low, median, high: 5 %, 50 % and 95 % points.
        sd: of what all share, on the logit.
    """

    pmf: tuple[float, ...]
    mean: float
    low: int
    median: int
    high: int
    sd: float


def arrivals_law(chances: Sequence[float], sd: float, *, nodes: int = 15) -> Floats:
    """Return P(k come), shape (people + 1,), for ``chances`` (averages over days) and a shared effect of deviation ``sd``.

    Poisson-binomial given the day, mixed over Gauss-Hermite nodes; the mean is exactly the sum of the chances.
    """
    centred = usual_day(np.asarray(chances, dtype=np.float64), sd)
    law = np.zeros(len(chances) + 1)
    for shift, weight in day_nodes(sd, nodes=nodes):
        law += weight * band_law([shifted(float(p), shift) for p in centred])
    return law


def forecast_session(model: FittedModel, invitees: Sequence[Invitee]) -> SessionForecast:
    """Return how many of ``invitees``, all asked to one session, will come; changes with every answer."""
    sd = session_sd(model, invitees)
    many = predict_many(model, invitees)
    law = arrivals_law(many.mean.tolist(), sd)
    points = [int(np.searchsorted(np.cumsum(law), q - 1e-12)) for q in (0.05, 0.5, 0.95)]
    return SessionForecast(
        pmf=tuple(law.tolist()), mean=float(many.mean.sum()), low=points[0], median=points[1], high=points[2], sd=sd
    )
