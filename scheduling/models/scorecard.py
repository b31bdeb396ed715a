"""Structured marks."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheduling.models.invitation import Invitation
from scheduling.models.people import Interviewer


class ScorecardTemplate(models.Model):
    """What is marked, each from 1 to 5."""

    name = models.CharField(max_length=120, unique=True)
    # [{"code": "motivation", "label": "Motivation", "hint": "…"}, …]
    criteria: models.JSONField[list[dict[str, str]]] = models.JSONField()
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="scorecard_template_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Scorecard(models.Model):
    """One interviewer's (or observer's) marks for one invitation; unseen by others until submitted."""

    class Advice(models.TextChoices):
        """What the author would do."""

        YES = "yes", _("Take")
        RESERVE = "reserve", _("Keep in reserve")
        NO = "no", _("Do not take")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="scorecards")
    author = models.ForeignKey(Interviewer, models.PROTECT, related_name="scorecards")
    template = models.ForeignKey(ScorecardTemplate, models.PROTECT, related_name="scorecards")
    # {"motivation": 4, …}; a criterion nobody marked is absent, never 0.
    marks: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    advice = models.CharField(max_length=8, choices=Advice.choices, blank=True)
    comment = models.TextField(blank=True)
    # {"quick": ["listened", …], "motivation": "asked about the product"}: short words beside the marks.
    notes: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    # Grows with every save of a page that may have been without a network: an older save that comes late changes nothing.
    stamp = models.BigIntegerField(default=0)
    # Marks given after the talk; the first ones stay as they were.
    second_marks: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    second_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["invitation", "author"], name="scorecard_once_per_author")]

    def __str__(self) -> str:
        return f"marks of {self.author} for invitation {self.invitation_id}"

    @property
    def standing(self) -> dict[str, int]:
        """The marks that count: those after the talk where there are any."""
        return {**self.marks, **self.second_marks}
