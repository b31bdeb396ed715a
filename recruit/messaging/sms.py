"""Text messages: how long one is, and the gateway that takes them over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.utils import timezone

from recruit.messaging.faults import DeliveryError, NotKnownError
from recruit.models import Message
from recruit.outbound import Answer, Door, OutboundError

# Characters of GSM 03.38 that an SMS carries in 7 bits; anything else makes the whole message UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€")
# What the body of a request to the gateway may name; nothing else of the message can be reached from it.
PLACEHOLDERS = ("to", "text", "sender", "token", "id")
_NAMES = re.compile(r"\{([a-z_]+)\}")
_IS_JSON = re.compile(r'\s*(\{\s*"|\[)')
# A wrong token is a fault of the setting: it burns no message before somebody had time to mend it.
_OUR_SETTING = frozenset({401, 403, 407})
_LATER = frozenset({408, 425, 429})


def sms_size(text: str) -> tuple[int, int]:
    """Return the length of ``text`` in the units of its alphabet, and the parts it is billed as (3GPP 23.038, 23.040).

    160 septets in one part or 153 in each of several; 70 or 67 units of UTF-16 where a character is outside GSM 03.38.

    >>> sms_size("a" * 160), sms_size("a" * 161), sms_size("я" * 70), sms_size("я" * 71), sms_size("")
    ((160, 1), (161, 2), (70, 1), (71, 2), (0, 0))
    """
    if all(char in _GSM or char in _GSM_DOUBLE for char in text):
        length, one, more = len(text) + sum(char in _GSM_DOUBLE for char in text), 160, 153
    else:
        length, one, more = len(text.encode("utf-16-le")) // 2, 70, 67
    return length, (1 if length <= one else -(-length // more)) if length else 0


def unknown_names(template: str) -> list[str]:
    """Return what stands in braces in a template of the gateway's body and is no placeholder."""
    return sorted({name for name in _NAMES.findall(template) if name not in PLACEHOLDERS})


def filled_body(template: str, values: Mapping[str, str]) -> tuple[bytes, str]:
    """Return the body of a request and its content type; the values can change nothing but the value they stand in.

    A template that begins as an object or a list is JSON, any other is a form (``to={to}&text={text}``): it is taken apart
    first and filled in afterwards. ``ValueError`` where it is neither or names what there is not.
    """
    unknown = unknown_names(template)
    if unknown:
        raise ValueError(f"There is no placeholder {', '.join(unknown)}.")
    if _IS_JSON.match(template):
        body = json.dumps(_filled(json.loads(template), values), ensure_ascii=False).encode()
        return body, "application/json"
    pairs = [(_fill(name, values), _fill(value, values)) for name, value in parse_qsl(template, strict_parsing=True)]
    return urlencode(pairs).encode(), "application/x-www-form-urlencoded"


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    return _fill(part, values) if isinstance(part, str) else part


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _NAMES.sub(lambda found: values[found[1]], text)


@dataclass
class SmsGateway:
    """Hands texts to a gateway by POST, through the guarded door; each carries its Message-ID, so that a repeat is known."""

    url: str
    token: str = field(repr=False)
    sender: str
    body: str
    door: Door = field(
        default_factory=lambda: Door(total_seconds=settings.SMS_TIMEOUT, silence_seconds=settings.SMS_TIMEOUT)
    )

    def close(self) -> None:
        """Let the connections go."""
        self.door.close()

    def send(self, message: Message) -> str:
        """Send one text and return its number at the gateway.

        ``NotKnownError`` where it may have been taken although nobody said so; ``DeliveryError`` where it was not: for
        good on 4xx, for now on 429, 5xx, a gateway out of reach and a refused token.
        """
        if not message.to_address:
            raise DeliveryError("no phone number", permanent=True)
        values = {
            "to": message.to_address,
            "text": message.body.strip(),
            "sender": self.sender,
            "token": self.token,
            "id": message.message_id,
        }
        try:
            body, kind = filled_body(self.body, values)
        except ValueError as error:
            raise DeliveryError("SMS_BODY cannot be read", permanent=False) from error
        headers = {"Content-Type": kind, "Idempotency-Key": message.message_id}
        if self.token and "{token}" not in self.body:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            answer = self.door.post(self.url, data=body, headers=headers)
        except OutboundError as error:
            if error.sent:
                raise NotKnownError("the gateway did not answer") from error
            raise DeliveryError(f"the gateway cannot be reached: {error.message}"[:300], permanent=False) from error
        return _judge(answer)


def _judge(answer: Answer) -> str:
    if answer.ok:
        return _number_of(answer) or f"HTTP {answer.status}"
    later = answer.status >= 500 or answer.status in _LATER or answer.status in _OUR_SETTING
    # A redirect is not followed by a POST: the address in the settings is wrong.
    later = later or answer.status < 400
    raise DeliveryError(
        f"the gateway answered {answer.status}",
        permanent=not later,
        retry_after=answer.retry_after(now=timezone.now().timestamp()),
    )


def _number_of(answer: Answer) -> str:
    """Return what the gateway calls the message: the first of the usual names in its JSON; "" where there is none."""
    try:
        found = answer.json()
    except OutboundError:
        return ""
    while isinstance(found, list) and found:
        found = found[0]
    if isinstance(found, dict):
        for name in ("id", "message_id", "messageId", "sms_id", "sid"):
            if isinstance(found.get(name), str | int):
                return str(found[name])[:100]
    return ""
