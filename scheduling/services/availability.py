"""Who and what is free: office hours ∩ own hours − busy times − other sessions.

Every function asks the database a fixed number of times, however many people, rooms and sessions are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from recruit.models import ClosingDay, Office
from scheduling.ics.hours import Rule, joined, left_open, open_stretches
from scheduling.models import (
    BusyTime,
    Interviewer,
    InterviewSession,
    OfficeHours,
    OwnHours,
    Room,
    SessionInterviewer,
)
from scheduling.states import SessionState

PLANNED = (SessionState.DRAFT, SessionState.OPEN, SessionState.RUNNING)


class Why(models.TextChoices):
    """Why somebody or something cannot be used for the whole of a time."""

    CLOSED = "closed", _("the office is closed")
    OWN_HOURS = "own_hours", _("outside their hours")
    BUSY = "busy", _("taken, says the calendar")
    SESSION = "session", _("in another session")


@dataclass(frozen=True, kw_only=True)
class Hindrance:
    """One reason against a time, and the part of the time it concerns (aware).

    ``is_sure`` is False where the calendar named a zone nobody knows; ``session_id`` names the other session.
    """

    why: Why
    starts_at: datetime
    ends_at: datetime
    is_sure: bool = True
    session_id: int | None = None


@dataclass(frozen=True)
class Span:
    """A time at an office; ``leave_out`` is the session it belongs to, which is no hindrance to itself."""

    office: Office
    starts_at: datetime
    ends_at: datetime
    leave_out: int | None


def free_interviewers(
    office: Office, starts_at: datetime, ends_at: datetime, *, leave_out: InterviewSession | None = None
) -> list[Interviewer]:
    """Return the active interviewers of ``office`` who are free for all of [``starts_at``, ``ends_at``), by name.

    ``leave_out`` is the session that is being planned: sitting in it does not make anybody busy.
    """
    people = list(Interviewer.objects.filter(offices=office, is_active=True))
    against = against_interviewers(people, office, starts_at, ends_at, leave_out=leave_out)
    return [one for one in people if not against[one.pk]]


def free_rooms(
    office: Office, starts_at: datetime, ends_at: datetime, *, leave_out: InterviewSession | None = None
) -> list[Room]:
    """Return the rooms of ``office`` that are free for all of [``starts_at``, ``ends_at``), by name."""
    rooms = list(office.rooms.all())
    against = against_rooms(rooms, office, starts_at, ends_at, leave_out=leave_out)
    return [one for one in rooms if not against[one.pk]]


def free_on_each(
    office: Office, times: Sequence[tuple[datetime, datetime]], people: Sequence[Interviewer], rooms: Sequence[Room]
) -> list[tuple[list[Interviewer], list[Room]]]:
    """Return for each of ``times`` (begin, end; aware) who of ``people`` and which of ``rooms`` are free for all of it."""
    spans = [Span(office, start, end, None) for start, end in times]
    persons = hindrances_of_people([(span, one.pk) for span in spans for one in people])
    places = hindrances_of_rooms([(span, one.pk) for span in spans for one in rooms])
    return [
        (
            [one for one in people if not persons[span, one.pk]],
            [one for one in rooms if not places[span, one.pk]],
        )
        for span in spans
    ]


def against_interviewers(
    people: Sequence[Interviewer],
    office: Office,
    starts_at: datetime,
    ends_at: datetime,
    *,
    leave_out: InterviewSession | None = None,
) -> dict[int, tuple[Hindrance, ...]]:
    """Return what speaks against each person (by id) for [``starts_at``, ``ends_at``); an empty tuple: free."""
    span = Span(office, starts_at, ends_at, leave_out.pk if leave_out else None)
    return {pk: found for (_span, pk), found in hindrances_of_people([(span, one.pk) for one in people]).items()}


def against_rooms(
    rooms: Sequence[Room],
    office: Office,
    starts_at: datetime,
    ends_at: datetime,
    *,
    leave_out: InterviewSession | None = None,
) -> dict[int, tuple[Hindrance, ...]]:
    """Return what speaks against each room (by id) for [``starts_at``, ``ends_at``); an empty tuple: free."""
    span = Span(office, starts_at, ends_at, leave_out.pk if leave_out else None)
    return {pk: found for (_span, pk), found in hindrances_of_rooms([(span, one.pk) for one in rooms]).items()}


def hindrances_of_people(
    wanted: Sequence[tuple[Span, int]],
) -> dict[tuple[Span, int], tuple[Hindrance, ...]]:
    """Return what speaks against each (time, interviewer)."""
    if not wanted:
        return {}
    ids = {pk for _span, pk in wanted}
    own: dict[int, list[Rule]] = defaultdict(list)
    for hours in OwnHours.objects.filter(interviewer__in=ids):
        own[hours.interviewer_id].append((hours.weekday, hours.starts, hours.ends))
    start, end = _edges(wanted)
    busy: dict[int, list[BusyTime]] = defaultdict(list)
    for time in BusyTime.objects.filter(
        calendar__interviewer__in=ids, calendar__is_on=True, starts_at__lt=end, ends_at__gt=start
    ).select_related("calendar"):
        busy[time.calendar.interviewer_id or 0].append(time)
    sessions: dict[int, list[InterviewSession]] = defaultdict(list)
    seats = SessionInterviewer.objects.filter(
        interviewer__in=ids, session__state__in=PLANNED, session__starts_at__lt=end, session__ends_at__gt=start
    )
    for seat in seats.select_related("session"):
        sessions[seat.interviewer_id].append(seat.session)
    closed = _closed(wanted)
    return {
        (span, pk): (
            *closed[span],
            *_outside(span, own[pk], Why.OWN_HOURS),
            *_taken(span, busy[pk], sessions[pk]),
        )
        for span, pk in wanted
    }


def hindrances_of_rooms(wanted: Sequence[tuple[Span, int]]) -> dict[tuple[Span, int], tuple[Hindrance, ...]]:
    """Return what speaks against each (time, room)."""
    if not wanted:
        return {}
    ids = {pk for _span, pk in wanted}
    start, end = _edges(wanted)
    busy: dict[int, list[BusyTime]] = defaultdict(list)
    for time in BusyTime.objects.filter(
        calendar__room__in=ids, calendar__is_on=True, starts_at__lt=end, ends_at__gt=start
    ).select_related("calendar"):
        busy[time.calendar.room_id or 0].append(time)
    sessions: dict[int, list[InterviewSession]] = defaultdict(list)
    links = InterviewSession.rooms.through.objects.filter(
        room_id__in=ids,
        interviewsession__state__in=PLANNED,
        interviewsession__starts_at__lt=end,
        interviewsession__ends_at__gt=start,
    )
    for link in links.select_related("interviewsession"):
        sessions[link.room_id].append(link.interviewsession)
    closed = _closed(wanted)
    return {(span, pk): (*closed[span], *_taken(span, busy[pk], sessions[pk])) for span, pk in wanted}


def _edges(wanted: Sequence[tuple[Span, int]]) -> tuple[datetime, datetime]:
    return min(span.starts_at for span, _pk in wanted), max(span.ends_at for span, _pk in wanted)


def _closed(wanted: Sequence[tuple[Span, int]]) -> dict[Span, tuple[Hindrance, ...]]:
    """Return what the offices' hours and closing days say against each time."""
    spans = {span for span, _pk in wanted}
    offices = {span.office.pk for span in spans}
    hours: dict[int, list[Rule]] = defaultdict(list)
    for row in OfficeHours.objects.filter(office__in=offices):
        hours[row.office_id].append((row.weekday, row.opens, row.closes))
    shut: dict[int, set[date]] = defaultdict(set)
    for office_id, day in ClosingDay.objects.filter(office__in=offices).values_list("office_id", "day"):
        shut[office_id].add(day)
    return {span: _outside(span, hours[span.office.pk], Why.CLOSED, shut[span.office.pk]) for span in spans}


