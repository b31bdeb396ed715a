"""Delivering what is due: claim, hand over, note - in three steps, so that a kill at any moment loses nothing.

``sending`` is written before the hand-over and ``sent`` after it. A sender that dies in between leaves a row that
nobody can judge: it becomes ``unknown`` and, since the Message-ID stays the same and a calendar merges a repeated UID, is
sent once more; with ``TURNOUT_UNKNOWN=park`` it waits for a person instead.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from recruit.messaging import pace
from recruit.messaging.channels import Adapter, adapter_for
from recruit.messaging.faults import DeliveryError, NotKnownError
from recruit.messaging.sms import sms_size
from recruit.models import Channel, Company, Message
from recruit.states import MESSAGE_MOVES, MessageEvent, MessageState, step

MOST_ATTEMPTS = 6
LEASE = timedelta(minutes=5)
BATCH = 100
LONGEST_PAUSE_SECONDS = 3600.0
# Stays with a message that is sent afterwards: whoever got it may have got it twice, under one Message-ID.
SENDER_DIED = "the sender died"


def _claim(message: Message, *, worker: str, at: datetime) -> bool:
    new = step(MESSAGE_MOVES, MessageState(message.state), MessageEvent.CLAIM)
    claimed = Message.objects.filter(pk=message.pk, state=message.state).update(
        state=new, claimed_at=at, claimed_by=worker[:64], attempts=F("attempts") + 1
    )
    return bool(claimed)


def _note(message: Message, event: MessageEvent, **changes: Any) -> None:
    """Leave ``sending``; a row that was taken away meanwhile, or claimed again by another sender, stays as it is."""
    new = step(MESSAGE_MOVES, MessageState.SENDING, event)
    # The number of the try tells this claim from a later one.
    mine = Message.objects.filter(pk=message.pk, state=MessageState.SENDING, attempts=message.attempts + 1)
    mine.update(state=new, **changes)


def _drop(message: Message, reason: str) -> None:
    Message.objects.filter(pk=message.pk, state=MessageState.NEW).update(
        state=step(MESSAGE_MOVES, MessageState.NEW, MessageEvent.DROP), error=reason
    )


def _is_useless(message: Message, *, at: datetime) -> bool:
    """Drop what comes too late or must not be sent any more, and say whether it was dropped."""
    if message.not_after is not None and at > message.not_after:
        _drop(message, "too late to be of use")
        return True
    if message.candidate is not None and message.candidate.do_not_contact:
        # Said after the message was written: what is not yet sent is not sent.
        _drop(message, "do not contact")
        return True
    return False


def deliver(message: Message, adapter: Adapter, *, worker: str, most_a_minute: int = 0) -> bool | None:
    """Deliver one waiting message; True when it was handed over. No fault of one message reaches the next.

    None: the places of this minute on its channel are taken, and the message waits.
    """
    now = timezone.now()
    if _is_useless(message, at=now):
        return False
    if not pace.take(message.channel, most_a_minute, at=now):
        return None
    if not _claim(message, worker=worker, at=now):
        return False
    bill = _bill(message)
    try:
        name = adapter.send(message)
    except NotKnownError as error:
        _note(message, MessageEvent.LOSE, error=str(error)[:300], **bill)
        return False
    except DeliveryError as error:
        _fail_or_defer(message, error)
        return False
    except Exception as error:  # noqa: BLE001 - a poison message must not stop the queue
        _note(message, MessageEvent.FAIL, error=f"{type(error).__name__}: {error}"[:300])
        return False
    _note(
        message,
        MessageEvent.DELIVER,
        sent_at=timezone.now(),
        sent_as=name[:200],
        error=message.error if message.error == SENDER_DIED else "",
        **bill,
    )
    return True


def _fail_or_defer(message: Message, error: DeliveryError) -> None:
    """Give up, or try again later: the pause doubles from a minute on and is never shorter than the other side asks."""
    attempts = message.attempts + 1
    if error.permanent or attempts >= MOST_ATTEMPTS:
        _note(message, MessageEvent.FAIL, error=str(error)[:300])
        return
    seconds = max(30.0 * 2**attempts, min(error.retry_after or 0.0, LONGEST_PAUSE_SECONDS))
    later = timezone.now() + timedelta(seconds=seconds)
    _note(message, MessageEvent.DEFER, error=str(error)[:300], not_before=later)


def _bill(message: Message) -> dict[str, Any]:
    """Return what a text is billed as; nothing for other channels."""
    if message.channel != Channel.SMS:
        return {}
    length, parts = sms_size(message.body.strip())
    return {"sms_length": length, "sms_parts": parts, "cost": parts * Company.current().cost_sms_part}


def deliver_due(*, worker: str, limit: int = BATCH) -> int:
    """Deliver what is due, oldest first, at most ``limit`` messages; return how many were handed over.

    A channel that has sent its messages of this minute holds up no other.
    """
    recover_lost()
    now, company = timezone.now(), Company.current()
    due = Message.objects.due(now).select_related("candidate").order_by("not_before", "pk")
    sent = left = 0
    for channel in (Channel.EMAIL, Channel.SMS):
        rows = list(due.filter(channel=channel)[: limit - left])
        left += len(rows)
        if channel == Channel.SMS:
            rows = pace.put_off(rows, company, at=now)
        sent += _deliver_on(channel, rows, company, worker=worker)
    return sent


def _deliver_on(channel: Channel, rows: Sequence[Message], company: Company, *, worker: str) -> int:
    if not rows:
        return 0
    adapter, most, sent = adapter_for(channel), pace.most_a_minute(company, channel), 0
    try:
        for message in rows:
            done = deliver(message, adapter, worker=worker, most_a_minute=most)
            if done is None:
                break
            sent += done
    finally:
        close = getattr(adapter, "close", None)
        if close is not None:
            close()
    return sent


def recover_lost() -> int:
    """Take back what a dead sender left in ``sending``: unknown, and sent once more unless it is to be parked.

    Only mails are sent again by themselves, and not one that took ``MOST_ATTEMPTS`` senders with it. What was parked
    before stays parked.
    """
    now = timezone.now()
    unknown = step(MESSAGE_MOVES, MessageState.SENDING, MessageEvent.LOSE)
    stale = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - LEASE)
    lost = 0
    if os.environ.get("TURNOUT_UNKNOWN", "resend") != "park":
        lost += stale.filter(channel=Channel.EMAIL, attempts__lt=MOST_ATTEMPTS).update(
            state=step(MESSAGE_MOVES, unknown, MessageEvent.RESEND), error=SENDER_DIED, not_before=now
        )
    return lost + stale.update(state=unknown, error=SENDER_DIED)
