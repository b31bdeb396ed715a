"""Plans: what was known, what was proposed, kept unchanged to be judged later."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from scheduling.models.session import InterviewSession
from scheduling.states import PlanState


class Plan(models.Model):
    """One revision of a session's plan; ids and numbers only, no names."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="plans")
    revision = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.PROPOSED)
    # scheduling.planning.spec as JSON; scheduling.planning gives ``outputs`` back from it, bit for bit.
    inputs: models.JSONField[dict[str, Any]] = models.JSONField()
    outputs: models.JSONField[dict[str, Any]] = models.JSONField()
    # Application ids in the recruiter's order, as ``inputs`` counts them, and the band index of each (null: not now).
    people: models.JSONField[list[int]] = models.JSONField(default=list)
    # Application ids among ``people`` who are given a guaranteed seat.
    guaranteed: models.JSONField[list[int]] = models.JSONField(default=list, blank=True)
    model_version = models.CharField(max_length=64, blank=True)
    seed = models.PositiveIntegerField(default=0)
    batch = models.CharField(max_length=36, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["session", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["session", "revision"], name="plan_revision_once"),
            models.CheckConstraint(condition=models.Q(state__in=PlanState.values), name="plan_state_known"),
        ]

    def __str__(self) -> str:
        return f"plan {self.revision} of session {self.session_id}"
