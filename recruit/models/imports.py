"""Imports as runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.permissions import SEES_ALL
from recruit.states import ImportState

if TYPE_CHECKING:
    from recruit.models.user import User


class SavedMap(models.Model):
    """How the columns of a kind of file are read, remembered by its header."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=16)
    # Digest of the header's titles: a file with the same header gets the same map.
    header_digest = models.CharField(max_length=64, db_index=True)
    columns: models.JSONField[dict[str, Any]] = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Reads over import runs."""

    def visible_to(self, user: User) -> Self:
        """Runs of this person and of colleagues who share a team."""
        if user.role in SEES_ALL:
            return self
        return self.filter(models.Q(started_by=user) | models.Q(started_by__teams__in=user.teams.all())).distinct()


class ImportRun(models.Model):
    """One import: what was seen, made, changed, left and refused; can be resumed at its cursor."""

    class Kind(models.TextChoices):
        """What is imported."""

        HISTORY = "history", _("Past interviews")
        RESPONSES = "responses", _("Responses")
        BOARD = "board", _("Board payload")
        PULL = "pull", _("Responses of a job board")
        RESUMES = "resumes", _("Resumes in a ZIP")
        VKRABOTA = "vkrabota", "VK Rabota"
        HUNTFLOW = "huntflow", "Huntflow"
        GREENHOUSE = "greenhouse", "Greenhouse"
        LEVER = "lever", "Lever"
        SUPERJOB = "superjob", "SuperJob"
        JSONRESUME = "jsonresume", "JSON Resume"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.RUNNING)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    columns: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    options: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    dry_run = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # Rows below this are settled: a resumed run begins here.
    cursor = models.PositiveIntegerField(default=0)
    # Columns that were left out on purpose, with the reason; shown with the dry run.
    dropped: models.JSONField[list[dict[str, str]]] = models.JSONField(default=list, blank=True)
    error = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def rows_per_second(self) -> int:
        """How fast it went, as far as it got; 0 while nothing is known."""
        seconds = ((self.ended_at or self.beat_at) - self.started_at).total_seconds()
        return round(self.seen / seconds) if seconds > 0 else 0


class RowProblem(models.Model):
    """A row that was refused, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=64)
    message = models.CharField(max_length=300)

    class Meta:
        ordering = ["row", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "row", "column", "code"], name="row_problem_once")]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


class InboundRecord(models.Model):
    """What a program told us of a person under its own number: unique per source, with a hash of the payload."""

    source = models.ForeignKey("recruit.Source", models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=128)
    # SHA-256 of the payload in canonical form: the same record again changes nothing.
    digest = models.CharField(max_length=64)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    candidate = models.ForeignKey("recruit.Candidate", models.CASCADE, null=True, blank=True, related_name="+")
    application = models.ForeignKey("recruit.Application", models.SET_NULL, null=True, blank=True, related_name="+")
    key = models.ForeignKey("recruit.ApiKey", models.SET_NULL, null=True, blank=True, related_name="records")
    # The resume behind an address is fetched by the worker.
    resume_url = models.URLField(max_length=500, blank=True)
    resume_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="inbound_once_per_source")]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class HandOverMap(models.Model):
    """How hired people are laid out for another program: column titles and what stands in each, remembered."""

    name = models.CharField(max_length=120, unique=True)
    # [[title, field], …]; an empty field is an empty column.
    columns: models.JSONField[list[list[str]]] = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
