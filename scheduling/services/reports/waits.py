"""How long people waited and interviewers were idle, beside what the plans forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Greatest, Least

from scheduling.models import InterviewSession, Invitation, SessionInterviewer, SessionRole
from scheduling.services.reports.clock import WholeMinutes
from scheduling.services.reports.measures import arrival
from scheduling.services.reports.slices import Slice
from scheduling.states import CAME, InvitationState, SessionFormat, SessionState
from scheduling.statistics.funnel import Durations, durations


def _waited() -> WholeMinutes:
    """Return the minutes from arrival to the interview; who comes early waits from the hour they were asked for."""
    return WholeMinutes(Greatest("arrived_at", arrival()), F("started_at"))


def _seen(piece: Slice) -> QuerySet[Invitation]:
    """Everybody who was seen in a stream, walk-ins too: they take the same time and wait in the same row."""
    rows = Invitation.objects.visible_to(piece.user).filter(
        session__format=SessionFormat.STREAMED,
        started_at__isnull=False,
        # Who was written down after the end has no hour of arrival.
        arrived_at__lte=F("session__ends_at"),
    )
    return _in_slice(rows, piece, "session__").filter(
        **({"application__vacancy_id": piece.vacancy} if piece.vacancy is not None else {}),
        **({"application__source_id": piece.source} if piece.source is not None else {}),
    )


def _in_slice(rows: QuerySet[Any], piece: Slice, path: str) -> QuerySet[Any]:
    bounds = {"starts_at__gte": piece.start, "starts_at__lt": piece.end, "office_id": piece.office}
    return rows.filter(**{f"{path}{name}": value for name, value in bounds.items() if value is not None})


def waits(piece: Slice) -> dict[int, int]:
    """Return minutes waited -> people, of everybody seen in a stream; one statement."""
    found: dict[int, int] = {}
    rows = _seen(piece).annotate(minutes=_waited())
    for minutes, people in rows.values("minutes").annotate(n=Count("pk")).order_by().values_list("minutes", "n"):
        found[max(int(minutes), 0)] = found.get(max(int(minutes), 0), 0) + int(people)
    return found


def wait_rows(piece: Slice, session: int | None = None) -> QuerySet[Any]:
    """Return everybody whose wait is counted, with ``waited`` and ``busy`` minutes on each; of one session if given.

    ``waited`` below 0 is counted as 0.
    """
    inside = WholeMinutes(F("started_at"), Least("finished_at", "session__ends_at"))
    rows: QuerySet[Any] = _seen(piece).annotate(waited=_waited(), busy=inside)
    return rows if session is None else rows.filter(session_id=session)


@dataclass(frozen=True, kw_only=True)
class SessionWait:
    """One closed stream: people seen, minutes they waited in all, idle minutes of all interviewers; and the forecasts.

    ``wait_forecast`` is the mean wait of a person and ``idle_forecast`` the idle minutes of all, as the plan said;
    None where the session had no plan.
    """

    session: InterviewSession
    seen: int
    came: int
    left_unseen: int
    waited: int
    idle: int
    wait_forecast: float | None
    idle_forecast: float | None

    @property
    def wait_mean(self) -> float | None:
        """Mean minutes from arrival to interview; None where nobody was seen."""
        return self.waited / self.seen if self.seen else None


def closed_streams(piece: Slice) -> QuerySet[InterviewSession]:
    """Return the closed streams of the slice, newest first; imported history has no clock and is left out."""
    rows: QuerySet[InterviewSession] = InterviewSession.objects.visible_to(piece.user).filter(
        state=SessionState.CLOSED, format=SessionFormat.STREAMED, is_history=False
    )
    rows = _in_slice(rows, piece, "")
    if piece.vacancy is not None:
        rows = rows.filter(vacancies=piece.vacancy)
    return rows.select_related("office", "forecast_check").order_by("-starts_at", "-pk")


def session_waits(sessions: Sequence[InterviewSession]) -> list[SessionWait]:
    """Return the figures of these sessions; two statements, whatever their number.

    Idle: interviewers' minutes of the window less the minutes in which they interviewed inside it.
    """
    inside = WholeMinutes(F("started_at"), Least("finished_at", "session__ends_at"))
    rows: Any = (
        Invitation.objects.filter(session__in=sessions)
        .annotate(waited=_waited(), busy=inside)
        .values("session_id")
        .annotate(
            seen=Count("pk", filter=Q(started_at__isnull=False, arrived_at__lte=F("session__ends_at"))),
            came=Count("pk", filter=Q(state__in=CAME)),
            left=Count("pk", filter=Q(state=InvitationState.LEFT_UNSEEN)),
            waited_sum=Sum("waited", filter=Q(waited__gt=0, arrived_at__lte=F("session__ends_at"))),
            busy_sum=Sum("busy", filter=Q(busy__gt=0)),
        )
        .order_by()
    )
    counted = {row["session_id"]: row for row in rows}
    seats = dict(
        SessionInterviewer.objects.filter(session__in=sessions, role=SessionRole.INTERVIEWER)
        .values_list("session_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [_one(session, counted.get(session.pk, {}), seats.get(session.pk, 0)) for session in sessions]


def _one(session: InterviewSession, row: dict[str, Any], seats: int) -> SessionWait:
    check = getattr(session, "forecast_check", None)
    minutes = (seats or session.interviewers_planned) * session.window_minutes
    return SessionWait(
        session=session,
        seen=int(row.get("seen") or 0),
        came=int(row.get("came") or 0),
        left_unseen=int(row.get("left") or 0),
        waited=int(row.get("waited_sum") or 0),
        idle=max(minutes - int(row.get("busy_sum") or 0), 0),
        wait_forecast=check.wait_forecast if check is not None else None,
        idle_forecast=check.idle_forecast if check is not None else None,
    )


def wait_lengths(piece: Slice) -> tuple[Durations, dict[int, int]]:
    """Return the quantiles of the wait in minutes, and the histogram behind them."""
    found = waits(piece)
    return durations(found), found
