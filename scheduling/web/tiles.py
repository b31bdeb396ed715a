"""What the interview day adds to Today, to the rail, to a person's page and to search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recruit.contrib import Alarm, TimelineEvent
from recruit.models import Candidate, User
from recruit.permissions import Action
from scheduling.models import InterviewSession, Invitation, LedgerEntry, MoveRequest, SessionInterviewer
from scheduling.services.calls import count_due
from scheduling.services.forecasts import SessionForecast, session_forecasts
from scheduling.states import CAME, SessionState

# More wishes to move than anybody answers in a day need not be counted.
MANY_MOVES = 1000


def _coming(user: User, now: datetime) -> list[InterviewSession]:
    seats = SessionInterviewer.objects.select_related("interviewer")
    rows = (
        InterviewSession.objects.visible_to(user)
        .planned()
        .filter(ends_at__gte=now - timedelta(hours=10), starts_at__lt=now + timedelta(days=4))
        .select_related("office")
        .prefetch_related("bands", Prefetch("session_interviewers", seats), "vacancies", "rooms")
        .order_by("starts_at")
    )
    return list(rows[:12])


def _forecast_once(request: HttpRequest, now: datetime) -> tuple[list[InterviewSession], dict[int, SessionForecast]]:
    """Return the coming sessions and their forecasts, worked out once a request."""
    kept = getattr(request, "turnout_sessions", None)
    if kept is None:
        user = request.user
        coming = _coming(user, now) if isinstance(user, User) else []
        kept = (coming, session_forecasts(coming, at=now) if coming else {})
        request.turnout_sessions = kept  # type: ignore[attr-defined]
    return kept


def sessions(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the sessions of today and the next days, with their forecasts on one axis."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page lets nobody else in
    coming, forecasts = _forecast_once(request, now)
    rows = [{"session": one, "forecast": forecasts[one.pk], "zone": one.office.zone} for one in coming]
    top = max([f.limit * 1.15 for f in forecasts.values() if f.invited] + [f.q95 for f in forecasts.values()] + [20])
    step = next(size for size in (2, 5, 10, 20, 50, 100) if top / size <= 7)
    running = next(
        (
            one
            for one in coming
            if one.state in {SessionState.OPEN, SessionState.RUNNING}
            and one.starts_at - timedelta(hours=1) <= now <= one.ends_at
        ),
        None,
    )
    main: dict[str, Any] | None = None
    if running is not None and user.may(Action.WORK_DESK):
        main = {"url": reverse("desk", args=[running.pk]), "label": _("Open the desk")}
    elif user.may(Action.PLAN_SESSION):
        main = {"url": reverse("session-new"), "label": _("Plan a session")}
    return {"rows": rows, "top": top, "step": step, "now": now, **({"main": main} if main else {})}


def todo(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return calls that are due and wishes to move."""
    del now
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page lets nobody else in
    moves = MoveRequest.objects.filter(state="open", invitation__session__in=InterviewSession.objects.visible_to(user))
    asked = list(moves.order_by("asked_at", "pk").values_list("invitation__session_id", flat=True)[:MANY_MOVES])
    return {"calls": count_due(user), "moves": len(asked), "move_session": asked[0] if asked else None}


def since(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the answers that came since the person last looked."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page lets nobody else in
    start = user.looked_before or now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = LedgerEntry.objects.filter(
        recorded_at__gte=start, invitation__session__in=InterviewSession.objects.visible_to(user)
    )
    kinds = rows.values_list("kind", flat=True)
    counted: dict[str, int] = {}
    for kind in kinds[:5000]:
        counted[kind] = counted.get(kind, 0) + 1
    return {
        "start": start,
        "confirmed": counted.get("confirmed", 0),
        "declined": counted.get("declined", 0),
        "asked": counted.get("asked_to_move", 0),
    }


def arrived_by_link(links: Sequence[int]) -> dict[int, int]:
    """Count the people who came to an interview, by their way in."""
    rows = Invitation.objects.filter(state__in=CAME, application__link__in=links).order_by()
    return dict(rows.values_list("application__link").annotate(count=Count("application__candidate", distinct=True)))


def calls_count(user: User) -> int:
    """Count the calls that are due."""
    return count_due(user)


def find_alarms(request: HttpRequest, now: datetime) -> Iterable[Alarm]:
    """Find sessions that will fall short, and gaps among the interviewers."""
    if not isinstance(request.user, User) or not request.user.may(Action.CALL):
        return
    coming, forecasts = _forecast_once(request, now)
    for session in coming:
        if session.starts_at > now + timedelta(hours=30) or session.ends_at < now:
            continue
        forecast = forecasts[session.pk]
        if not forecast.invited:
            continue
        if forecast.p_target < session.assurance and forecast.silent:
            words = _(
                "%(session)s: only %(confirmed)s of %(invited)s confirmed, %(chance)s %% that %(target)s come. %(silent)s silent people are worth a call."
            ) % {
                "session": f"{session.starts_at.astimezone(session.office.zone):%H:%M} {session.get_format_display()}",
                "confirmed": forecast.confirmed,
                "invited": forecast.invited,
                "chance": round(forecast.p_target * 100),
                "target": session.target,
                "silent": forecast.silent,
            }
            yield Alarm(
                text=words,
                cost=(session.assurance - forecast.p_target) * 1000,
                url=reverse("calls"),
                button=_("Call them"),
            )
        seated = sum(seat.role == "interviewer" for seat in session.session_interviewers.all())
        if 0 < seated < session.interviewers_planned:
            yield Alarm(
                text=_("%(session)s: %(have)s of %(want)s interviewers are named.")
                % {"session": str(session), "have": seated, "want": session.interviewers_planned},
                cost=300.0,
                url=reverse("live", args=[session.pk]),
                button=_("Look"),
            )


def timeline(person: Candidate, user: User) -> Iterable[TimelineEvent]:
    """Tell the attendance ledger of a person."""
    rows = LedgerEntry.objects.filter(
        invitation__application__candidate=person, invitation__session__in=InterviewSession.objects.visible_to(user)
    ).select_related("actor", "invitation__session")
    for row in rows[:200]:
        yield TimelineEvent(
            at=row.at,
            text=f"{row.get_kind_display()} · {row.invitation.session}",
            actor=str(row.actor or ""),
            by_machine=row.actor_id is None,
            url=reverse("invitation", args=[row.invitation_id]),
        )
