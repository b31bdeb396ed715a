"""Reading incoming mail: where the calendar part is, whether it is a bounce or an automatic answer, what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from typing import Any

from recruit.errors import FileRefusedError
from scheduling.ics.lines import clean_text, decode
from scheduling.ics.reply import read_itip

MOST_MAIL_BYTES = 15 * 1024 * 1024
_MOST_PARTS = 300
_DEEPEST = 20
_MACHINES = ("mailer-daemon", "postmaster", "mail-daemon", "mdaemon")
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder")
_TAG = re.compile(r"<[^>]{0,2000}>")


def read_mail(data: bytes, filename: str = "") -> dict[str, Any]:
    """Return what an incoming mail (or a bare .ics file) says, JSON-able.

    ``from`` and ``to`` hold addresses in lower case, ``method`` and ``items`` are those of ``read_itip`` over all calendar
    parts outside of enclosed messages, ``bounce`` is None or what failed, ``automatic`` says whether a machine answered by
    itself, ``forged`` whether a mail server found the sender false, ``words`` is the beginning of the readable text. ``FileRefusedError`` for what is too large or too deep.
    """
    del filename
    if len(data) > MOST_MAIL_BYTES:
        raise FileRefusedError("This mail is too large.", field="file")
    if data.lstrip(b"\xef\xbb\xbf\r\n\t \x00")[:15].upper() == b"BEGIN:VCALENDAR":
        return {
            "from": None,
            "to": [],
            "subject": "",
            "message_id": "",
            "bounce": None,
            "automatic": False,
            "forged": False,
            "words": "",
        } | (_calendar(data))
    mail = message_from_bytes(data.lstrip(b"\r\n"), policy=policy.compat32)
    parts = list(_parts(mail))
    methods: list[str] = []
    items: list[dict[str, Any]] = []
    seen: set[bytes] = set()
    for part in parts:
        if not _is_calendar(part):
            continue
        body = _body(part)
        if body in seen:
            continue
        seen.add(body)
        read = _calendar(body)
        named = str(part.get_param("method", "") or "").strip().strip('"').upper()
        methods += [word for word in read["method"] or ([named] if named else []) if word not in methods]
        items += [item for item in read["items"] if item not in items]
    bounce = _bounce(mail, parts)
    return {
        "from": next(iter(_addresses(mail, "From", "Sender")), None),
        "to": _addresses(mail, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "Original-Recipient"),
        "subject": _header(mail, "Subject")[:250],
        "message_id": _header(mail, "Message-ID").strip().strip("<>")[:200],
        "method": methods,
        "items": items,
        "bounce": bounce,
        "automatic": bounce is None and _is_automatic(mail),
        "forged": _found_forged(mail),
        "words": _words(parts)[:500],
    }


def _calendar(data: bytes) -> dict[str, Any]:
    try:
        return read_itip(data)
    except ValueError as error:
        raise FileRefusedError(str(error), field="file") from error


def _parts(part: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the parts of a mail; what is inside an enclosed message belongs to that message and is not looked at."""
    if depth > _DEEPEST:
        raise FileRefusedError("This mail is nested too deep.", field="file")
    if not part.is_multipart():
        yield part
        return
    if part.get_content_maintype() == "message":
        yield part
        return
    payload = part.get_payload()
    for number, inner in enumerate(payload if isinstance(payload, list) else []):
        if number > _MOST_PARTS:
            raise FileRefusedError("This mail has too many parts.", field="file")
        if isinstance(inner, Message):
            yield from _parts(inner, depth + 1)


def _is_calendar(part: Message) -> bool:
    kind = part.get_content_type()
    if kind in {"text/calendar", "application/ics", "text/x-vcalendar", "application/calendar"}:
        return True
    return kind == "application/octet-stream" and str(part.get_filename("") or "").lower().endswith(".ics")


