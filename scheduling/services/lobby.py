"""The lobby's screen: numbers and rooms behind a secret address, never a name."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Sum

from recruit.errors import NotFoundError
from recruit.models import Office
from scheduling.models import InterviewSession
from scheduling.services.desk_queue import crew, in_order, waits
from scheduling.states import InvitationState, SessionState

_SALT = b"scheduling.lobby-screen"
CALLS_SHOWN = 3


def lobby_token(office_id: int) -> str:
    """Return the secret word of an office's screen: it stays the same, so that a screen is set up once."""
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    raw = hmac.new(key, str(office_id).encode(), hashlib.sha256).digest()
    return f"{office_id}-{base64.urlsafe_b64encode(raw)[:16].decode()}"


def office_of(token: str) -> Office:
    """Return the office whose screen ``token`` opens; ``NotFoundError`` for any other word."""
    number = token.partition("-")[0]
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    if is_number and hmac.compare_digest(token.encode(), lobby_token(int(number)).encode()):
        found = Office.objects.filter(pk=number).first()
        if found is not None:
            return found
    raise NotFoundError("This link is not valid.")


@dataclass(frozen=True, kw_only=True)
class Call:
    """A number that was called, and the room it goes to."""

    number: int
    room: str


@dataclass(frozen=True, kw_only=True)
class LobbyScreen:
    """What hangs on the wall: the last calls, newest first, and about how long who comes now will wait (minutes)."""

    calls: tuple[Call, ...]
    wait_low: int
    wait_high: int
    waiting: int
    is_open: bool
    version: str


def lobby_sessions(office: Office, *, at: datetime) -> list[InterviewSession]:
    """Return the sessions of the office that take people around now."""
    rows = InterviewSession.objects.filter(
        office=office,
        state__in=[SessionState.OPEN, SessionState.RUNNING],
        starts_at__lte=at + timedelta(hours=1),
        ends_at__gte=at - timedelta(hours=3),
    )
    return list(rows.order_by("starts_at"))


def lobby_version(office_id: int) -> str:
    """Return a word that changes with everything the screen shows: one indexed statement."""
    found = InterviewSession.objects.filter(
        office=office_id, state__in=[SessionState.OPEN, SessionState.RUNNING]
    ).aggregate(sum=Sum("version"), last=Max("pk"))
    return f"{found['last'] or 0}.{found['sum'] or 0}"


def lobby_screen(office: Office, *, at: datetime) -> LobbyScreen:
    """Return the screen of ``office`` at ``at``."""
    sessions = lobby_sessions(office, at=at)
    called: list[tuple[datetime, Call]] = []
    lows, waiting = [], 0
    for session in sessions:
        rows = list(session.invitations.exclude(arrived_at=None).select_related("band", "session", "room"))
        called += [
            (row.started_at, Call(number=row.number, room=row.room.name if row.room else ""))
            for row in rows
            if row.started_at is not None and row.number is not None
        ]
        queue = in_order([row for row in rows if row.state == InvitationState.ARRIVED])
        talking = [row for row in rows if row.state == InvitationState.IN_INTERVIEW]
        seats = len(crew(session, at=at)) or session.interviewers_planned
        # The person who would come now stands behind everybody who waits.
        lows.append(waits(session, len(queue) + 1, talking, seats, at=at)[-1].minutes)
        waiting += len(queue)
    called.sort(key=lambda pair: pair[0], reverse=True)
    low = max(lows, default=0)
    each = max((session.minutes_each for session in sessions), default=0)
    return LobbyScreen(
        calls=tuple(call for _at, call in called[:CALLS_SHOWN]),
        wait_low=low,
        wait_high=low + -(-each // 2 // 5) * 5 if waiting or low else low,
        waiting=waiting,
        is_open=bool(sessions),
        version=lobby_version(office.pk),
    )
