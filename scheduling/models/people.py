"""Rooms and the people who interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from recruit.models import Office
from recruit.permissions import SEES_ALL

if TYPE_CHECKING:
    from recruit.models import User


class Room(models.Model):
    """A room of an office."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["office", "name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="room_once_per_office")]

    def __str__(self) -> str:
        return self.name


class InterviewerQuerySet(models.QuerySet["Interviewer"]):
    """Reads over interviewers."""

    def visible_to(self, user: User) -> Self:
        """Interviewers of the offices that this user may see."""
        if user.role in SEES_ALL:
            return self
        return self.filter(offices__in=Office.objects.visible_to(user)).distinct()


class Interviewer(models.Model):
    """Somebody who interviews or observes; with a log-in where they use the pages, else by calendar alone."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    user = models.OneToOneField("recruit.User", models.SET_NULL, null=True, blank=True, related_name="interviewer")
    offices = models.ManyToManyField(Office, related_name="interviewers", blank=True)
    is_active = models.BooleanField(default=True)
    objects = InterviewerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
