"""Figures for Prometheus (text exposition format 0.0.4): counts of states, never a name.

Open to whoever knows ``METRICS_TOKEN`` (``Authorization: Bearer …``). Without a token in the environment only this
machine itself may ask, and nobody when a proxy stands before (``BEHIND_PROXY``): through it everybody is near.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Min, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from django_tasks_db.models import DBTaskResult

from recruit.messaging.deliver import SENDER_DIED
from recruit.models import ImportRun, Message, WebhookDelivery, WorkerBeat
from recruit.states import DeliveryState, ImportState, MessageState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HERE = {"127.0.0.1", "::1"}
TASK_STATES = ("READY", "RUNNING", "FAILED", "SUCCESSFUL")
Sample = tuple[dict[str, str], float]


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures of this moment; 404 to whoever may not have them."""
    if not _may_read(request):
        raise Http404
    lines = [line for family in _families() for line in _written(*family)]
    answer = HttpResponse("\n".join(lines) + "\n", content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def _may_read(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    return not settings.BEHIND_PROXY and request.META.get("REMOTE_ADDR") in HERE


def _families() -> Iterable[tuple[str, str, list[Sample]]]:
    now = timezone.now()
    yield "turnout_messages", "Messages of the outbox by state.", _by(Message, "state", MessageState.values)
    repeated = Message.objects.filter(state=MessageState.SENT, error=SENDER_DIED).count()
    yield (
        "turnout_messages_perhaps_twice",
        "Sent again after a sender died, under the same Message-ID.",
        [({}, repeated)],
    )
    oldest = Message.objects.due(now).aggregate(oldest=Min("not_before"))["oldest"]
    waited = (now - oldest).total_seconds() if oldest else 0
    yield "turnout_message_oldest_due_seconds", "How long the oldest message that is due has waited.", [({}, waited)]
    yield "turnout_tasks", "Tasks of the queue by state.", _by(DBTaskResult, "status", TASK_STATES)
    yield "turnout_webhooks", "Webhook deliveries by state.", _by(WebhookDelivery, "state", DeliveryState.values)
    yield "turnout_import_runs", "Runs of imports by state.", _by(ImportRun, "state", ImportState.values)
    beats = list(WorkerBeat.objects.filter(beat_at__gte=now - timedelta(minutes=2)).values_list("beat_at", flat=True))
    yield "turnout_workers", "Workers that gave a sign of life within two minutes.", [({}, len(beats))]


def _by(model: type[Model], field: str, states: Iterable[str]) -> list[Sample]:
    """Return one sample for each state, 0 where there is none: an alarm needs a figure, not its absence."""
    found = dict(model._default_manager.order_by().values_list(field).annotate(Count("pk")))
    return [({"state": state.lower()}, found.get(state, 0)) for state in states]


def _written(name: str, words: str, samples: list[Sample]) -> Iterable[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        told = ",".join(f'{key}="{of}"' for key, of in labels.items())
        yield f"{name}{{{told}}} {value:g}" if told else f"{name} {value:g}"
