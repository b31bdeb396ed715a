"""The message of an invitation before anybody is invited, as the person will see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recruit.models import Channel
from scheduling.models import InterviewSession, Invitation
from scheduling.services.notices import wording
from scheduling.services.views import candidate_view
from scheduling.services.waves import Invitee
from scheduling.states import InvitationState

# GSM 03.38 has 7 bits a character, everything else goes as UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€")


def sms_parts(text: str) -> int:
    """Return how many parts an SMS takes: 160 or 153 characters a part, 70 or 67 where one needs UCS-2.

    >>> sms_parts("a" * 160), sms_parts("a" * 161), sms_parts("я" * 70), sms_parts("я" * 71)
    (1, 2, 1, 2)
    """
    if set(text) <= _GSM | _GSM_DOUBLE:
        length, one, many = len(text) + sum(letter in _GSM_DOUBLE for letter in text), 160, 153
    else:
        length, one, many = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // many)


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
        parts = sms_parts(body.strip()) if one.channel in {Channel.SMS, Channel.HAND} else 0
        found.append(Preview(invitee=one, subject=subject, body=body, parts=parts))
    return found
