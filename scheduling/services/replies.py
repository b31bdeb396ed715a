"""What invited people let us know, by whatever way it comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.messaging.outbox import drop_waiting
from recruit.models import Application, MessageKind
from recruit.states import step
from scheduling.models import ArrivalBand, Invitation, MoveRequest
from scheduling.services.actors import Actor
from scheduling.services.moves import move, move_in_time, record, touch
from scheduling.states import (
    EXPECTED,
    MOVE_REQUEST_MOVES,
    Answer,
    DeclineReason,
    InvitationEvent,
    InvitationState,
    LedgerKind,
    MoveRequestEvent,
    MoveRequestState,
)

# A cancellation with less notice than this leaves no time to invite somebody else.
LATE_HOURS = 3.0


def confirm(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that the person will come; saying it twice changes nothing more."""
    if invitation.state == InvitationState.CONFIRMED:
        return invitation
    _contacted(invitation, at)
    try:
        return move(
            invitation,
            InvitationEvent.CONFIRM,
            at=at,
            actor=actor,
            kind=LedgerKind.CONFIRMED,
            answer=Answer.CONFIRMED,
            answered_at=at,
            decline_reason="",
        )
    except TransitionRefusedError:
        return _said_meanwhile(invitation, InvitationState.CONFIRMED)


def _said_meanwhile(invitation: Invitation, state: InvitationState) -> Invitation:
    """Return the invitation where the other press of a double click has said the same; else raise the refusal again."""
    invitation.refresh_from_db()
    if invitation.state != state:
        raise  # noqa: PLE0704 - called while the refusal is handled
    return invitation


@transaction.atomic
def decline(invitation: Invitation, *, at: datetime, actor: Actor, reason: str = "") -> Invitation:
    """Note that the person will not come, with a ``DeclineReason`` or none.

    Who had confirmed cancels: in time, or late when fewer than ``LATE_HOURS`` are left to the arrival time.
    """
    if reason and reason not in DeclineReason.values:
        raise InvalidInputError("Choose one of the reasons.", field="reason")
    if invitation.state == InvitationState.DECLINED and invitation.decline_reason == reason:
        return invitation
    if invitation.state == InvitationState.DECLINED:
        # A reason given after the answer completes it; the state stays.
        Invitation.objects.filter(pk=invitation.pk, state=InvitationState.DECLINED).update(decline_reason=reason)
        record(invitation, LedgerKind.DECLINED, at=at, actor=actor, data={"reason": reason})
        invitation.refresh_from_db()
        return invitation
    _contacted(invitation, at)
    kind = LedgerKind.DECLINED
    if invitation.state == InvitationState.CONFIRMED:
        is_late = arrival_time(invitation) - at < timedelta(hours=LATE_HOURS)
        kind = LedgerKind.CANCELLED_LATE if is_late else LedgerKind.CANCELLED_IN_TIME
    # A reminder that still waits would come after the answer.
    drop_waiting(about="scheduling.Invitation", about_id=invitation.pk, reason="declined", kind=MessageKind.REMINDER)
    try:
        return move(
            invitation,
            InvitationEvent.DECLINE,
            at=at,
            actor=actor,
            kind=kind,
            data={"reason": reason} if reason else {},
            answer=Answer.DECLINED,
            answered_at=at,
            decline_reason=reason,
        )
    except TransitionRefusedError:
        return _said_meanwhile(invitation, InvitationState.DECLINED)


def _note(invitation: Invitation, kind: LedgerKind, *, at: datetime, actor: Actor, **changes: object) -> Invitation:
    """Write down something that leaves the state as it is; refused once the invitation is settled."""
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, state__in=EXPECTED).update(**changes):
            msg = "This invitation is no longer open."
            raise TransitionRefusedError(msg)
        data = {"minutes": changes["late_minutes"]} if "late_minutes" in changes else {}
        record(invitation, kind, at=at, actor=actor, data=data)
        touch(invitation.session_id)
    _contacted(invitation, at)
    invitation.refresh_from_db()
    return invitation


