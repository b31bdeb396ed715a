"""Is it alive, is it ready: for a process supervisor and a load balancer."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recruit.messaging.deliver import SENDER_DIED
from recruit.models import Message, WorkerBeat
from recruit.states import MessageState

SILENT_AFTER = timedelta(minutes=2)


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as this process lives."""
    del request
    return JsonResponse({"status": "ok"})


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is there and migrated; say whether a worker is alive and what waits for a decision."""
    del request
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        workers = WorkerBeat.objects.filter(beat_at__gte=timezone.now() - SILENT_AFTER).count()
        perhaps_twice = Message.objects.filter(state=MessageState.SENT, error=SENDER_DIED).count()
        unknown = Message.objects.filter(state=MessageState.UNKNOWN).count()
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        return JsonResponse({"status": "no database"}, status=503)
    if behind:
        return JsonResponse({"status": "migrations are missing"}, status=503)
    return JsonResponse(
        {"status": "ok", "workers": workers, "messages_unknown": unknown, "messages_perhaps_twice": perhaps_twice}
    )
