"""Writing messages to the outbox, in the transaction of the change they tell of."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from recruit.errors import TransitionRefusedError
from recruit.models import Candidate, Channel, ContactKind, ContactPoint, Message, MessageKind, Through, User
from recruit.queue import enqueue
from recruit.states import MESSAGE_MOVES, MessageEvent, MessageState, step

_KIND_OF_CHANNEL = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE, Channel.CALL: ContactKind.PHONE}


def contact_for(candidate: Candidate, channel: Channel) -> ContactPoint | None:
    """Return the contact a channel would use: the preferred one, never one that is known to be wrong."""
    wanted = _KIND_OF_CHANNEL.get(channel)
    good = [one for one in candidate.contacts.all() if one.kind == wanted and one.bad_since is None]
    return good[0] if good else None


def choose_channel(candidate: Candidate) -> Channel:
    """Return how a person is told: e-mail, else SMS, else the call list; nobody is silently left out."""
    for channel in (Channel.EMAIL, Channel.SMS):
        if contact_for(candidate, channel) is not None:
            return channel
    return Channel.CALL


def message_id_of(effect_key: str) -> str:
    """Return the RFC 5322 Message-ID that belongs to an effect: the same effect always has the same one."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "turnout.invalid"
    return f"{hashlib.sha256(effect_key.encode()).hexdigest()[:40]}@{domain}"


def post(
    *,
    effect_key: str,
    kind: MessageKind,
    channel: Channel,
    subject: str,
    body: str,
    candidate: Candidate | None = None,
    user: User | None = None,
    to_name: str = "",
    to_address: str = "",
    about: str = "",
    about_id: int | None = None,
    language: str = "",
    calendar: str = "",
    calendar_method: str = "",
    reply_to: str = "",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Message:
    """Write one message; a second call with the same ``effect_key`` returns the row that is there.

    ``to_name`` and ``to_address`` name somebody without a log-in, or another address of who has one.
    Somebody who must not be contacted gets a row that is dropped, with the reason: the recruiter sees why.
    """
    found = Message.objects.filter(effect_key=effect_key).first()
    if found is not None:
        return found
    contact = contact_for(candidate, channel) if candidate is not None else None
    forbidden = candidate is not None and candidate.do_not_contact
    fields: dict[str, Any] = {
        "message_id": message_id_of(effect_key),
        "kind": kind,
        "channel": channel,
        "state": MessageState.DROPPED if forbidden else MessageState.NEW,
        "error": "do not contact" if forbidden else "",
        "candidate": candidate,
        "user": user,
        "about": about,
        "about_id": about_id,
        "to_name": (to_name or (candidate.display_name if candidate else user.name if user else ""))[:200],
        "to_address": to_address or (contact.value if contact else user.email if user else ""),
        "reply_to": reply_to,
        "language": language[:5],
        "subject": " ".join(subject.split())[:250],
        "body": body,
        "calendar": calendar,
        "calendar_method": calendar_method,
        "not_before": not_before or timezone.now(),
        "not_after": not_after,
    }
    try:
        with transaction.atomic():
            message = Message.objects.create(effect_key=effect_key, **fields)
    except IntegrityError:
        return Message.objects.get(effect_key=effect_key)
    if message.state == MessageState.NEW and channel in {Channel.EMAIL, Channel.SMS}:
        enqueue("recruit.tasks.deliver_due")
    return message


def _move(message: Message, event: MessageEvent, **changes: Any) -> Message:
    new = step(MESSAGE_MOVES, MessageState(message.state), event)
    if not Message.objects.filter(pk=message.pk, state=message.state).update(state=new, **changes):
        msg = "This message was changed by someone else; look again."
        raise TransitionRefusedError(msg)
    message.refresh_from_db()
    return message


def drop(message: Message, *, reason: str) -> Message:
    """Do not send a waiting message, and keep why."""
    return _move(message, MessageEvent.DROP, error=reason[:300])


@transaction.atomic
def resend(message: Message, *, at: datetime) -> Message:
    """Put a failed or unknown message back in the queue, with the same Message-ID."""
    moved = _move(message, MessageEvent.RESEND, not_before=at, attempts=0, error="")
    enqueue("recruit.tasks.deliver_due")
    return moved


@transaction.atomic
def mark_hand_sent(
    message: Message, *, at: datetime, by: User | None = None, through: Through = Through.OTHER
) -> Message:
    """Note that a person has told it: who, when and through which application, or on the phone.

    Of one that may have gone out already (unknown) too; ``TransitionRefusedError`` for one that went out.
    """
    if message.state != MessageState.UNKNOWN:
        _move(message, MessageEvent.CLAIM, claimed_at=at)
    return _move(
        message, MessageEvent.DELIVER, sent_at=at, sent_as="by a person", told_by=by, told_through=through, error=""
    )


def drop_waiting(*, about: str, about_id: int, reason: str, kind: MessageKind | None = None) -> int:
    """Drop what still waits about something that is no longer so (called off, moved), and return how many.

    ``kind`` drops that kind alone.
    """
    rows = Message.objects.filter(about=about, about_id=about_id, state=MessageState.NEW)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.update(state=MessageState.DROPPED, error=reason[:300])
