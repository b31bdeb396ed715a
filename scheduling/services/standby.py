"""Free places put to people on standby: offers that expire, and a last place that exactly one person gets."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from recruit.messaging.outbox import choose_channel, post
from recruit.models import Application, Channel, Company, MessageKind, User
from recruit.states import step
from recruit.templatetags.parts import clock, day
from scheduling.models import ArrivalBand, InterviewSession, Invitation, StandbyOffer, StandbyRound
from scheduling.services.actors import Actor
from scheduling.services.links import new_public_id
from scheduling.services.replies import confirm
from scheduling.services.waves import invite_one
from scheduling.states import LIVE, STANDBY_MOVES, SessionState, StandbyEvent, StandbyState

_HALF = 8
_SALT = b"scheduling.standby-link"


class FullError(ConflictError):
    """Somebody else was quicker."""

    code = "full"


def token_of(offer: StandbyOffer) -> str:
    """Return the 16 characters that open the offer: half stored, half a MAC with a salt of its own."""
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    mac = hmac.new(key, offer.public_id.encode(), hashlib.sha256).digest()
    return offer.public_id + base64.urlsafe_b64encode(mac)[:_HALF].decode()


def offer_of(token: str) -> StandbyOffer:
    """Return the offer that ``token`` opens; ``NotFoundError`` for any other word, always with one message."""
    rows = StandbyOffer.objects.select_related("round__session__office", "round__band", "application__candidate")
    is_whole = len(token) == 2 * _HALF and token.isascii() and token.isprintable()
    found = rows.filter(public_id=token[:_HALF]).first() if is_whole else None
    if found is None or not hmac.compare_digest(token, token_of(found)):
        raise NotFoundError("This link is not valid.")
    return found


@transaction.atomic
def open_round(
    session: InterviewSession,
    applications: Sequence[Application],
    *,
    places: int,
    expires_at: datetime,
    at: datetime,
    by: User | None,
    band: ArrivalBand | None = None,
) -> StandbyRound:
    """Put ``places`` free places to all of ``applications``; the offers end at ``expires_at`` or when all are taken.

    People with a live invitation or a wish not to be contacted are left out.
    """
    if places < 1:
        raise InvalidInputError("At least one place.", field="places")
    if expires_at <= at:
        raise InvalidInputError("The offers would end before they are made.", field="expires_at")
    if session.state not in {SessionState.OPEN, SessionState.RUNNING}:
        raise TransitionRefusedError("Only an open session has free places.")
    if band is not None and band.session_id != session.pk:
        raise InvalidInputError("This time belongs to another session.", field="band")
    made = StandbyRound.objects.create(
        session=session, band=band, places=places, expires_at=expires_at, made_at=at, made_by=by
    )
    free = (
        Application.objects.filter(pk__in=[one.pk for one in applications])
        .exclude(invitations__state__in=LIVE)
        .exclude(candidate__do_not_contact=True)
        .with_people()
    )
    for application in free:
        offer = StandbyOffer.objects.create(
            round=made, application=application, public_id=new_public_id(), offered_at=at
        )
        _tell(offer, made, at=at)
    return made


def _tell(offer: StandbyOffer, made: StandbyRound, *, at: datetime) -> None:
    candidate, session = offer.application.candidate, made.session
    channel = choose_channel(candidate)
    company = Company.current()
    starts_at, zone = (made.band or session).starts_at, session.office.zone
    with translation.override(candidate.language or company.language):
        context = {
            "company": company.name,
            "vacancy": offer.application.vacancy.title,
            "day": day(starts_at, zone),
            "start": clock(starts_at, zone),
            "address": session.online_link or session.office.address,
            "until": f"{day(made.expires_at, zone)}, {clock(made.expires_at, zone)}",
            "link": f"{settings.PUBLIC_URL}/s/{token_of(offer)}",
        }
        post(
            effect_key=f"standby:{offer.pk}",
            kind=MessageKind.INVITATION,
            channel=channel,
            candidate=candidate,
            about="scheduling.StandbyOffer",
            about_id=offer.pk,
            language=candidate.language or company.language,
            subject=_("A place is free: %(day)s") % {"day": f"{context['day']}, {context['start']}"},
            body=render_to_string("scheduling/messages/standby.txt", context).strip() + "\n",
            not_before=at,
            not_after=made.expires_at if channel != Channel.CALL else None,
        )


def _claim(offer: StandbyOffer, event: StandbyEvent, **changes: object) -> bool:
    new = step(STANDBY_MOVES, StandbyState(offer.state), event)
    return bool(StandbyOffer.objects.filter(pk=offer.pk, state=offer.state).update(state=new, **changes))


def accept(offer: StandbyOffer, *, at: datetime) -> Invitation:
    """Give the person one of the places: invited and confirmed in one transaction.

    The place is claimed by an UPDATE that names the limit, so that of two hundred who press at once exactly as many win
    as there are places. Pressed twice it is one place. ``FullError`` for those who came too late.
    """
    if offer.state == StandbyState.ACCEPTED and offer.invitation is not None:
        return offer.invitation
    step(STANDBY_MOVES, StandbyState(offer.state), StandbyEvent.ACCEPT)
    try:
        with transaction.atomic():
            return _accept(offer, at=at)
    except FullError:
        if _taken_meanwhile(offer) is None:
            _claim(offer, StandbyEvent.FILL, answered_at=at)
            raise
    except TransitionRefusedError:
        if _taken_meanwhile(offer) is None:
            raise
    assert offer.invitation is not None  # noqa: S101 - both ways here have looked
    return offer.invitation


def _taken_meanwhile(offer: StandbyOffer) -> Invitation | None:
    """Return what the other press of a double click has got."""
    offer.refresh_from_db()
    return offer.invitation if offer.state == StandbyState.ACCEPTED else None


def _accept(offer: StandbyOffer, *, at: datetime) -> Invitation:
    rows = StandbyRound.objects.filter(pk=offer.round_id, expires_at__gt=at, taken__lt=F("places"))
    if not rows.update(taken=F("taken") + 1):
        if offer.round.expires_at <= at:
            raise TransitionRefusedError("This offer has ended.")
        raise FullError("All places are taken by now.")
    if not _claim(offer, StandbyEvent.ACCEPT, answered_at=at):
        # The second of a double click; what was claimed above is given back with the transaction.
        raise TransitionRefusedError("This offer was answered already; look again.")
    round_ = StandbyRound.objects.select_related("session", "band", "made_by").get(pk=offer.round_id)
    invitation = invite_one(offer.application, round_.session, band=round_.band, at=at, by=round_.made_by)
    invitation = confirm(invitation, at=at, actor=Actor.candidate("standby"))
    StandbyOffer.objects.filter(pk=offer.pk).update(invitation=invitation)
    offer.refresh_from_db()
    return invitation


def decline(offer: StandbyOffer, *, at: datetime) -> StandbyOffer:
    """Note that the person does not want the place; saying it twice changes nothing more."""
    if offer.state == StandbyState.DECLINED:
        return offer
    if not _claim(offer, StandbyEvent.DECLINE, answered_at=at):
        raise TransitionRefusedError("This offer was answered already; look again.")
    offer.refresh_from_db()
    return offer


@transaction.atomic
def end_round(round_: StandbyRound, *, at: datetime) -> int:
    """End a round before its time: nobody takes a place any more; return how many offers ended unanswered."""
    StandbyRound.objects.filter(pk=round_.pk, expires_at__gt=at).update(expires_at=at)
    return expire(at=at, only=round_)


def expire(*, at: datetime, only: StandbyRound | None = None) -> int:
    """End offers whose time is over (of one round alone, where it is named); return how many."""
    new = step(STANDBY_MOVES, StandbyState.OFFERED, StandbyEvent.EXPIRE)
    rows = StandbyOffer.objects.filter(state=StandbyState.OFFERED, round__expires_at__lte=at)
    if only is not None:
        rows = rows.filter(round=only)
    return rows.update(state=new)