def _body(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return b""
    charset = str(part.get_param("charset", "") or "").lower()
    if charset and charset not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        try:
            return payload.decode(charset).encode()
        except (LookupError, UnicodeError):
            return payload
    return payload


def _header(mail: Message, name: str) -> str:
    """Return a header, decoded, on one line."""
    raw = mail.get(name)
    if raw is None:
        return ""
    probe = EmailMessage()
    try:
        probe["X-Any"] = " ".join(str(raw).split())
        return " ".join(clean_text(str(probe["X-Any"])).split())
    except Exception:  # noqa: BLE001 - the parser of headers fails in many ways on broken ones
        return " ".join(clean_text(str(raw)).split())


def _addresses(mail: Message, *names: str) -> list[str]:
    found: list[str] = []
    for name in names:
        for raw in mail.get_all(name, [])[:20]:
            text = " ".join(str(raw).split()).replace("rfc822;", "")
            for _name, address in getaddresses([text])[:100]:
                word = clean_text(address).strip().lower()
                if "@" in word and word not in found:
                    found.append(word[:254])
    return found


def _bounce(mail: Message, parts: list[Message]) -> dict[str, Any] | None:
    """Return what a delivery report says (RFC 3464), None for other mail; a plain one of a mail daemon counts too."""
    sender = next(iter(_addresses(mail, "From")), "").partition("@")[0]
    is_report = mail.get_content_type() == "multipart/report"
    kind = str(mail.get_param("report-type", "") or "").lower()
    empty_path = str(mail.get("Return-Path", "x")).strip() == "<>"
    if kind == "disposition-notification":
        return None
    by_machine = sender in _MACHINES or mail.get("X-Failed-Recipients") is not None
    if not (is_report or by_machine or (empty_path and any(_status(part) for part in parts))):
        return None
    fields: dict[str, str] = {}
    for part in parts:
        fields |= _status(part)
    original = next(
        (part for part in parts if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}), None
    )
    recipient = (
        fields.get("final-recipient") or fields.get("original-recipient") or str(mail.get("X-Failed-Recipients", ""))
    )
    enclosed = _enclosed(original)
    return {
        "recipient": recipient.rpartition(";")[2].strip().strip("<>").lower()[:254],
        "status": fields.get("status", "")[:12],
        "action": fields.get("action", "").lower()[:20],
        "diagnostic": clean_text(fields.get("diagnostic-code", "")).replace("\n", " ")[:300],
        "message_id": _header(enclosed, "Message-ID").strip("<>")[:200] if enclosed is not None else "",
        "reply_to": _addresses(enclosed, "Reply-To", "From") if enclosed is not None else [],
    }


def _status(part: Message) -> dict[str, str]:
    """Return the fields of a message/delivery-status part, the first recipient's."""
    if part.get_content_type() != "message/delivery-status":
        return {}
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else []
    fields: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Message):
            for key, value in block.items():
                fields.setdefault(key.lower(), " ".join(str(value).split()))
    return fields


def _enclosed(part: Message | None) -> Message | None:
    """Return the message a report gives back: whole, or its headers alone."""
    if part is None:
        return None
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else None
    return message_from_bytes(_body(part)[:100_000], policy=policy.compat32)


def _is_automatic(mail: Message) -> bool:
    """Return whether a machine answered by itself (RFC 3834); a calendar program that sends for a person does not."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if said.startswith(("auto-replied", "auto-notified")):
        return True
    if any(mail.get(name) is not None for name in _AUTO_HEADERS):
        return True
    return str(mail.get("Precedence", "")).strip().lower() in {"auto_reply", "auto-reply", "autoreply"}


def _found_forged(mail: Message) -> bool:
    """Return whether a mail server found that the sender is not who they say they are (RFC 8601)."""
    said = " ".join(str(value).lower() for value in mail.get_all("Authentication-Results", [])[:10])
    return "dmarc=fail" in said


def _words(parts: list[Message]) -> str:
    """Return the readable text: the plain part, else the page without its tags."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind:
                text = decode(_body(part)[:200_000])
                text = _TAG.sub(" ", text) if kind == "text/html" else text
                if words := " ".join(clean_text(text).split()):
                    return words
    return ""
