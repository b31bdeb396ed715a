"""What one person set aside on the pages: kept filters, and alarms put off."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SavedView(models.Model):
    """A set of filters under a name: the query string of a page."""

    user = models.ForeignKey("recruit.User", models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class AlarmSnooze(models.Model):
    """An alarm of Today that was answered with "Later": it stays away until ``until``."""

    user = models.ForeignKey("recruit.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="alarm_snooze_once")]

    def __str__(self) -> str:
        return self.key
