"""An invited person ends it: withdraws the application, or tells us that we have the wrong person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from recruit.models import Channel, ContactKind, ContactPoint
from recruit.services.applications import move_stage
from recruit.states import LIVE_STAGES, Stage
from scheduling.models import Invitation
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.moves import record
from scheduling.states import EXPECTED, DeclineReason, LedgerKind

_CONTACT_OF = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE, Channel.CALL: ContactKind.PHONE}


@transaction.atomic
def withdraw(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """End the application the invitation belongs to, and with it an open visit; asking twice changes nothing more."""
    if invitation.state in EXPECTED:
        invitation = replies.decline(invitation, at=at, actor=actor)
    application = invitation.application
    if application.stage in LIVE_STAGES:
        move_stage(application, Stage.WITHDRAWN, at=at, by=actor.user, reason="withdrew")
        record(invitation, LedgerKind.WITHDRAWN, at=at, actor=actor)
    return invitation


@transaction.atomic
def not_me(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Note that the message reached somebody else: the visit is off, and that address or number is used no more."""
    invitation = replies.decline(invitation, at=at, actor=actor, reason=DeclineReason.NOT_ME)
    kind = _CONTACT_OF.get(Channel(invitation.channel))
    if kind is not None:
        wrong = ContactPoint.objects.filter(
            candidate=invitation.application.candidate_id, kind=kind, bad_since=None
        ).first()
        if wrong is not None:
            ContactPoint.objects.filter(pk=wrong.pk).update(bad_since=at)
    return invitation
