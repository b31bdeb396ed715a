"""Webhooks out: an event is appended in the transaction of the change and told to every address that asked for it.

Each request is signed as ``Turnout-Signature: t=<unix seconds>,v1=<hex>``: HMAC-SHA-256 with the endpoint's key over
``<t>.<body>``. Delivery is at least once: ``Turnout-Delivery`` is the same in every try, so that a receiver can drop
what it has had. Order is not promised.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from recruit.errors import TransitionRefusedError
from recruit.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from recruit.outbound import Answer, Door, OutboundError
from recruit.queue import enqueue
from recruit.sealed import seal, unseal
from recruit.states import DELIVERY_MOVES, DeliveryEvent, DeliveryState, step

API_VERSION = "1"
KINDS = (
    "application.created",
    "application.stage_changed",
    "application.hired",
    "invitation.sent",
    "invitation.confirmed",
    "invitation.declined",
    "invitation.cancelled",
    "invitation.arrived",
    "invitation.no_show",
    "forecast.changed",
)
# Pauses after each failed try; then it is given up and can be sent again by hand. In all about three days.
PAUSES = (10, 60, 300, 1800, 7200, 6 * 3600, 24 * 3600, 36 * 3600)
LEASE = timedelta(minutes=3)
KEPT = timedelta(days=30)


def append(kind: str, data: dict[str, Any], *, only_once: bool = False) -> WebhookEvent | None:
    """Append an event in the caller's transaction; None where nobody asked for it.

    ``data`` holds ids, states and times, never names. With ``only_once`` nothing is written while an equal event is
    still waiting for its first try: a wave of a hundred invitations changes one forecast.
    """
    wanted = [one for one in WebhookEndpoint.objects.filter(is_active=True) if one.wants(kind)]
    if not wanted:
        return None
    if only_once:
        waiting = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, attempts=0, event__kind=kind)
        if waiting.filter(event__data=data).exists():
            return None
    return _write(kind, data, wanted)


def _write(kind: str, data: dict[str, Any], endpoints: list[WebhookEndpoint]) -> WebhookEvent:
    with transaction.atomic():
        event = WebhookEvent.objects.create(kind=kind, data=data)
        WebhookDelivery.objects.bulk_create([WebhookDelivery(event=event, endpoint=one) for one in endpoints])
    return event


def send_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send a test event now and return how it went."""
    event = _write("test", {"hello": endpoint.name}, [endpoint])
    delivery = event.deliveries.get()
    deliver(delivery)
    delivery.refresh_from_db()
    return delivery


def new_endpoint(*, name: str, url: str, kinds: list[str]) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint and return it with its signing key, which is shown once."""
    key = f"whsec_{secrets.token_urlsafe(32)}"
    return WebhookEndpoint.objects.create(name=name[:120], url=url, kinds=kinds, secret=seal(key)), key


def replay(delivery: WebhookDelivery) -> None:
    """Send an event again that was delivered or given up."""
    new = step(DELIVERY_MOVES, DeliveryState(delivery.state), DeliveryEvent.REPLAY)
    with transaction.atomic():
        moved = WebhookDelivery.objects.filter(pk=delivery.pk, state=delivery.state).update(
            state=new, attempts=0, next_try_at=timezone.now(), error="", done_at=None
        )
        if not moved:
            msg = "This webhook is being sent right now."
            raise TransitionRefusedError(msg)
        enqueue("recruit.tasks.deliver_webhooks")


def deliver_due(*, most: int = 200) -> int:
    """Send what is due, take back what a dead worker was sending, drop what is old; return how many were delivered."""
    now = timezone.now()
    # At least once: a request whose sender died is sent again with the same delivery id.
    WebhookDelivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=now - LEASE).update(
        state=DeliveryState.WAITING
    )
    WebhookEvent.objects.filter(at__lt=now - KEPT).exclude(deliveries__state=DeliveryState.WAITING).delete()
    rows = WebhookDelivery.objects.due(now).select_related("event", "endpoint").order_by("next_try_at", "pk")[:most]
    return sum(deliver(row) for row in list(rows))


def deliver(row: WebhookDelivery) -> bool:
    """Claim one delivery, send it, note the outcome; False where it failed or another worker has it."""
    now = timezone.now()
    claimed = WebhookDelivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING).update(
        state=step(DELIVERY_MOVES, DeliveryState.WAITING, DeliveryEvent.CLAIM),
        claimed_at=now,
        attempts=row.attempts + 1,
    )
    if not claimed:
        return False
    row.attempts += 1
    try:
        answer = _send(row)
    except OutboundError as error:
        _note(row, 0, str(error), permanent=error.permanent and not error.sent)
        return False
    if answer.ok:
        _note(row, answer.status, "", permanent=False)
        return True
    _note(row, answer.status, f"HTTP {answer.status}", permanent=answer.status == 410)
    return False


def body_of(event: WebhookEvent) -> bytes:
    """Return what is sent; the same bytes in every try."""
    said = {
        "id": f"evt_{event.pk}",
        "type": event.kind,
        "api_version": API_VERSION,
        "created_at": event.at.isoformat(),
        "data": event.data,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def signature(key: str, body: bytes, *, at: int) -> str:
    """Return the header for ``body`` sent at ``at`` (Unix seconds)."""
    mac = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def _send(row: WebhookDelivery) -> Answer:
    body = body_of(row.event)
    door = Door(total_seconds=10.0, silence_seconds=10.0, retries=0, max_bytes=64 * 1024)
    try:
        return door.post(
            row.endpoint.url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "Turnout-Event": row.event.kind,
                "Turnout-Delivery": str(row.pk),
                "Turnout-Attempt": str(row.attempts),
                "Turnout-Signature": signature(unseal(row.endpoint.secret), body, at=int(timezone.now().timestamp())),
            },
        )
    finally:
        door.close()


def _note(row: WebhookDelivery, status: int, error: str, *, permanent: bool) -> None:
    now = timezone.now()
    event = DeliveryEvent.ANSWER
    if error:
        over = permanent or row.attempts > len(PAUSES)
        event = DeliveryEvent.GIVE_UP if over else DeliveryEvent.DEFER
    new = step(DELIVERY_MOVES, DeliveryState.SENDING, event)
    pause = PAUSES[min(row.attempts, len(PAUSES)) - 1]
    WebhookDelivery.objects.filter(pk=row.pk, state=DeliveryState.SENDING).update(
        state=new,
        last_status=status,
        error=error[:200],
        next_try_at=now + timedelta(seconds=pause),
        done_at=None if event is DeliveryEvent.DEFER else now,
    )
    if error:
        WebhookEndpoint.objects.filter(pk=row.endpoint_id, failing_since=None).update(failing_since=now)
    else:
        WebhookEndpoint.objects.filter(pk=row.endpoint_id).update(last_success_at=now, failing_since=None)
