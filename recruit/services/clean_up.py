"""Forgetting what has no use any more, so that nothing grows for ever and nothing personal lies about."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from recruit.models import IdempotencyKey, SignIn
from recruit.services import rates

ANSWERS_KEPT = timedelta(hours=25)
TASKS_KEPT = timedelta(days=7)
SIGN_INS_KEPT = timedelta(days=90)


def tidy(*, at: datetime) -> dict[str, int]:
    """Delete what is older than its time and return the counts by kind."""
    ended = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
    return {
        "answers": IdempotencyKey.objects.filter(created_at__lt=at - ANSWERS_KEPT).delete()[0],
        "tasks": DBTaskResult.objects.filter(status__in=ended, finished_at__lt=at - TASKS_KEPT).delete()[0],
        "sessions": Session.objects.filter(expire_date__lt=at).delete()[0],
        "sign_ins": SignIn.objects.filter(at__lt=at - SIGN_INS_KEPT).delete()[0],
        "counts": rates.forget_old(at=at),
    }
