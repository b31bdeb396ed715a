"""When periodic work is due, and which workers are alive."""

from __future__ import annotations

from django.db import models


class Schedule(models.Model):
    """A task that runs again and again; a worker claims a turn by moving ``next_run_at`` on."""

    task = models.CharField(max_length=120, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_run_at = models.DateTimeField(db_index=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.task


class WorkerBeat(models.Model):
    """A worker's sign of life; what a silent worker holds goes back to the queue."""

    worker = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
