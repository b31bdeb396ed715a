"""A candidate considered for a vacancy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.candidate import Candidate
from recruit.models.source import Source, SourceLink
from recruit.models.vacancy import Vacancy
from recruit.permissions import SEES_ALL
from recruit.states import LIVE_STAGES, Stage

if TYPE_CHECKING:
    from recruit.models.user import User


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Reads over applications."""

    def visible_to(self, user: User) -> Self:
        """Applications for vacancies that this user may see."""
        if user.role in SEES_ALL:
            return self
        return self.filter(vacancy__in=Vacancy.objects.visible_to(user))

    def live(self) -> Self:
        """Still being decided."""
        return self.filter(stage__in=LIVE_STAGES)

    def untriaged(self) -> Self:
        """New responses nobody has decided on, those put off included."""
        return self.filter(stage=Stage.NEW)

    def with_people(self) -> Self:
        """With what a row on a page needs, in a fixed number of statements."""
        return self.select_related("candidate", "vacancy", "vacancy__office", "source").prefetch_related(
            "candidate__contacts"
        )


class Application(models.Model):
    """A candidate considered for a vacancy, its source and its stage."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="applications")
    vacancy = models.ForeignKey(Vacancy, models.PROTECT, related_name="applications")
    source = models.ForeignKey(Source, models.PROTECT, related_name="applications")
    # The posting, feed or advertisement the person came by.
    link = models.ForeignKey(SourceLink, models.SET_NULL, null=True, blank=True, related_name="applications")
    # The number of the response in the system it came from: importing it again finds this row.
    external_id = models.CharField(max_length=128, blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.NEW)
    stage_since = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(default=timezone.now)
    # "Later" in Triage: the person comes back at the end of the queue.
    postponed_at = models.DateTimeField(null=True, blank=True)
    triaged_at = models.DateTimeField(null=True, blank=True)
    triaged_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    # Order in which the recruiter wants people invited; the planner keeps it.
    priority = models.IntegerField(default=0)
    salary_wish = models.PositiveIntegerField(
        default=0, help_text=_("A month, in the vacancy's currency; 0: not said.")
    )
    distance_km = models.FloatField(null=True, blank=True)
    answers: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    closing_reason = models.CharField(max_length=64, blank=True)
    # Everybody who came is promised an answer by a date.
    answer_due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "vacancy"],
                condition=models.Q(stage__in=[str(stage) for stage in LIVE_STAGES]),
                name="application_one_live_per_vacancy",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="application_once_per_source",
            ),
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="application_stage_known"),
        ]
        indexes = [
            models.Index(fields=["vacancy", "stage", "-applied_at"], name="application_triage"),
            models.Index(fields=["vacancy", "stage", "priority", "-stage_since", "-id"], name="application_board"),
            models.Index(fields=["stage", "applied_at", "postponed_at"], name="application_stage_time"),
            # All that statistics count responses by: they read this index alone, never the wide rows.
            models.Index(
                fields=["applied_at", "source", "vacancy", "closing_reason", "stage", "triaged_at"],
                name="application_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} → {self.vacancy}"


class StageMove(models.Model):
    """One move along the pipeline; append-only, an undo is a move of its own."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")
    old = models.CharField(max_length=12, choices=Stage.choices)
    new = models.CharField(max_length=12, choices=Stage.choices)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=64, blank=True)
    undoes = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering = ["at", "pk"]
        # Statistics ask which applications ever came to a stage.
        indexes = [models.Index(fields=["new", "application"], name="stage_move_new")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Comment(models.Model):
    """What a colleague wrote about an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="comments")
    author = models.ForeignKey("recruit.User", models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Mention(models.Model):
    """A colleague named in a comment; it waits on their Today until they have seen it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey("recruit.User", models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user", "seen_at"], name="mention_unseen")]

    def __str__(self) -> str:
        return f"{self.user} in {self.comment_id}"
