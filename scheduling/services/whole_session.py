"""Changing a whole session before or on its day: moved, shortened, called off. Everybody is told once; nobody is a no-show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import User
from recruit.queue import enqueue
from scheduling.models import ArrivalBand, InterviewSession, Invitation
from scheduling.services import moves
from scheduling.services.actors import Actor
from scheduling.services.moves import move_in_time, touch
from scheduling.services.notices import post_notice
from scheduling.services.replies import arrival_time
from scheduling.services.sessions import cancel_session
from scheduling.states import EXPECTED, SessionState


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Who was told of what: ids of the invitations that moved, that were called off, that go on with another place."""

    moved: tuple[int, ...] = ()
    called_off: tuple[int, ...] = ()
    revised: tuple[int, ...] = ()

    @property
    def told(self) -> int:
        """How many people get one message."""
        return len(self.moved) + len(self.called_off) + len(self.revised)


def locked(session: InterviewSession, *states: SessionState) -> InterviewSession:
    """Return the session's row, held until the transaction ends; ``TransitionRefusedError`` in any other state."""
    found = InterviewSession.objects.select_for_update(of=("self",)).select_related("office").get(pk=session.pk)
    if found.state not in states:
        raise TransitionRefusedError(_("This session can no longer be changed."))
    return found


def expected_of(session: InterviewSession) -> list[Invitation]:
    """Return the invitations that a change of the session concerns, held, always in one order: two changes never block."""
    rows = session.invitations.select_for_update(of=("self",)).filter(state__in=EXPECTED)
    return list(rows.select_related("session", "band").order_by("pk"))


@transaction.atomic
def call_off(session: InterviewSession, *, at: datetime, by: User) -> Changed:
    """Call the session off and tell everybody once; their pages offer other times. Who is here is turned away, and owed one."""
    told = cancel_session(session, at=at, by=by)
    for invitation in session.invitations.filter(pk__in=told):
        post_notice(invitation, "cancellation", at=at)
    return Changed(called_off=tuple(told))


@transaction.atomic
def move_session(session: InterviewSession, *, starts_at: datetime, at: datetime, actor: Actor) -> Changed:
    """Move the whole session to another start (aware, ahead): its arrival times go along, everybody expected is asked anew.

    The one way a session gets another time, from whatever page. A running one may be moved while nobody has come. The
    promised day of the answers falls away. ``ConflictError`` once somebody has come, ``InvalidInputError`` for a start that
    has passed or stays the same, ``TransitionRefusedError`` once it is closed or called off.
    """
    held = locked(session, SessionState.DRAFT, SessionState.OPEN, SessionState.RUNNING)
    if starts_at <= at:
        raise InvalidInputError(_("The new start has passed."), field="starts_at")
    shift = starts_at - held.starts_at
    if not shift:
        raise InvalidInputError(_("This is the start it has."), field="starts_at")
    if held.invitations.came().exists():
        raise ConflictError(_("Somebody has come already: shorten the session or call it off."))
    # Later bands first when moving on, so that no two stand on one time for a moment.
    for band in held.bands.order_by("-starts_at" if shift > timedelta(0) else "starts_at"):
        ArrivalBand.objects.filter(pk=band.pk).update(starts_at=band.starts_at + shift, ends_at=band.ends_at + shift)
    InterviewSession.objects.filter(pk=held.pk).update(
        starts_at=starts_at, ends_at=held.ends_at + shift, answer_by=None, version=F("version") + 1
    )
    minutes = int(shift.total_seconds() // 60)
    people = expected_of(held)
    for invitation in people:
        move_in_time(invitation, at=at, actor=actor, data={"minutes": minutes})
        post_notice(invitation, "update", at=at)
    enqueue("scheduling.tasks.sync_blocks", session_id=held.pk)
    session.refresh_from_db()
    return Changed(moved=tuple(one.pk for one in people))


@transaction.atomic
def shrink_session(session: InterviewSession, *, ends_at: datetime, at: datetime, by: User) -> Changed:
    """End the session earlier (aware): who was asked to a time that falls away is told once, and may choose another.

    ``InvalidInputError`` for an end that has passed, is later than now planned, or leaves no time for one interview.
    """
    held = locked(session, SessionState.OPEN, SessionState.RUNNING)
    if not max(at, held.starts_at) < ends_at < held.ends_at:
        raise InvalidInputError(_("The new end lies between now and the end it has."), field="ends_at")
    if not held.is_group and ends_at - held.starts_at < timedelta(minutes=held.minutes_each):
        raise InvalidInputError(_("Not one interview fits into that."), field="ends_at")
    last = ends_at - timedelta(minutes=0 if held.is_group else held.minutes_each)
    called_off = []
    for invitation in expected_of(held):
        if arrival_time(invitation) <= last:
            continue
        moves.call_off(invitation, at=at, actor=Actor.of(by, "session"), because="session ends earlier")
        post_notice(invitation, "cancellation", at=at)
        called_off.append(invitation.pk)
    gone = held.bands.filter(starts_at__gt=last)
    # A band that anybody was ever asked to is kept for the ledger; an empty one goes.
    gone.filter(invitations=None).delete()
    held.bands.filter(starts_at__lt=ends_at, ends_at__gt=ends_at).update(ends_at=ends_at)
    InterviewSession.objects.filter(pk=held.pk).update(ends_at=ends_at)
    touch(held.pk)
    enqueue("scheduling.tasks.sync_blocks", session_id=held.pk)
    session.refresh_from_db()
    return Changed(called_off=tuple(called_off))


def told_by(session: InterviewSession, *, ends_at: datetime | None = None) -> int:
    """Return how many people a change would tell: everybody expected, or those after a new end."""
    rows = session.invitations.filter(state__in=EXPECTED).select_related("session", "band")
    if ends_at is None:
        return rows.count()
    last = ends_at - timedelta(minutes=0 if session.is_group else session.minutes_each)
    return sum(arrival_time(row) > last for row in rows)
