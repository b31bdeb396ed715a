"""What boards tell: responses, counts of their lists, notices."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from jobposts.models.account import BoardAccount
from jobposts.models.posting import Posting
from jobposts.states import NoticeState, ResumeState
from recruit.models import Application, Candidate, ImportRun, Resume


class BoardResponse(models.Model):
    """One response on the board: its natural key, the raw payload with its hash, and the application it became."""

    account = models.ForeignKey(BoardAccount, models.CASCADE, related_name="responses")
    posting = models.ForeignKey(Posting, models.CASCADE, related_name="responses")
    external_id = models.CharField(max_length=64)
    resume_number = models.CharField(max_length=64, blank=True)
    owner_number = models.CharField(max_length=64, blank=True)
    collection = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=64, blank=True, help_text="The employer's state, in the board's words.")
    applicant_state = models.CharField(max_length=64, blank=True)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64)
    updated_there = models.DateTimeField(null=True, blank=True)
    candidate = models.ForeignKey(Candidate, models.SET_NULL, null=True, blank=True, related_name="board_responses")
    application = models.ForeignKey(Application, models.SET_NULL, null=True, blank=True, related_name="board_responses")
    resume = models.ForeignKey(Resume, models.SET_NULL, null=True, blank=True, related_name="+")
    resume_state = models.CharField(max_length=8, choices=ResumeState.choices, default=ResumeState.WANTED)
    resume_error = models.CharField(max_length=200, blank=True)
    resume_tries = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="board_response_once"),
            models.CheckConstraint(
                condition=models.Q(resume_state__in=ResumeState.values), name="board_resume_state_known"
            ),
        ]
        indexes = [models.Index(fields=["account", "resume_state"], name="board_resume_wanted")]

    def __str__(self) -> str:
        return f"{self.account}: {self.external_id}"


class CollectionCheck(models.Model):
    """The board's own count of one list beside what was read of it, at the last whole reading."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="checks")
    collection = models.CharField(max_length=64)
    name = models.CharField(max_length=120, blank=True)
    found = models.PositiveIntegerField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    twice = models.PositiveIntegerField(default=0)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["posting", "collection"], name="check_once_per_collection")]

    def __str__(self) -> str:
        return f"{self.posting} {self.collection}"

    @property
    def missing(self) -> int:
        """How many the board counts and nobody has seen."""
        return max(0, (self.found or 0) - self.seen - self.failed)


class BoardNotice(models.Model):
    """A board's webhook, kept before anything is done with it; what it tells of is read from the board again."""

    account = models.ForeignKey(BoardAccount, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.NEW)
    error = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "external_id"], name="notice_once"),
            models.CheckConstraint(condition=models.Q(state__in=NoticeState.values), name="notice_state_known"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="notice_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"
