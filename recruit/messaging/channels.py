"""How a message leaves: one adapter per channel. An adapter says whether a fault is for good or only for now."""

from __future__ import annotations

import os
import smtplib
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from recruit.messaging.mail import as_mail
from recruit.models import Channel, Company, Message

# Characters of GSM 03.38 that an SMS carries in 7 bits; anything else makes the whole message UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€")


class DeliveryError(Exception):
    """A message could not be handed over; ``permanent`` says whether trying again is of any use."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Adapter(Protocol):
    """Hands over one message and returns its name at the receiver; must be safe to repeat."""

    def send(self, message: Message) -> str:
        """Hand the message over; ``DeliveryError`` where that fails."""
        ...


@dataclass(frozen=True)
class MailFolder:
    """Writes each mail as a file named by its Message-ID: repeating it writes the same file again."""

    folder: Path

    def send(self, message: Message) -> str:
        """Write the file through a temporary one, so that nobody ever sees half a mail."""
        if not message.to_address:
            raise DeliveryError("no e-mail address", permanent=True)
        try:
            raw = bytes(as_mail(message))
        except (ValueError, UnicodeError) as error:
            raise DeliveryError(f"this mail cannot be built: {error}", permanent=True) from error
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{message.message_id.partition('@')[0]}.eml"
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
            part.write(raw)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(path)
        return path.name


@dataclass
class Smtp:
    """Sends through the configured server; the connection is kept for the next message."""

    connection: smtplib.SMTP | None = None

    def _open(self) -> smtplib.SMTP:
        if self.connection is None:
            self.connection = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
            if settings.EMAIL_USE_TLS:
                # The name and the password go to a server whose certificate we trust, and to no other.
                self.connection.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                self.connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        return self.connection

    def close(self) -> None:
        """Let the connection go."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def send(self, message: Message) -> str:
        """Send one mail; 5xx of the recipient or the content is for good, everything else may pass."""
        if not message.to_address:
            raise DeliveryError("no e-mail address", permanent=True)
        try:
            mail = as_mail(message)
        except (ValueError, UnicodeError) as error:
            raise DeliveryError(f"this mail cannot be built: {error}", permanent=True) from error
        try:
            self._open().send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()), (500, b""))[0]
            raise DeliveryError(f"the address was refused ({code})", permanent=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            # A greeting, a log-in or a sender that is refused is our own setting: no fault of this message.
            permanent = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
            raise DeliveryError(f"the mail server answered {error.smtp_code}", permanent=permanent) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise DeliveryError(
                f"the mail server cannot be reached: {type(error).__name__}", permanent=False
            ) from error
        return message.message_id


def sms_parts(text: str) -> int:
    """Return how many parts an SMS has: 160 / 153 characters of GSM, 70 / 67 of anything else.

    >>> sms_parts("a" * 160), sms_parts("a" * 161), sms_parts("я" * 70), sms_parts("я" * 71)
    (1, 2, 1, 2)
    """
    is_gsm = all(char in _GSM or char in _GSM_DOUBLE for char in text)
    length = len(text) + sum(char in _GSM_DOUBLE for char in text) if is_gsm else len(text.encode("utf-16-le")) // 2
    single, several = (160, 153) if is_gsm else (70, 67)
    return 1 if length <= single else -(-length // several)


@dataclass(frozen=True)
class SmsConsole:
    """Writes texts to a file, with the parts and the cost a gateway would ask for."""

    path: Path

    def send(self, message: Message) -> str:
        """Append one line."""
        if not message.to_address:
            raise DeliveryError("no phone number", permanent=True)
        parts = sms_parts(message.body)
        cost = parts * Company.current().cost_sms_part
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(f"{message.message_id}\t{message.to_address}\t{parts}\t{' '.join(message.body.split())}\n")
        return f"{parts} part(s), {cost:g}"


def adapter_for(channel: str) -> Adapter:
    """Return the adapter of a channel that the worker serves."""
    if channel == Channel.EMAIL:
        return Smtp() if settings.EMAIL_HOST else MailFolder(settings.MAIL_DIR)
    if channel == Channel.SMS:
        return SmsConsole(settings.VAR_DIR / "sms.log")
    raise LookupError(channel)
