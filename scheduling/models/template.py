"""Session templates: a session's wishes and the hours at which they repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from recruit.models import Office, Vacancy
from recruit.permissions import SEES_ALL
from scheduling.models.people import Interviewer, Room
from scheduling.states import SessionFormat

if TYPE_CHECKING:
    from recruit.models import User


class SessionTemplateQuerySet(models.QuerySet["SessionTemplate"]):
    """Reads over templates."""

    def visible_to(self, user: User) -> Self:
        """Templates of the offices that this user may see."""
        if user.role in SEES_ALL:
            return self
        return self.filter(office__in=Office.objects.visible_to(user))


class SessionTemplate(models.Model):
    """What a repeated session is like; times are on the clock of the office."""

    name = models.CharField(max_length=120)
    format = models.CharField(max_length=8, choices=SessionFormat.choices, default=SessionFormat.STREAMED)
    office = models.ForeignKey(Office, models.CASCADE, related_name="session_templates")
    starts = models.TimeField()
    ends = models.TimeField()
    # 0 = Monday … 6 = Sunday.
    weekdays: models.JSONField[list[int]] = models.JSONField(default=list)
    # ISO country code of the public holidays that are skipped; empty: none are.
    holidays_of = models.CharField(max_length=2, blank=True)
    # target, assurance, interviewers_planned, minutes_each … by the names of ``InterviewSession``.
    figures: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    # Own targets by vacancy id, where several share the session.
    targets: models.JSONField[dict[str, int]] = models.JSONField(default=dict, blank=True)
    vacancies: models.ManyToManyField[Vacancy, Any] = models.ManyToManyField(Vacancy, related_name="+")
    rooms: models.ManyToManyField[Room, Any] = models.ManyToManyField(Room, related_name="+", blank=True)
    interviewers: models.ManyToManyField[Interviewer, Any] = models.ManyToManyField(
        Interviewer, related_name="+", blank=True
    )
    observers: models.ManyToManyField[Interviewer, Any] = models.ManyToManyField(
        Interviewer, related_name="+", blank=True
    )
    created_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    objects = SessionTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(format__in=SessionFormat.values), name="session_template_format_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
