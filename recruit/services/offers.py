"""Offers: made, accepted, declined, expired."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, Offer, User
from recruit.services.applications import move_stage
from recruit.states import OFFER_MOVES, OfferEvent, OfferState, Stage, step


@transaction.atomic
def make_offer(
    application: Application,
    *,
    pay: int,
    at: datetime,
    by: User,
    starts_on: date | None = None,
    answer_by: date | None = None,
) -> Offer:
    """Put terms (``pay`` a month in the vacancy's currency) to an application and move it to Offer."""
    if pay <= 0:
        raise InvalidInputError(_("Say what is paid a month."), field="pay")
    if answer_by is not None and answer_by < at.date():
        raise InvalidInputError(_("The day to answer by is in the past."), field="answer_by")
    if application.stage != Stage.OFFER:
        move_stage(application, Stage.OFFER, at=at, by=by)
    try:
        with transaction.atomic():
            return Offer.objects.create(
                application=application,
                pay=pay,
                currency=application.vacancy.currency,
                starts_on=starts_on,
                answer_by=answer_by,
                made_at=at,
                made_by=by,
            )
    except IntegrityError as error:
        msg = _("There is an open offer already.")
        raise ConflictError(msg) from error


@transaction.atomic
def settle_offer(offer: Offer, event: OfferEvent, *, at: datetime, by: User, reason: str = "") -> Offer:
    """Note the answer to an offer; the application becomes hired or withdrawn with it."""
    new = step(OFFER_MOVES, OfferState(offer.state), event)
    claimed = Offer.objects.filter(pk=offer.pk, state=offer.state).update(
        state=new, decided_at=at, decline_reason=reason[:64]
    )
    if not claimed:
        msg = _("This offer was settled by someone else; look again.")
        raise TransitionRefusedError(msg)
    stage = {OfferState.ACCEPTED: Stage.HIRED, OfferState.DECLINED: Stage.WITHDRAWN}.get(new)
    if stage is not None:
        move_stage(offer.application, stage, at=at, by=by, reason=reason[:64])
    offer.refresh_from_db()
    return offer
