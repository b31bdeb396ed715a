"""Changing a whole session before or on its day: moved, shortened, called off. Everybody is told once; nobody is a no-show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import User
from recruit.queue import enqueue
from scheduling.models import ArrivalBand, InterviewSession, Invitation
from scheduling.services.actors import Actor
from scheduling.services.moves import move, touch
from scheduling.services.notices import post_notice
from scheduling.services.replies import arrival_time
from scheduling.services.sessions import cancel_session
from scheduling.states import EXPECTED, Answer, InvitationEvent, LedgerKind, SessionState


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Who was told of what: ids of the invitations that moved and of those that were called off."""

    moved: tuple[int, ...] = ()
    called_off: tuple[int, ...] = ()

    @property
    def told(self) -> int:
        """How many people get one message."""
        return len(self.moved) + len(self.called_off)


def _locked(session: InterviewSession) -> InterviewSession:
    found = InterviewSession.objects.select_for_update().get(pk=session.pk)
    if found.state not in {SessionState.OPEN, SessionState.RUNNING}:
        raise ConflictError(_("This session is not open."))
    return found


@transaction.atomic
def call_off(session: InterviewSession, *, at: datetime, by: User) -> Changed:
    """Call the session off and tell everybody once; their pages offer other times. Who is here is turned away, and owed one."""
    told = cancel_session(session, at=at, by=by)
    for invitation in session.invitations.filter(pk__in=told):
        post_notice(invitation, "cancellation", at=at)
    return Changed(called_off=tuple(told))


@transaction.atomic
def move_session(session: InterviewSession, *, starts_at: datetime, at: datetime, by: User) -> Changed:
    """Move the whole session to another start (aware, ahead); everybody expected moves with it and is asked again.

    ``ConflictError`` once somebody has come, ``InvalidInputError`` for a start that has passed or stays the same.
    """
    locked = _locked(session)
    if starts_at <= at:
        raise InvalidInputError(_("The new start has passed."), field="starts_at")
    shift = starts_at - locked.starts_at
    if not shift:
        raise InvalidInputError(_("This is the start it has."), field="starts_at")
    if locked.invitations.came().exists():
        raise ConflictError(_("Somebody has come already: shorten the session or call it off."))
    bands = list(locked.bands.order_by("-starts_at" if shift > timedelta(0) else "starts_at"))
    for band in bands:
        ArrivalBand.objects.filter(pk=band.pk).update(starts_at=band.starts_at + shift, ends_at=band.ends_at + shift)
    InterviewSession.objects.filter(pk=locked.pk).update(
        starts_at=starts_at, ends_at=locked.ends_at + shift, answer_by=None, version=F("version") + 1
    )
    moved = []
    for invitation in _expected(locked):
        move(
            invitation,
            InvitationEvent.MOVE,
            at=at,
            actor=Actor.of(by, "session"),
            kind=LedgerKind.MOVED,
            data={"minutes": int(shift.total_seconds() // 60)},
            sequence=invitation.sequence + 1,
            dtstamp=at.replace(microsecond=0),
            answer=Answer.SILENT,
            answered_at=None,
            late_minutes=None,
        )
        post_notice(invitation, "update", at=at)
        moved.append(invitation.pk)
    enqueue("scheduling.tasks.sync_blocks", session_id=locked.pk)
    session.refresh_from_db()
    return Changed(moved=tuple(moved))


def _expected(session: InterviewSession) -> list[Invitation]:
    return list(
        session.invitations.select_for_update(of=("self",)).filter(state__in=EXPECTED).select_related("session", "band")
    )


@transaction.atomic
def shrink_session(session: InterviewSession, *, ends_at: datetime, at: datetime, by: User) -> Changed:
    """End the session earlier (aware): who was asked to a time that falls away is told once, and may choose another.

    ``InvalidInputError`` for an end that has passed, is later than now planned, or leaves no time for one interview.
    """
    locked = _locked(session)
    if not max(at, locked.starts_at) < ends_at < locked.ends_at:
        raise InvalidInputError(_("The new end lies between now and the end it has."), field="ends_at")
    if not locked.is_group and ends_at - locked.starts_at < timedelta(minutes=locked.minutes_each):
        raise InvalidInputError(_("Not one interview fits into that."), field="ends_at")
    last = ends_at - timedelta(minutes=0 if locked.is_group else locked.minutes_each)
    called_off = []
    for invitation in _expected(locked):
        if arrival_time(invitation) <= last:
            continue
        move(
            invitation,
            InvitationEvent.CANCEL,
            at=at,
            actor=Actor.of(by, "session"),
            kind=LedgerKind.CANCELLED_BY_US,
            data={"because": "session ends earlier"},
            sequence=invitation.sequence + 1,
            dtstamp=at.replace(microsecond=0),
            settled_at=at,
        )
        post_notice(invitation, "cancellation", at=at)
        called_off.append(invitation.pk)
    gone = locked.bands.filter(starts_at__gt=last)
    # A band that anybody was ever asked to is kept for the ledger; an empty one goes.
    gone.filter(invitations=None).delete()
    locked.bands.filter(starts_at__lt=ends_at, ends_at__gt=ends_at).update(ends_at=ends_at)
    InterviewSession.objects.filter(pk=locked.pk).update(ends_at=ends_at)
    touch(locked.pk)
    enqueue("scheduling.tasks.sync_blocks", session_id=locked.pk)
    session.refresh_from_db()
    return Changed(called_off=tuple(called_off))


def told_by(session: InterviewSession, *, ends_at: datetime | None = None) -> int:
    """Return how many people a change would tell: everybody expected, or those after a new end."""
    rows = session.invitations.filter(state__in=EXPECTED).select_related("session", "band")
    if ends_at is None:
        return rows.count()
    last = ends_at - timedelta(minutes=0 if session.is_group else session.minutes_each)
    return sum(arrival_time(row) > last for row in rows)
