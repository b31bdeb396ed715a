"""How a call ended, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.messaging.outbox import choose_channel, post
from recruit.models import Application, Channel, Company, ContactKind, ContactPoint, Message, MessageKind, User
from recruit.services.applications import move_stage
from recruit.states import Stage
from scheduling.models import ArrivalBand, CallOutcome, InterviewSession, Invitation, PhoneCall
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.forecasts import session_forecast
from scheduling.services.notices import post_notice
from scheduling.services.views import candidate_view
from scheduling.services.waves import invite_one


@transaction.atomic
def record_call(
    *,
    application: Application,
    invitation: Invitation | None,
    outcome: str,
    at: datetime,
    by: User,
    call_at: datetime | None = None,
    session: InterviewSession | None = None,
    band: ArrivalBand | None = None,
) -> PhoneCall:
    """Write down how a call ended and do what follows from it; the forecast around it is kept with the call.

    ``session`` and ``band`` book a time for somebody who is not invited yet, or move an invited person (``band`` alone).
    """
    if outcome not in CallOutcome.values:
        raise InvalidInputError("There is no such outcome of a call.", field="outcome")
    if outcome == CallOutcome.CALL_AT and (call_at is None or call_at <= at):
        raise InvalidInputError("Say when to call again; the hour lies ahead.", field="call_at")
    if application.candidate.do_not_contact:
        msg = "This person must not be contacted."
        raise TransitionRefusedError(msg)
    around = invitation.session if invitation is not None else session
    before = session_forecast(around, at=at).mean if around is not None else None
    if invitation is not None:
        _invited(invitation, CallOutcome(outcome), at=at, by=by, band=band)
    else:
        invitation = _not_invited(application, CallOutcome(outcome), at=at, by=by, session=session, band=band)
    if outcome == CallOutcome.WRONG_NUMBER:
        _mark_wrong(application, at=at)
    if outcome not in {CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER}:
        Application.objects.filter(pk=application.pk, first_contact_at=None).update(first_contact_at=at)
    call = PhoneCall.objects.create(
        application=application,
        invitation=invitation,
        outcome=outcome,
        at=at,
        by=by,
        call_at=call_at if outcome == CallOutcome.CALL_AT else None,
        mean_before=before,
        mean_after=session_forecast(around, at=at).mean if around is not None else None,
    )
    if outcome == CallOutcome.NO_ANSWER:
        _write_instead(application, invitation, at=at)
    return call


def _invited(invitation: Invitation, outcome: CallOutcome, *, at: datetime, by: User, band: ArrivalBand | None) -> None:
    actor = Actor.of(by, "call")
    if outcome in {CallOutcome.MOVES, CallOutcome.BOOKED} and band is not None:
        replies.move_to_band(invitation, band, at=at, actor=actor)
        replies.confirm(invitation, at=at, actor=actor)
        post_notice(invitation, "update", at=at)
    elif outcome == CallOutcome.MOVES:
        replies.ask_to_move(invitation, at=at, actor=actor, wish=_("on the phone"))
    elif outcome in {CallOutcome.COMES, CallOutcome.BOOKED}:
        replies.confirm(invitation, at=at, actor=actor)
    elif outcome == CallOutcome.UNSURE:
        replies.unsure(invitation, at=at, actor=actor)
    elif outcome == CallOutcome.NOT_COMING:
        replies.decline(invitation, at=at, actor=actor)
    elif outcome == CallOutcome.HAS_JOB:
        replies.decline(invitation, at=at, actor=actor, reason="another_job")
    elif outcome == CallOutcome.NO_ANSWER:
        replies.called(invitation, at=at, actor=actor)


def _not_invited(
    application: Application,
    outcome: CallOutcome,
    *,
    at: datetime,
    by: User,
    session: InterviewSession | None,
    band: ArrivalBand | None,
) -> Invitation | None:
    if outcome in {CallOutcome.BOOKED, CallOutcome.COMES, CallOutcome.MOVES}:
        if session is None:
            raise InvalidInputError("Choose one of the times first.", field="band")
        invitation = invite_one(application, session, band=band, at=at, by=by)
        return replies.confirm(invitation, at=at, actor=Actor.of(by, "call"))
    if outcome in {CallOutcome.NOT_COMING, CallOutcome.HAS_JOB}:
        reason = "found another job" if outcome == CallOutcome.HAS_JOB else "not interested"
        move_stage(application, Stage.WITHDRAWN, at=at, by=by, reason=reason)
    return None


def _mark_wrong(application: Application, *, at: datetime) -> None:
    """Note that the number that was rung is nobody's: the next one is tried, else the person is written to."""
    phone = application.candidate.contacts.filter(kind=ContactKind.PHONE, bad_since=None).first()
    if phone is not None:
        ContactPoint.objects.filter(pk=phone.pk, bad_since=None).update(bad_since=at)


def _write_instead(application: Application, invitation: Invitation | None, *, at: datetime) -> Message | None:
    """Send a message once the agreed number of calls was in vain; the person leaves the list."""
    if invitation is not None:
        invitation.refresh_from_db()
        tries = invitation.calls
    else:
        tries = application.phone_calls.filter(outcome=CallOutcome.NO_ANSWER).count()
    if tries < Company.current().call_attempts:
        return None
    candidate = application.candidate
    channel = choose_channel(candidate)
    if channel == Channel.CALL:
        channel = Channel.HAND
    language = candidate.language or Company.current().language
    with translation.override(language):
        office = invitation.session.office if invitation is not None else application.vacancy.office
        context = {
            "view": candidate_view(invitation) if invitation is not None else None,
            "greeting": candidate.first_word,
            "vacancy": application.vacancy.title,
            "company": Company.current().name,
            "phone": office.phone if office is not None else "",
        }
        body = render_to_string("scheduling/messages/unreached.txt", context).strip() + "\n"
        subject = _("We could not reach you: %(vacancy)s") % {"vacancy": application.vacancy.title}
    about = (
        ("scheduling.Invitation", invitation.pk) if invitation is not None else ("recruit.Application", application.pk)
    )
    return post(
        effect_key=f"unreached:{about[0]}:{about[1]}",
        kind=MessageKind.OTHER,
        channel=channel,
        candidate=candidate,
        about=about[0],
        about_id=about[1],
        language=language,
        subject=subject,
        body=body,
        not_before=at,
        not_after=replies.arrival_time(invitation) if invitation is not None else None,
    )
