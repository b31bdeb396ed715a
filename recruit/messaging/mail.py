"""A message as a mail: the shape that Gmail, Outlook and Apple Mail recognise as an invitation."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from django.conf import settings

from recruit.models import Message

_CONTROLS = dict.fromkeys((*range(32), 127), " ")


def _address(name: str, address: str) -> Address:
    """Build an address from its parts, so that a comma in a name makes no second recipient."""
    return Address(display_name=name.translate(_CONTROLS).strip(), addr_spec=address.strip())


def as_mail(message: Message) -> EmailMessage:
    """Return the mail of a message.

    mixed( alternative( plain, text/calendar; method=… ), invite.ics ): the calendar part carries METHOD and charset,
    has no Content-Disposition, and is base64 so that its CRLF survive (RFC 6047). ``ValueError`` for a bad address.
    """
    mail = EmailMessage(policy=SMTP)
    from_name, from_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail["From"] = _address(from_name, from_address)
    mail["To"] = _address(message.to_name, message.to_address)
    if message.reply_to:
        mail["Reply-To"] = _address("", message.reply_to)
    mail["Subject"] = message.subject.translate(_CONTROLS)
    mail["Message-ID"] = f"<{message.message_id}>"
    mail["Date"] = message.created_at
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body, charset="utf-8", cte="base64")
    if message.calendar:
        calendar = message.calendar.encode()
        mail.add_alternative(
            calendar,
            maintype="text",
            subtype="calendar",
            params={"method": message.calendar_method, "charset": "UTF-8", "component": "VEVENT"},
            cte="base64",
        )
        mail.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        # Named after the message and not drawn by lot: building the mail again gives the same bytes.
        part.set_boundary(f"=_{hashlib.sha256(message.message_id.encode()).hexdigest()[:40]}_{number}")
    if message.language:
        # Last: setting or wrapping the content takes every Content-* header from the mail.
        mail["Content-Language"] = message.language
    return mail
