"""Sending an invited person's own visit again: while they are on the phone, or because a message was lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.errors import ConflictError
from recruit.messaging.outbox import choose_channel, post
from recruit.models import Channel, Message, MessageKind
from recruit.templatetags.parts import clock, day
from scheduling.models import Invitation
from scheduling.services.actors import Actor
from scheduling.services.moves import record
from scheduling.services.notices import wording
from scheduling.services.views import candidate_view
from scheduling.states import EXPECTED, LedgerKind


@transaction.atomic
def send_way_again(invitation: Invitation, *, at: datetime, actor: Actor) -> Message:
    """Write the way, the hour and the link to the person once more; two presses within a minute are one.

    ``ConflictError`` where the visit is over, or nothing but a telephone is known of the person.
    """
    invitation = Invitation.objects.select_related(
        "session__office", "band", "application__vacancy", "application__candidate"
    ).get(pk=invitation.pk)
    if invitation.state not in EXPECTED:
        raise ConflictError(_("This visit is settled: there is nothing to send."))
    candidate = invitation.application.candidate
    channel = choose_channel(candidate)
    if channel == Channel.CALL:
        raise ConflictError(_("No e-mail and no mobile number is known: read it aloud."))
    view = candidate_view(invitation)
    with translation.override(view.language):
        if channel == Channel.EMAIL:
            subject = _("How to get there: %(vacancy)s, %(day)s") % {
                "vacancy": view.vacancy,
                "day": f"{day(view.starts_at, view.zone)}, {clock(view.starts_at, view.zone)}",
            }
            _subject, text = wording(view, "invitation", channel)
            body = "\n\n".join(part for part in (view.address, view.directions, text) if part)
        else:
            subject, body = wording(view, "invitation", channel)
    message = post(
        effect_key=f"invitation:{invitation.pk}:{invitation.sequence}:again:{at:%Y%m%d%H%M}",
        kind=MessageKind.DIRECTIONS,
        channel=channel,
        candidate=candidate,
        about="scheduling.Invitation",
        about_id=invitation.pk,
        language=view.language,
        subject=subject,
        body=body,
        not_before=at,
        not_after=max(view.starts_at, at) + timedelta(hours=1),
    )
    record(invitation, LedgerKind.SENT_AGAIN, at=at, actor=actor, data={"message": message.pk})
    return message
