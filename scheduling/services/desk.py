"""The front desk: who came, who is next, who was seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, User
from recruit.services.applications import move_stage
from recruit.states import Stage
from scheduling.models import (
    Interviewer,
    InterviewSession,
    Invitation,
    LedgerEntry,
    Room,
    SessionInterviewer,
    SessionRole,
)
from scheduling.services.actors import Actor
from scheduling.services.desk_queue import free_interviewers, longest_free, waiting
from scheduling.services.links import new_public_id
from scheduling.services.moves import call_off, move, record, touch
from scheduling.services.sessions import change_session_state
from scheduling.services.uids import new_uid
from scheduling.states import (
    LIVE,
    Answer,
    InvitationEvent,
    InvitationState,
    LedgerKind,
    SessionEvent,
    SessionState,
)


def _next_number(session_id: int) -> int:
    """Give the next number of the day; the UPDATE locks the session's row, so no number is given twice."""
    InterviewSession.objects.filter(pk=session_id).update(last_number=F("last_number") + 1)
    return InterviewSession.objects.values_list("last_number", flat=True).get(pk=session_id)


def _running(session: InterviewSession) -> None:
    """The first arrival starts the session; a draft, a closed or a cancelled one takes nobody."""
    if session.state in {SessionState.CLOSED, SessionState.CANCELLED}:
        raise TransitionRefusedError(_("This session is over."))
    if session.state == SessionState.DRAFT:
        raise TransitionRefusedError(_("This session is a draft: approve its plan first."))
    if session.state == SessionState.OPEN:
        try:
            change_session_state(session, SessionEvent.START)
        except TransitionRefusedError:
            session.refresh_from_db()


@transaction.atomic
def check_in(invitation: Invitation, *, at: datetime, actor: Actor, document_missing: bool = False) -> Invitation:
    """Record that the invited person came at ``at``, and give the number of the day.

    Two desks may press at once: one wins, the other gets ``TransitionRefusedError``, and one number is given.
    A person noted as no-show who comes after all is first freed from any newer invitation.
    """
    if invitation.state == InvitationState.NO_SHOW:
        _cancel_newer(invitation, at=at, actor=actor)
    elif invitation.session.state != SessionState.CLOSED:
        _running(invitation.session)
    number = invitation.number or _next_number(invitation.session_id)
    return move(
        invitation,
        InvitationEvent.CHECK_IN,
        at=at,
        actor=actor,
        kind=LedgerKind.ARRIVED,
        data={"late_entry": True} if invitation.state == InvitationState.NO_SHOW else {},
        arrived_at=at,
        settled_at=None,
        number=number,
        document_missing=document_missing,
    )


def _cancel_newer(invitation: Invitation, *, at: datetime, actor: Actor) -> None:
    for newer in Invitation.objects.filter(application_id=invitation.application_id, state__in=LIVE).exclude(
        pk=invitation.pk
    ):
        call_off(newer, at=at, actor=actor, because="came late to an earlier session")


