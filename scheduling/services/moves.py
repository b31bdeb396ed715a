"""The one way an invitation changes its state: claim the row, write the ledger, tell the live pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from recruit.errors import ConflictError, TransitionRefusedError
from recruit.messaging import webhooks
from recruit.messaging.outbox import drop_waiting
from recruit.models import MessageKind
from scheduling.models import InterviewSession, Invitation, LedgerEntry
from scheduling.services.actors import Actor
from scheduling.states import Answer, InvitationEvent, LedgerKind, state_after

# What integrators hear of (docs/api.md); the rest of the ledger stays inside.
TOLD: dict[LedgerKind, str] = {
    LedgerKind.INVITED: "invitation.sent",
    LedgerKind.CONFIRMED: "invitation.confirmed",
    LedgerKind.DECLINED: "invitation.declined",
    LedgerKind.CANCELLED_IN_TIME: "invitation.cancelled",
    LedgerKind.CANCELLED_LATE: "invitation.cancelled",
    LedgerKind.CANCELLED_BY_US: "invitation.cancelled",
    LedgerKind.ARRIVED: "invitation.arrived",
    LedgerKind.NO_SHOW: "invitation.no_show",
}

# Whoever is asked anew has not answered yet: no word of the old time holds for the new one.
ASKED_ANEW: dict[str, Any] = {"answer": Answer.SILENT, "answered_at": None, "late_minutes": None}


def _told(invitation: Invitation, at: datetime) -> dict[str, Any]:
    return {
        "invitation": invitation.pk,
        "application": invitation.application_id,
        "session": invitation.session_id,
        "at": at.isoformat(),
    }


def record(
    invitation: Invitation,
    kind: LedgerKind,
    *,
    at: datetime,
    actor: Actor,
    data: dict[str, Any] | None = None,
    corrects: LedgerEntry | None = None,
) -> LedgerEntry:
    """Append one event to the ledger: it happened at ``at`` (aware) and is written down now; tell the integrators."""
    if kind in TOLD:
        webhooks.append(TOLD[kind], _told(invitation, at))
    return LedgerEntry.objects.create(
        invitation=invitation,
        kind=kind,
        at=at,
        recorded_at=timezone.now(),
        actor_kind=actor.kind,
        actor=actor.user,
        source=actor.source,
        data=data or {},
        corrects=corrects,
    )


def touch(session_id: int) -> None:
    """Tell every open page of the session that something changed, and integrators that its forecast did."""
    webhooks.append("forecast.changed", {"session": session_id}, only_once=True)
    InterviewSession.objects.filter(pk=session_id).update(version=F("version") + 1)


def move(
    invitation: Invitation,
    event: InvitationEvent,
    *,
    at: datetime,
    actor: Actor,
    kind: LedgerKind,
    data: dict[str, Any] | None = None,
    corrects: LedgerEntry | None = None,
    **changes: Any,
) -> Invitation:
    """Move ``invitation`` by ``event``, set ``changes`` with it, and append ``kind`` to the ledger.

    Two people may press at once: the row is claimed by an UPDATE that names the state and SEQUENCE that were read: exactly one
    of them wins, on SQLite as on PostgreSQL; the other gets ``TransitionRefusedError`` and nothing is written.
    ``ConflictError`` where the change meets a constraint (a second live invitation of one application).
    """
    old = invitation.state
    was_confirmed = invitation.answered_at is not None and invitation.answer == "confirmed"
    new = state_after(old, event, was_confirmed=was_confirmed)
    try:
        with transaction.atomic():
            # SEQUENCE too: a move to another time ends in the state it began with.
            claimed = Invitation.objects.filter(pk=invitation.pk, state=old, sequence=invitation.sequence).update(
                state=new, updated_at=timezone.now(), **changes
            )
            if not claimed:
                msg = "This invitation was changed by someone else; look again."
                raise TransitionRefusedError(msg)
            record(invitation, kind, at=at, actor=actor, data=data, corrects=corrects)
            touch(invitation.session_id)
    except IntegrityError as error:
        msg = "This person has another invitation that is still open."
        raise ConflictError(msg) from error
    invitation.refresh_from_db()
    return invitation


def next_revision(invitation: Invitation, at: datetime) -> dict[str, Any]:
    """Return the next SEQUENCE and a DTSTAMP later than the last one, whatever the clock says (RFC 5546, 2.1.5)."""
    after = invitation.dtstamp.replace(microsecond=0) + timedelta(seconds=1)
    return {"sequence": invitation.sequence + 1, "dtstamp": max(at.replace(microsecond=0), after)}


def move_in_time(
    invitation: Invitation, *, at: datetime, actor: Actor, data: dict[str, Any], **changes: Any
) -> Invitation:
    """Give the person another time: a reminder that still names the old one is dropped, and they are asked anew."""
    _drop_reminder(invitation, "moved")
    return move(
        invitation,
        InvitationEvent.MOVE,
        at=at,
        actor=actor,
        kind=LedgerKind.MOVED,
        data=data,
        **ASKED_ANEW,
        **next_revision(invitation, at),
        **changes,
    )


def call_off(invitation: Invitation, *, at: datetime, actor: Actor, because: str = "") -> Invitation:
    """Call one person off, by us; a reminder that still waits is dropped. ``because`` goes to the ledger."""
    _drop_reminder(invitation, "called off")
    return move(
        invitation,
        InvitationEvent.CANCEL,
        at=at,
        actor=actor,
        kind=LedgerKind.CANCELLED_BY_US,
        data={"because": because} if because else {},
        settled_at=at,
        **next_revision(invitation, at),
    )


def _drop_reminder(invitation: Invitation, reason: str) -> None:
    drop_waiting(about="scheduling.Invitation", about_id=invitation.pk, reason=reason, kind=MessageKind.REMINDER)
