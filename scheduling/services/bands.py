"""Which arrival times to offer to somebody who is on the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recruit.models import Application, User
from scheduling.attendance import FittedModel
from scheduling.models import ArrivalBand, InterviewSession, Invitation
from scheduling.services.forecasts import SessionForecast, session_forecasts
from scheduling.states import SessionState

# Nobody is offered a time that leaves less than this to come.
LEAST_NOTICE = timedelta(hours=2)
MOST_DAYS = timedelta(days=8)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A time that can be offered: ``free`` is how many more can be seen than are expected, in people."""

    session: InterviewSession
    band: ArrivalBand | None
    starts_at: datetime
    free: float

    @property
    def value(self) -> str:
        """What a form sends to book it."""
        return f"{self.session.pk}:{self.band.pk if self.band else 0}"


def _offers(session: InterviewSession, forecast: SessionForecast, *, least: datetime) -> list[Offer]:
    if session.is_group:
        room = (session.seats or 0) - forecast.mean
        if session.starts_at < least or room < 1:
            return []
        return [Offer(session=session, band=None, starts_at=session.starts_at, free=room)]
    seen = session.interviewers_planned * session.band_minutes / session.minutes_each
    known = {one.starts_at: one for one in forecast.bands}
    return [
        Offer(session=session, band=band, starts_at=band.starts_at, free=seen - known[band.starts_at].expected)
        for band in session.bands.all()
        if band.starts_at >= least and band.starts_at in known
    ]


def best_bands(
    user: User,
    *,
    at: datetime,
    application: Application | None = None,
    invitation: Invitation | None = None,
    most: int = 3,
    known: Mapping[int, SessionForecast] | None = None,
    model: FittedModel | None = None,
) -> list[Offer]:
    """Return the best ``most`` times for a new person, or for one who moves, in the order of the clock.

    The best are those with the most room between what is expected and what can be seen: the target gains most, and the
    person waits least. ``known`` holds forecasts by session id that were worked out already. Somebody who moves
    stays in the session; somebody new is offered every open session of the vacancy.
    """
    rows = InterviewSession.objects.visible_to(user).filter(
        state__in=[SessionState.OPEN, SessionState.RUNNING], ends_at__gt=at, starts_at__lt=at + MOST_DAYS
    )
    if invitation is not None:
        rows = rows.filter(pk=invitation.session_id)
    elif application is not None:
        rows = rows.filter(vacancies=application.vacancy_id).exclude(invitations__application=application)
    sessions = list(rows.select_related("office").prefetch_related("bands").order_by("starts_at").distinct()[:4])
    forecasts = dict(known or {})
    rest = [one for one in sessions if one.pk not in forecasts]
    forecasts |= session_forecasts(rest, at=at, model=model) if rest else {}
    found = [offer for one in sessions for offer in _offers(one, forecasts[one.pk], least=at + LEAST_NOTICE)]
    if invitation is not None:
        found = [offer for offer in found if offer.band is not None and offer.band.pk != invitation.band_id]
    chosen = sorted(found, key=lambda offer: (-round(offer.free, 2), offer.starts_at))[:most]
    return sorted(chosen, key=lambda offer: offer.starts_at)


def offer_named(offers: Sequence[Offer], value: str) -> Offer | None:
    """Return the offer that a form sent back."""
    return next((offer for offer in offers if offer.value == value), None)
