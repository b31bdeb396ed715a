"""Documents and board records about a candidate."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from recruit.models.application import Application
from recruit.models.candidate import Candidate


class Resume(models.Model):
    """One document or board record; the raw payload is kept, the parsed fields can be made again from it."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="resumes")
    application = models.ForeignKey(Application, models.SET_NULL, null=True, blank=True, related_name="resumes")
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # A ParsedResume or a board's record, as plain JSON.
    parsed: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    file = models.FileField(upload_to="resumes/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    # SHA-256 of the file or of the payload: the same document is stored once.
    digest = models.CharField(max_length=64)
    problem = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["candidate", "digest"], name="resume_once_per_candidate")]

    def __str__(self) -> str:
        return self.title or self.file_name or f"resume {self.pk}"
