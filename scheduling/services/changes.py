"""Changing what was announced: another time, place or name, calling one person off, taking it back.

Whatever happens to an invitation or a session, its SEQUENCE only grows, and everybody concerned is told by one message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import Message
from recruit.queue import enqueue
from scheduling.models import Interviewer, InterviewSession, Invitation, Room, SessionInterviewer, SessionRole
from scheduling.services.actors import Actor
from scheduling.services.moves import ASKED_ANEW, call_off, move, next_revision, record, touch
from scheduling.services.notices import post_notice
from scheduling.services.sessions import change_session_state
from scheduling.services.whole_session import Changed, expected_of, locked, move_session
from scheduling.states import (
    LIVE,
    Answer,
    InvitationEvent,
    InvitationState,
    LedgerKind,
    SessionEvent,
    SessionState,
)

_CHANGEABLE = (SessionState.DRAFT, SessionState.OPEN)


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, at: datetime, actor: Actor) -> Message:
    """Call one person off and tell them: SEQUENCE + 1, CANCEL."""
    cancelled = call_off(invitation, at=at, actor=actor)
    return post_notice(cancelled, "cancellation", at=at)


@transaction.atomic
def reinstate_invitation(invitation: Invitation, *, at: datetime, actor: Actor) -> Message:
    """Invite somebody again who was called off: the same event with SEQUENCE + 1; they are asked anew.

    ``TransitionRefusedError`` while the session is off or over, ``ConflictError`` where they have another invitation.
    """
    if invitation.session.state not in _CHANGEABLE or invitation.session.ends_at <= at:
        msg = "The session is off or over."
        raise TransitionRefusedError(msg)
    again = move(
        invitation,
        InvitationEvent.REINSTATE,
        at=at,
        actor=actor,
        kind=LedgerKind.REINSTATED,
        settled_at=None,
        decline_reason="",
        **ASKED_ANEW,
        **next_revision(invitation, at),
    )
    return post_notice(again, "update", at=at)


@transaction.atomic
def reinstate_session(session: InterviewSession, *, at: datetime, actor: Actor) -> list[Message]:
    """Take back that a session was called off: who was called off with it and is not invited elsewhere is asked again."""
    if session.ends_at <= at:
        raise InvalidInputError("The session is in the past.", field="starts_at")
    change_session_state(session, SessionEvent.REINSTATE)
    called_off = session.invitations.filter(state=InvitationState.CANCELLED).exclude(answer=Answer.DECLINED)
    elsewhere = Invitation.objects.filter(state__in=LIVE).values("application")
    rows = called_off.exclude(application__in=elsewhere).exclude(application__candidate__do_not_contact=True)
    return [
        reinstate_invitation(row, at=at, actor=actor) for row in rows.select_related("session", "band").order_by("pk")
    ]


@transaction.atomic
def change_session(
    session: InterviewSession,
    *,
    at: datetime,
    actor: Actor,
    title: str | None = None,
    online_link: str | None = None,
    starts_at: datetime | None = None,
    rooms: Sequence[Room] | None = None,
    interviewers: Sequence[Interviewer] | None = None,
) -> Changed:
    """Change a session that is not running yet and tell everybody whom the change concerns, once.

    ``starts_at`` moves the whole session (``move_session``); another link or title keeps the answers. Rooms and interviewers
    concern the staff alone, who hear by their own calendar entries.
    """
    held = locked(session, *_CHANGEABLE)
    changes: dict[str, object] = {}
    if title is not None and title != held.title:
        changes["title"] = title
    has_new_place = online_link is not None and online_link != held.online_link
    if has_new_place:
        changes["online_link"] = online_link
    if rooms is not None:
        held.rooms.set(rooms)
    if interviewers is not None:
        _seat(held, interviewers)
    InterviewSession.objects.filter(pk=held.pk).update(version=F("version") + 1, **changes)
    if starts_at is not None and starts_at != held.starts_at:
        return move_session(held, starts_at=starts_at, at=at, actor=actor)
    enqueue("scheduling.tasks.sync_blocks", session_id=held.pk)
    return tell_of_place(held, at=at, actor=actor) if has_new_place else Changed()


def _seat(session: InterviewSession, people: Sequence[Interviewer]) -> None:
    """Seat exactly these interviewers; observers and rooms of those who stay are kept."""
    wanted = {one.pk for one in people}
    seats = session.session_interviewers.filter(role=SessionRole.INTERVIEWER)
    seats.exclude(interviewer__in=wanted).delete()
    there = set(session.session_interviewers.values_list("interviewer_id", flat=True))
    SessionInterviewer.objects.bulk_create(
        SessionInterviewer(session=session, interviewer=one) for one in people if one.pk not in there
    )


def tell_of_place(session: InterviewSession, *, at: datetime, actor: Actor) -> Changed:
    """Tell everybody who is expected of another place: SEQUENCE + 1, what they answered stays; in the caller's transaction."""
    people = expected_of(session)
    for row in people:
        post_notice(_revised(row, at=at, actor=actor), "update", at=at)
    return Changed(revised=tuple(row.pk for row in people))


def _revised(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Give the invitation its next SEQUENCE; what the person answered stays."""
    claimed = Invitation.objects.filter(pk=invitation.pk, state=invitation.state, sequence=invitation.sequence).update(
        updated_at=timezone.now(), **next_revision(invitation, at)
    )
    if not claimed:
        msg = "This invitation was changed by someone else; look again."
        raise TransitionRefusedError(msg)
    record(invitation, LedgerKind.MOVED, at=at, actor=actor, data={"place": True})
    touch(invitation.session_id)
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def replace_interviewer(
    session: InterviewSession, old: Interviewer, new: Interviewer, *, at: datetime
) -> InterviewSession:
    """Put ``new`` on the seat of ``old``; both hear of it by their calendars. ``InvalidInputError`` where it is not theirs."""
    seats = SessionInterviewer.objects.filter(session=session, interviewer=old)
    if session.state not in _CHANGEABLE or session.ends_at <= at:
        msg = "This session can no longer be changed."
        raise TransitionRefusedError(msg)
    if session.session_interviewers.filter(interviewer=new).exists() or not seats.update(interviewer=new):
        raise InvalidInputError("This person is not in the session, or the other one is already.", field="interviewer")
    touch(session.pk)
    enqueue("scheduling.tasks.sync_blocks", session_id=session.pk)
    return session
