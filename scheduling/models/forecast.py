"""Fitted versions of the show-probability model."""

from __future__ import annotations

from typing import Any

from django.db import models


class AttendanceModel(models.Model):
    """One fitted version; every plan names the version it used, so versions are kept."""

    version = models.CharField(max_length=64, unique=True)
    fitted_at = models.DateTimeField()
    as_of = models.DateTimeField(help_text="Nothing later than this was looked at.")
    rows = models.PositiveIntegerField()
    payload: models.JSONField[dict[str, Any]] = models.JSONField()

    class Meta:
        ordering = ["-fitted_at", "-pk"]

    def __str__(self) -> str:
        return self.version[:12]