def unsure(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that the person does not know yet."""
    return _note(invitation, LedgerKind.UNSURE, at=at, actor=actor, answer=Answer.UNSURE, answered_at=at)


def called(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note a call that reached nobody: the answer stays what it was."""
    _note(invitation, LedgerKind.CALLED, at=at, actor=actor, calls=invitation.calls + 1)
    return invitation


def running_late(invitation: Invitation, *, minutes: int, at: datetime, actor: Actor) -> Invitation:
    """Note that the person comes ``minutes`` (1 to 480) late; whoever says so means to come."""
    if not 1 <= minutes <= 480:
        raise InvalidInputError("Say how many minutes, from 1 to 480.", field="minutes")
    if invitation.state == InvitationState.SENT:
        confirm(invitation, at=at, actor=actor)
    return _note(invitation, LedgerKind.RUNNING_LATE, at=at, actor=actor, late_minutes=minutes)


def ask_to_move(
    invitation: Invitation, *, at: datetime, actor: Actor, band: ArrivalBand | None = None, wish: str = ""
) -> MoveRequest:
    """Note a wish for another time; a second wish replaces the first while nobody has decided."""
    with transaction.atomic():
        _note(invitation, LedgerKind.ASKED_TO_MOVE, at=at, actor=actor, answer=Answer.ASKED_TO_MOVE, answered_at=at)
        request = invitation.move_requests.filter(state=MoveRequestState.OPEN).first()
        if request is None:
            try:
                with transaction.atomic():
                    return MoveRequest.objects.create(invitation=invitation, band=band, wish=wish[:300], asked_at=at)
            except IntegrityError:
                request = invitation.move_requests.get(state=MoveRequestState.OPEN)
        request.band, request.wish, request.asked_at = band, wish[:300], at
        request.save(update_fields=["band", "wish", "asked_at"])
        return request


@transaction.atomic
def decide_move(request: MoveRequest, event: MoveRequestEvent, *, at: datetime, actor: Actor) -> MoveRequest:
    """Accept or refuse a wish to move; accepting moves the invitation to the wished band of the same session."""
    new = step(MOVE_REQUEST_MOVES, MoveRequestState(request.state), event)
    if event == MoveRequestEvent.ACCEPT and request.band is None:
        raise InvalidInputError("Choose the new time first.", field="band")
    claimed = MoveRequest.objects.filter(pk=request.pk, state=request.state).update(
        state=new, decided_at=at, decided_by=actor.user
    )
    if not claimed:
        msg = "Somebody has decided this already."
        raise TransitionRefusedError(msg)
    if event == MoveRequestEvent.ACCEPT and request.band is not None:
        move_to_band(request.invitation, request.band, at=at, actor=actor)
    request.refresh_from_db()
    return request


@transaction.atomic
def move_to_band(invitation: Invitation, band: ArrivalBand, *, at: datetime, actor: Actor) -> Invitation:
    """Give the person another arrival time of the same session: SEQUENCE grows and they are asked again."""
    if band.session_id != invitation.session_id:
        raise InvalidInputError("This time belongs to another session.", field="band")
    return move_in_time(invitation, at=at, actor=actor, data={"from": invitation.band_id, "to": band.pk}, band=band)


def link_loaded(invitation: Invitation, *, at: datetime) -> None:
    """Keep a bare load of the page as a weak sign; it changes nothing a person would notice."""
    Invitation.objects.filter(pk=invitation.pk, link_loaded_at=None).update(link_loaded_at=at)


def opened(invitation: Invitation, *, at: datetime, actor: Actor) -> None:
    """Note the first time the person pressed something on the page."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=at):
            record(invitation, LedgerKind.OPENED, at=at, actor=actor)


def arrival_time(invitation: Invitation) -> datetime:
    """Return when the person is asked to come."""
    return invitation.band.starts_at if invitation.band is not None else invitation.session.starts_at


def _contacted(invitation: Invitation, at: datetime) -> None:
    Application.objects.filter(pk=invitation.application_id, first_contact_at=None).update(first_contact_at=at)
