"""The message of an invitation before anybody is invited, as the person will see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recruit.messaging.sms import sms_size
from recruit.models import Channel
from scheduling.models import InterviewSession, Invitation
from scheduling.services.notices import wording
from scheduling.services.views import candidate_view
from scheduling.services.waves import Invitee
from scheduling.states import InvitationState


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One person's message: ``parts`` of an SMS, 0 for other channels."""

    invitee: Invitee
    subject: str
    body: str
    parts: int


def previews(session: InterviewSession, people: Sequence[Invitee], *, at: datetime) -> list[Preview]:
    """Return the message of each of ``people``; nothing is written, and the link in it is not yet alive."""
    found = []
    for one in people:
        row = Invitation(
            pk=0,
            application=one.application,
            session=session,
            band=one.band,
            state=InvitationState.SENT,
            channel=one.channel,
            uid="preview",
            public_id="preview0",
            dtstamp=at,
            guaranteed=one.guaranteed,
        )
        subject, body = wording(candidate_view(row), "invitation", one.channel)
        parts = sms_size(body.strip())[1] if one.channel in {Channel.SMS, Channel.HAND} else 0
        found.append(Preview(invitee=one, subject=subject, body=body, parts=parts))
    return found