@transaction.atomic
def undo_check_in(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Take back an arrival that was pressed by mistake; the ledger keeps both and says which one corrects the other."""
    last = invitation.ledger.filter(kind=LedgerKind.ARRIVED).order_by("-pk").first()
    return move(
        invitation,
        InvitationEvent.UNDO_CHECK_IN,
        at=at,
        actor=actor,
        kind=LedgerKind.CORRECTED,
        corrects=last,
        arrived_at=None,
        document_missing=False,
        on_hold=False,
    )


@transaction.atomic
def add_walk_in(application: Application, session: InterviewSession, *, at: datetime, actor: Actor) -> Invitation:
    """Take somebody who came without an invitation; never counted in a show rate.

    ``ConflictError`` where the person has an open invitation: check that one in instead.
    """
    if session.is_group and session.seats is not None:
        here = session.invitations.came().count()
        if here >= session.seats:
            raise ConflictError(_("All %(seats)s seats are taken.") % {"seats": session.seats})
    _running(session)
    number = _next_number(session.pk)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                application=application,
                session=session,
                state=InvitationState.ARRIVED,
                answer=Answer.CONFIRMED,
                uid=new_uid(),
                public_id=new_public_id(),
                is_walk_in=True,
                arrived_at=at,
                number=number,
                dtstamp=at,
            )
    except IntegrityError as error:
        raise ConflictError(_("This person has an invitation already: check them in with it.")) from error
    if application.stage in {Stage.NEW, Stage.SHORTLIST}:
        move_stage(application, Stage.INTERVIEW, at=at, by=actor.user)
    record(invitation, LedgerKind.ARRIVED, at=at, actor=actor, data={"walk_in": True})
    touch(session.pk)
    return invitation


@transaction.atomic
def start(
    invitation: Invitation,
    *,
    at: datetime,
    actor: Actor,
    interviewer: Interviewer | None = None,
    room: Room | None = None,
    reason: str = "",
) -> Invitation:
    """Send the person into the interview; calling somebody out of turn needs a ``reason``, which the ledger keeps."""
    queue = waiting(invitation.session)
    is_next = not queue or queue[0].pk == invitation.pk or (invitation.on_hold and queue[0].on_hold)
    jumped = not is_next and not invitation.session.is_group
    if jumped and not reason.strip():
        raise InvalidInputError(_("Say why this person goes first."), field="reason")
    data = {"interviewer": interviewer.pk if interviewer else None, "jumped": jumped}
    return move(
        invitation,
        InvitationEvent.START,
        at=at,
        actor=actor,
        kind=LedgerKind.STARTED,
        data={**data, "reason": reason[:64]} if jumped else data,
        started_at=at,
        interviewer=interviewer,
        room=room,
        on_hold=False,
    )


@transaction.atomic
def call_next(session: InterviewSession, *, at: datetime, actor: Actor, shown: Invitation | None = None) -> Invitation:
    """Send the next person to the interviewer who has been free longest; ``ConflictError`` when either is missing.

    ``shown`` is whom the button named, and that person is called, even where somebody with an earlier turn came in the
    same second. Where another desk has called them meanwhile, nobody else is called in their place:
    ``TransitionRefusedError``.
    """
    # The lock makes two desks call two people, not one person twice.
    InterviewSession.objects.select_for_update().get(pk=session.pk)
    queue = [one for one in waiting(session) if not one.on_hold]
    if shown is not None and shown.pk not in {one.pk for one in queue}:
        msg = _("Number %(number)s has been called already.") % {"number": shown.number}
        raise TransitionRefusedError(msg)
    if not queue:
        raise ConflictError(_("Nobody is waiting."))
    free = free_interviewers(session)
    if not free and session.session_interviewers.filter(role=SessionRole.INTERVIEWER).exists():
        raise ConflictError(_("Every interviewer is busy."))
    seat = longest_free(session, free, list(session.invitations.exclude(finished_at=None)))
    called = next((one for one in queue if shown is not None and one.pk == shown.pk), queue[0])
    return start(
        called,
        at=at,
        actor=actor,
        interviewer=seat.interviewer if seat else None,
        room=seat.room if seat else None,
        reason="" if called.pk == queue[0].pk else "shown as next",
    )


def finish(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that the interview was held."""
    return move(
        invitation,
        InvitationEvent.FINISH,
        at=at,
        actor=actor,
        kind=LedgerKind.FINISHED,
        finished_at=at,
        settled_at=at,
    )


def undo_start(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Take back a call that was pressed by mistake: the person waits again, in the old place."""
    last = invitation.ledger.filter(kind=LedgerKind.STARTED).order_by("-pk").first()
    return move(
        invitation,
        InvitationEvent.UNDO_START,
        at=at,
        actor=actor,
        kind=LedgerKind.CORRECTED,
        corrects=last,
        started_at=None,
        interviewer=None,
        room=None,
    )


def leave(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that the person left before being seen."""
    return move(invitation, InvitationEvent.LEAVE, at=at, actor=actor, kind=LedgerKind.LEFT_UNSEEN, settled_at=at)


def turn_away(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that we sent the person away: no place, no time, no document."""
    return move(invitation, InvitationEvent.TURN_AWAY, at=at, actor=actor, kind=LedgerKind.TURNED_AWAY, settled_at=at)


def undo_last(session: InterviewSession, *, by: User) -> Invitation:
    """Take back the newest arrival or call that this person pressed in the session in the last ten minutes."""
    now = timezone.now()
    entry = (
        LedgerEntry.objects.filter(
            invitation__session=session,
            actor=by,
            kind__in=[LedgerKind.ARRIVED, LedgerKind.STARTED],
            recorded_at__gte=now - timedelta(minutes=10),
        )
        .filter(corrections=None)
        .order_by("-pk")
        .select_related("invitation__session")
        .first()
    )
    if entry is None:
        raise ConflictError(_("There is nothing to take back."))
    actor = Actor.of(by, "desk")
    if entry.kind == LedgerKind.STARTED:
        return undo_start(entry.invitation, at=now, actor=actor)
    return undo_check_in(entry.invitation, at=now, actor=actor)


def _mark(invitation: Invitation, states: tuple[InvitationState, ...], **changes: object) -> None:
    """Set something beside the state of a person who is still in one of ``states``; refused otherwise."""
    if not Invitation.objects.filter(pk=invitation.pk, state__in=states).update(**changes):
        raise TransitionRefusedError(_("This invitation was changed by someone else; look again."))
    touch(invitation.session_id)
    invitation.refresh_from_db()


@transaction.atomic
def put_aside(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Keep a waiting person out of the calls for now (a form, a document); the place in the queue stays theirs."""
    _mark(invitation, (InvitationState.ARRIVED,), on_hold=True)
    record(invitation, LedgerKind.PUT_ASIDE, at=at, actor=actor)
    return invitation


@transaction.atomic
def call_back(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Put a person who was kept aside back into the queue, in the old place."""
    _mark(invitation, (InvitationState.ARRIVED,), on_hold=False)
    record(invitation, LedgerKind.CALLED_BACK, at=at, actor=actor)
    return invitation


@transaction.atomic
def document_came(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that the document which was missing at the door is there, or the other way round."""
    missing = not invitation.document_missing
    _mark(invitation, (InvitationState.ARRIVED, InvitationState.IN_INTERVIEW), document_missing=missing)
    first = invitation.ledger.filter(kind=LedgerKind.ARRIVED).order_by("-pk").first()
    record(invitation, LedgerKind.CORRECTED, at=at, actor=actor, data={"document_missing": missing}, corrects=first)
    return invitation


@transaction.atomic
def hand_over(invitation: Invitation, *, at: datetime, actor: Actor, to: SessionInterviewer) -> Invitation:
    """Give somebody who is in an interview to another interviewer of the session; the interview goes on."""
    if to.session_id != invitation.session_id:
        raise InvalidInputError(_("This interviewer sits in another session."), field="interviewer")
    before = invitation.interviewer_id
    _mark(invitation, (InvitationState.IN_INTERVIEW,), interviewer=to.interviewer, room=to.room)
    data = {"from": before, "to": to.interviewer_id}
    record(invitation, LedgerKind.HANDED_OVER, at=at, actor=actor, data=data)
    return invitation
