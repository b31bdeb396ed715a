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

from recruit.messaging.faults import DeliveryError
from recruit.messaging.mail import as_mail
from recruit.messaging.sms import SmsGateway, sms_size
from recruit.models import Channel, Message


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


@dataclass(frozen=True)
class SmsConsole:
    """Writes texts to a file, with the parts a gateway would bill."""

    path: Path

    def send(self, message: Message) -> str:
        """Append one line."""
        if not message.to_address:
            raise DeliveryError("no phone number", permanent=True)
        _length, parts = sms_size(message.body.strip())
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(f"{message.message_id}\t{message.to_address}\t{parts}\t{' '.join(message.body.split())}\n")
        return "sms.log"


def adapter_for(channel: str) -> Adapter:
    """Return the adapter of a channel that the worker serves."""
    if channel == Channel.EMAIL:
        return Smtp() if settings.EMAIL_HOST else MailFolder(settings.MAIL_DIR)
    if channel == Channel.SMS:
        if not settings.SMS_URL:
            return SmsConsole(settings.VAR_DIR / "sms.log")
        return SmsGateway(settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_SENDER, settings.SMS_BODY)
    raise LookupError(channel)
