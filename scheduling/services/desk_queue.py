"""Who is next at the desk, with whom, and how long the others still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from scheduling.models import InterviewSession, Invitation, SessionInterviewer, SessionRole
from scheduling.planning.lobby import minutes_until_called, rounded_up
from scheduling.states import InvitationState

# An interview that has gone on longer than planned ends "soon", never "a quarter of an hour ago".
SOON_MINUTES = 3.0


def turn(invitation: Invitation) -> tuple[bool, datetime, int]:
    """Return the place of a waiting person in the fair order.

    People with a guaranteed time first, then by the arrival time asked for or the real arrival, whichever is later:
    who comes early does not overtake who comes on time, who comes late queues from then on.
    """
    asked = invitation.band.starts_at if invitation.band else invitation.session.starts_at
    came = invitation.arrived_at or asked
    at = came if invitation.is_walk_in else max(asked, came)
    return (not invitation.guaranteed, at, invitation.number or 0)


def in_order(people: Sequence[Invitation]) -> list[Invitation]:
    """Return the waiting people in the order they are called in; who is put aside comes last."""
    return sorted(people, key=lambda one: (one.on_hold, *turn(one)))


def waiting(session: InterviewSession) -> list[Invitation]:
    """Return who is here and not yet seen, in the order they are called in."""
    return in_order(list(session.invitations.filter(state=InvitationState.ARRIVED).with_people()))


def rule_of(invitation: Invitation) -> str:
    """Return the rule that gave a waiting person the place in the queue: a word of a closed list."""
    if invitation.on_hold:
        return "on_hold"
    if invitation.guaranteed:
        return "guaranteed"
    if invitation.is_walk_in:
        return "walk_in"
    asked = invitation.band.starts_at if invitation.band else invitation.session.starts_at
    return "late" if invitation.arrived_at is not None and invitation.arrived_at > asked else "on_time"


def crew(session: InterviewSession, *, at: datetime | None = None) -> list[SessionInterviewer]:
    """Return the interviewers of the session; with ``at``, those who are still there at that moment."""
    rows = session.session_interviewers.filter(role=SessionRole.INTERVIEWER).select_related("interviewer", "room")
    return [seat for seat in rows if at is None or seat.until is None or seat.until > at]


def free_of(people: Sequence[SessionInterviewer], talking: Sequence[Invitation]) -> list[SessionInterviewer]:
    """Return those of ``people`` who are with nobody now."""
    busy = {one.interviewer_id for one in talking if one.interviewer_id is not None}
    return [seat for seat in people if seat.interviewer_id not in busy]


def free_interviewers(session: InterviewSession) -> list[SessionInterviewer]:
    """Return the interviewers of the session who are with nobody now."""
    talking = list(session.invitations.filter(state=InvitationState.IN_INTERVIEW).exclude(interviewer=None))
    return free_of(crew(session, at=timezone.now()), talking)


def longest_free(
    session: InterviewSession, free: Sequence[SessionInterviewer], rows: Sequence[Invitation]
) -> SessionInterviewer | None:
    """Return who of the ``free`` has been free longest, by the interviews among ``rows`` that are finished."""
    ended = sorted((one for one in rows if one.finished_at is not None), key=lambda one: str(one.finished_at))
    last = {one.interviewer_id: one.finished_at for one in ended}
    return min(free, key=lambda seat: (last.get(seat.interviewer_id) or session.starts_at, seat.pk), default=None)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What is said to somebody who waits: about so many minutes (0: now), of the longest wait promised."""

    minutes: int
    ahead: int


def waits(
    session: InterviewSession, places: int, talking: Sequence[Invitation], seats: int, *, at: datetime
) -> list[Wait]:
    """Return the wait at each of the first ``places`` of the queue at ``at``; ``seats`` is the number of interviewers."""
    ends = [
        max(session.minutes_each - (at - one.started_at).total_seconds() / 60, SOON_MINUTES)
        for one in talking
        if one.started_at is not None
    ]
    free_in = [*ends, *[0.0] * max(max(seats, 1) - len(ends), 0)]
    each = float(session.minutes_each)
    return [
        Wait(minutes=rounded_up(minutes_until_called(free_in, place, each)), ahead=place) for place in range(places)
    ]


def wait_of(invitation: Invitation, *, at: datetime) -> Wait:
    """Return what to say to a person who has just come."""
    session = invitation.session
    rows = list(
        session.invitations.filter(state__in=[InvitationState.ARRIVED, InvitationState.IN_INTERVIEW]).select_related(
            "band", "session"
        )
    )
    queue = in_order([row for row in rows if row.state == InvitationState.ARRIVED])
    talking = [row for row in rows if row.state == InvitationState.IN_INTERVIEW]
    seats = len(crew(session, at=at)) or session.interviewers_planned
    found = waits(session, len(queue), talking, seats, at=at)
    place = next((index for index, row in enumerate(queue) if row.pk == invitation.pk), len(queue) - 1)
    return found[place] if queue else Wait(minutes=0, ahead=0)
