"""People and rooms who are taken while they are planned, and who or which could be there instead.

A background task looks once a minute and keeps what it found, so that Today asks the database once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recruit.models import User
from scheduling.models import Interviewer, InterviewSession, Room
from scheduling.services.availability import (
    PLANNED,
    Hindrance,
    Span,
    Why,
    hindrances_of_people,
    hindrances_of_rooms,
)
from scheduling.services.findings import CLASHES, keep_finding, kept_finding

# How far ahead the task looks.
AHEAD = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Somebody or a room of a session who cannot be there, and who or which could be instead."""

    session: InterviewSession
    who: Interviewer | Room
    hindrances: tuple[Hindrance, ...]
    proposals: tuple[Interviewer | Room, ...]


@dataclass(frozen=True, kw_only=True)
class KeptClash:
    """A clash as the last look left it: ``who`` and ``instead`` are names of people or rooms."""

    session: InterviewSession
    who: str
    why: Why
    is_sure: bool
    instead: tuple[str, ...]


def clashes(session: InterviewSession) -> list[Clash]:
    """Return the people and rooms of a session who cannot be there, each with at most three proposals."""
    return clashes_of([session])


def clashes_of(sessions: Iterable[InterviewSession]) -> list[Clash]:
    """Return the clashes of several sessions, in their order."""
    rows = list(
        InterviewSession.objects.filter(pk__in=[one.pk for one in sessions], state__in=PLANNED)
        .select_related("office")
        .prefetch_related("session_interviewers__interviewer", "rooms")
        .order_by("starts_at", "pk")
    )
    spans = {row.pk: Span(row.office, row.starts_at, row.ends_at, row.pk) for row in rows}
    people = hindrances_of_people(
        [(spans[row.pk], seat.interviewer_id) for row in rows for seat in row.session_interviewers.all()]
    )
    rooms = hindrances_of_rooms([(spans[row.pk], room.pk) for row in rows for room in row.rooms.all()])
    short = [
        row for row in rows if any(people[spans[row.pk], one.interviewer_id] for one in row.session_interviewers.all())
    ]
    full = [row for row in rows if any(rooms[spans[row.pk], room.pk] for room in row.rooms.all())]
    instead, elsewhere = _instead(short, spans), _elsewhere(full, spans)
    found = []
    for row in rows:
        for seat in row.session_interviewers.all():
            why = people[spans[row.pk], seat.interviewer_id]
            if why:
                found.append(Clash(session=row, who=seat.interviewer, hindrances=why, proposals=instead[row.pk]))
        for room in row.rooms.all():
            why = rooms[spans[row.pk], room.pk]
            if why:
                found.append(Clash(session=row, who=room, hindrances=why, proposals=elsewhere[row.pk]))
    return found


def _instead(rows: Sequence[InterviewSession], spans: dict[int, Span]) -> dict[int, tuple[Interviewer, ...]]:
    """Return up to three interviewers for each session who are free and do not sit in it, by name."""
    if not rows:
        return {}
    offices = {row.office_id for row in rows}
    seats: dict[int, list[Interviewer]] = defaultdict(list)
    links = Interviewer.offices.through.objects.filter(office__in=offices, interviewer__is_active=True)
    for link in links.select_related("interviewer").order_by("interviewer__name", "interviewer_id"):
        seats[link.office_id].append(link.interviewer)
    against = hindrances_of_people([(spans[row.pk], one.pk) for row in rows for one in seats[row.office_id]])
    sitting = {row.pk: {seat.interviewer_id for seat in row.session_interviewers.all()} for row in rows}
    return {
        row.pk: tuple(
            one for one in seats[row.office_id] if one.pk not in sitting[row.pk] and not against[spans[row.pk], one.pk]
        )[:3]
        for row in rows
    }


def _elsewhere(rows: Sequence[InterviewSession], spans: dict[int, Span]) -> dict[int, tuple[Room, ...]]:
    """Return up to three rooms for each session that are free and not used by it, by name."""
    if not rows:
        return {}
    there: dict[int, list[Room]] = defaultdict(list)
    for room in Room.objects.filter(office__in={row.office_id for row in rows}):
        there[room.office_id].append(room)
    against = hindrances_of_rooms([(spans[row.pk], one.pk) for row in rows for one in there[row.office_id]])
    used = {row.pk: {room.pk for room in row.rooms.all()} for row in rows}
    return {
        row.pk: tuple(
            one for one in there[row.office_id] if one.pk not in used[row.pk] and not against[spans[row.pk], one.pk]
        )[:3]
        for row in rows
    }


def look_for_clashes(*, at: datetime) -> int:
    """Look at every session of the next ``AHEAD`` and keep the clashes for Today; return how many there are."""
    coming = InterviewSession.objects.filter(state__in=PLANNED, ends_at__gt=at, starts_at__lt=at + AHEAD)
    found = [
        {
            "session": one.session.pk,
            "who": str(one.who),
            "why": one.hindrances[0].why.value,
            "is_sure": one.hindrances[0].is_sure,
            "instead": [str(other) for other in one.proposals],
        }
        for one in clashes_of(coming)
    ]
    keep_finding(CLASHES, {"clashes": found}, at=at)
    return len(found)


def kept_clashes(user: User, *, at: datetime) -> list[KeptClash]:
    """Return the clashes of the last look in sessions that ``user`` may see and that have not ended, in their order."""
    rows = kept_finding(CLASHES).get("clashes", [])
    if not rows:
        return []
    sessions = (
        InterviewSession.objects.visible_to(user)
        .filter(pk__in={row["session"] for row in rows}, state__in=PLANNED, ends_at__gt=at)
        .select_related("office")
        .in_bulk()
    )
    return [
        KeptClash(
            session=sessions[row["session"]],
            who=row["who"],
            why=Why(row["why"]),
            is_sure=row["is_sure"],
            instead=tuple(row["instead"]),
        )
        for row in rows
        if row["session"] in sessions
    ]
