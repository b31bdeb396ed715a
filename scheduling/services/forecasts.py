"""What will come of a session, as far as is known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling.attendance import FittedModel, Invitee, session_sd
from scheduling.models import InterviewSession, Invitation
from scheduling.planning.lateness import still_coming
from scheduling.planning.mixture import at_least, common_shift, mixed_law, quantile
from scheduling.services.attendance import chances_of, current_model, invitees_of
from scheduling.services.replies import arrival_time
from scheduling.states import CAME, EXPECTED, Answer, InvitationState


@dataclass(frozen=True, kw_only=True)
class BandForecast:
    """One arrival time: counts by what is known, and how many more are expected."""

    starts_at: datetime
    invited: int
    arrived: int
    expected: float
    q05: int
    q95: int


@dataclass(frozen=True, kw_only=True)
class SessionForecast:
    """Arrivals of a session: those who came and those still expected, with their 5 % and 95 % quantiles.

    ``p_target`` is the chance that at least ``target`` people come (a stream that is long enough holds them all).
    """

    invited: int
    confirmed: int
    silent: int
    declined: int
    arrived: int
    waiting: int
    in_interview: int
    finished: int
    mean: float
    q05: int
    q50: int
    q95: int
    more_mean: float
    more_q05: int
    more_q95: int
    target: int
    p_target: float
    limit: int
    bands: tuple[BandForecast, ...]
    model_version: str


def session_forecasts(
    sessions: Sequence[InterviewSession], *, at: datetime, model: FittedModel | None = None
) -> dict[int, SessionForecast]:
    """Return the forecast of each session by its id; the number of statements does not depend on how many they are."""
    model = model or current_model()
    rows = list(
        Invitation.objects.filter(session__in=sessions)
        .exclude(state=InvitationState.DRAFT)
        .select_related("band", "session")
    )
    expected = [row for row in rows if row.state in EXPECTED]
    invitees = dict(zip((row.pk for row in expected), invitees_of(expected, at=at), strict=True)) if expected else {}
    chances = chances_of(model, list(invitees.values())).mean.tolist() if expected else []
    by_pk = {
        row.pk: still_coming(
            float(p), (at - arrival_time(row)).total_seconds() / 60, said_late=float(row.late_minutes or 0)
        )
        for row, p in zip(expected, chances, strict=True)
    }
    return {
        session.pk: _forecast(session, [row for row in rows if row.session_id == session.pk], by_pk, model, invitees)
        for session in sessions
    }


def session_forecast(session: InterviewSession, *, at: datetime, model: FittedModel | None = None) -> SessionForecast:
    """Return the forecast of one session."""
    return session_forecasts([session], at=at, model=model)[session.pk]


def _forecast(
    session: InterviewSession,
    rows: list[Invitation],
    chance: dict[int, float],
    model: FittedModel,
    invitees: dict[int, Invitee],
) -> SessionForecast:
    expected = [row for row in rows if row.state in EXPECTED]
    arrived = sum(row.state in CAME for row in rows)
    probs = tuple(chance[row.pk] for row in expected)
    nodes = common_shift(round(session_sd(model, [invitees[row.pk] for row in expected]), 6) if expected else 0.0)
    law = mixed_law(probs, nodes)
    more = float(sum(probs))
    invited = [row for row in rows if not row.is_walk_in and row.state != InvitationState.CANCELLED]
    bands = []
    for band in session.bands.all():
        here = [row for row in rows if row.band_id == band.pk]
        wanted = tuple(chance[row.pk] for row in here if row.pk in chance)
        part = mixed_law(wanted, nodes)
        bands.append(
            BandForecast(
                starts_at=band.starts_at,
                invited=sum(row.state != InvitationState.CANCELLED for row in here),
                arrived=sum(row.state in CAME for row in here),
                expected=float(sum(wanted)),
                q05=quantile(part, 0.05),
                q95=quantile(part, 0.95),
            )
        )
    states = [row.state for row in rows]
    return SessionForecast(
        invited=len(invited),
        confirmed=sum(row.answer == Answer.CONFIRMED for row in invited),
        silent=sum(row.answer == Answer.SILENT for row in expected),
        declined=states.count(InvitationState.DECLINED),
        arrived=arrived,
        waiting=states.count(InvitationState.ARRIVED),
        in_interview=states.count(InvitationState.IN_INTERVIEW),
        finished=states.count(InvitationState.FINISHED),
        mean=arrived + more,
        q05=arrived + quantile(law, 0.05),
        q50=arrived + quantile(law, 0.5),
        q95=arrived + quantile(law, 0.95),
        more_mean=more,
        more_q05=quantile(law, 0.05),
        more_q95=quantile(law, 0.95),
        target=session.target,
        p_target=at_least(law, session.target - arrived),
        limit=session.capacity,
        bands=tuple(bands),
        model_version=model.version,
    )
