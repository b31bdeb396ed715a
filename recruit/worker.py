"""The background worker: runs queued tasks, repeats what failed, takes over what a dead worker left.

django-tasks-db runs a task once and leaves a task of a killed worker RUNNING for ever. Around it stand here, small: a
sign of life per worker, a reaper that puts the tasks of silent workers back, a few tries with growing pauses, and a
table of periodic work that is claimed by moving its next time on. Every task is safe to repeat.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from recruit import contrib
from recruit.models import Schedule, WorkerBeat
from recruit.queue import enqueue, resolve

log = logging.getLogger(__name__)
BEAT_EVERY = timedelta(seconds=10)
LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 3
IDLE_SECONDS = 0.5


class Worker:
    """One worker process."""

    def __init__(self, *, stop_when_empty: bool = False) -> None:
        # Host and number are not enough: a container that is started again has both of its dead predecessor.
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.stop_when_empty = stop_when_empty
        self.running = True
        self._beat_due = timezone.now()

    def run(self) -> None:
        """Work until told to stop: SIGTERM and SIGINT let the task at hand end first."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        start_schedule()
        while self.running:
            self._beat()
            if self.work_once():
                continue
            if self.stop_when_empty:
                break
            time.sleep(IDLE_SECONDS)
        WorkerBeat.objects.filter(worker=self.name).delete()

    def _stop(self, *_: object) -> None:
        self.running = False

    def _beat(self) -> None:
        now = timezone.now()
        if now < self._beat_due:
            return
        self.beat()
        self._beat_due = now + BEAT_EVERY
        run_schedule()
        reap()

    def beat(self) -> None:
        """Give a sign of life."""
        now = timezone.now()
        WorkerBeat.objects.update_or_create(
            worker=self.name, defaults={"beat_at": now}, create_defaults={"started_at": now, "beat_at": now}
        )

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Go on giving signs of life from a thread: a task longer than the lease is not one that was lost."""
        done = threading.Event()

        def go_on() -> None:
            try:
                while not done.wait(BEAT_EVERY.total_seconds()):
                    with suppress(DatabaseError):
                        self.beat()
            finally:
                connections.close_all()

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def work_once(self) -> bool:
        """Run the next task that is ready; False when there is none."""
        close_old_connections()
        ready = DBTaskResult.objects.ready()
        with exclusive_transaction(ready.db):
            claimed = ready.get_locked()
            if claimed is None:
                return False
            claimed.claim(self.name)
        self._do(claimed)
        return True

    def _do(self, row: DBTaskResult[Any, Any]) -> None:
        try:
            task = resolve(row.task_path)
            with self.beating():
                value = task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        except BaseException as error:  # noqa: BLE001 - whatever a task raises, the worker goes on
            log.warning("task %s failed: %s", row.task_path, type(error).__name__)
            row.set_failed(error)
            retry(row)
            return
        row.set_successful(value)


def retry(row: DBTaskResult[Any, Any]) -> bool:
    """Put a failed task back with a pause that grows, at most ``MOST_ATTEMPTS`` times in all."""
    attempts = len(row.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        return False
    again = timezone.now() + timedelta(seconds=5 * 3**attempts)
    return bool(
        DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, run_after=again, finished_at=None
        )
    )


def reap() -> int:
    """Put back what workers that no longer give a sign of life were doing."""
    now = timezone.now()
    WorkerBeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
    alive = set(WorkerBeat.objects.filter(beat_at__gte=now - LEASE).values_list("worker", flat=True))
    reaped = 0
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - LEASE):
        owner = row.worker_ids[-1] if row.worker_ids else ""
        if owner in alive:
            continue
        if len(row.worker_ids) >= MOST_ATTEMPTS:
            # It took every worker that tried it down; another would go the same way.
            DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.FAILED, finished_at=now
            )
            continue
        reaped += DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.READY, started_at=None
        )
    return reaped


def periodic() -> dict[str, int]:
    """Return the tasks that run again and again, each with its seconds from turn to turn."""
    return {task.name: task.every_seconds for task in contrib.background if task.every_seconds is not None}


def start_schedule() -> None:
    """Write the table of periodic work where it is missing, and take out what no app registers any more."""
    now = timezone.now()
    Schedule.objects.exclude(task__in=periodic()).delete()
    for task, seconds in periodic().items():
        Schedule.objects.get_or_create(task=task, defaults={"every_seconds": seconds, "next_run_at": now})


def run_schedule() -> int:
    """Enqueue what is due; of two workers that see it, one moves the next time on and wins."""
    now, started = timezone.now(), 0
    for row in Schedule.objects.filter(next_run_at__lte=now):
        claimed = Schedule.objects.filter(pk=row.pk, next_run_at=row.next_run_at).update(
            next_run_at=now + timedelta(seconds=row.every_seconds), last_run_at=now
        )
        if claimed:
            enqueue(row.task)
            started += 1
    return started