def _outside(span: Span, rules: Sequence[Rule], why: Why, closed: Iterable[date] = ()) -> tuple[Hindrance, ...]:
    """Return the parts of the time that the weekly rules leave out."""
    opened = open_stretches(
        rules, zone=span.office.zone, start=span.starts_at, end=span.ends_at, closed=frozenset(closed)
    )
    gaps = left_open(span.starts_at, span.ends_at, opened)
    return tuple(Hindrance(why=why, starts_at=start, ends_at=end) for start, end in gaps)


def _taken(span: Span, busy: Sequence[BusyTime], sessions: Sequence[InterviewSession]) -> tuple[Hindrance, ...]:
    """Return the busy times and the other sessions that touch the time."""
    found = []
    for sure in (True, False):
        times = [
            (max(one.starts_at, span.starts_at), min(one.ends_at, span.ends_at))
            for one in busy
            if one.is_sure == sure and one.starts_at < span.ends_at and one.ends_at > span.starts_at
        ]
        found += [Hindrance(why=Why.BUSY, starts_at=start, ends_at=end, is_sure=sure) for start, end in joined(times)]
    for other in sessions:
        if other.pk != span.leave_out and other.starts_at < span.ends_at and other.ends_at > span.starts_at:
            start, end = max(other.starts_at, span.starts_at), min(other.ends_at, span.ends_at)
            found.append(Hindrance(why=Why.SESSION, starts_at=start, ends_at=end, session_id=other.pk))
    return tuple(found)


__all__ = [
    "PLANNED",
    "Hindrance",
    "Span",
    "Why",
    "against_interviewers",
    "against_rooms",
    "free_interviewers",
    "free_on_each",
    "free_rooms",
    "hindrances_of_people",
    "hindrances_of_rooms",
]
