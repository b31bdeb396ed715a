"""When people and rooms can be used: opening hours, own hours, and the busy times that their calendars tell of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recruit.models import Office
from recruit.permissions import SEES_ALL
from scheduling.models.people import Interviewer, Room

if TYPE_CHECKING:
    from recruit.models import User


class Weekday(models.IntegerChoices):
    """Days of the week as ``datetime.weekday`` counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OfficeHours(models.Model):
    """When an office can hold interviews on one weekday, on its own clock; an office without rows is always open."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["office", "weekday", "opens"], name="office_hours_once"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="office_hours_have_length"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="office_hours_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OwnHours(models.Model):
    """When somebody interviews on one weekday, on the clock of the office they sit in; without rows: office hours."""

    interviewer = models.ForeignKey(Interviewer, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["interviewer", "weekday", "starts"], name="own_hours_once"),
            models.CheckConstraint(condition=Q(ends__gt=models.F("starts")), name="own_hours_have_length"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="own_hours_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.interviewer} {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class BusyCalendarQuerySet(models.QuerySet["BusyCalendar"]):
    """Reads over external calendars."""

    def visible_to(self, user: User) -> Self:
        """Calendars of the interviewers and rooms of the offices that this user may see."""
        if user.role in SEES_ALL:
            return self
        offices = Office.objects.visible_to(user)
        return self.filter(Q(room__office__in=offices) | Q(interviewer__offices__in=offices)).distinct()

    def due(self, at: datetime) -> Self:
        """Switched on and to be read by ``at``."""
        return self.filter(is_on=True, next_read_at__lte=at)


class BusyCalendar(models.Model):
    """An external iCalendar address of an interviewer or a room; the last good reading of it is kept."""

    interviewer = models.ForeignKey(Interviewer, models.CASCADE, null=True, blank=True, related_name="busy_calendars")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="busy_calendars")
    # Whoever knows the address can read the calendar: pages show its host alone.
    url = models.URLField(max_length=1000)
    is_on = models.BooleanField(default=True)
    next_read_at = models.DateTimeField(db_index=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    # What a conditional request names, and what the last good copy was.
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    events = models.PositiveIntegerField(default=0)
    # Zones and rules that could not be understood, as [{"what", "name", "count"}], for a person to see.
    remarks: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list, blank=True)
    objects = BusyCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interviewer=None, room__isnull=False) | Q(interviewer__isnull=False, room=None),
                name="busy_calendar_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.interviewer or self.room}"

    @property
    def host(self) -> str:
        """The host of the address, which may be shown."""
        return self.url.partition("://")[2].partition("/")[0].rpartition("@")[2]


class BusyTime(models.Model):
    """One stretch in which somebody or a room is taken, as an external calendar says."""

    calendar = models.ForeignKey(BusyCalendar, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # False where the calendar named a zone that nobody knows: read on the owner's clock, and said so.
    is_sure = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="busy_time_has_length"),
        ]
        indexes = [models.Index(fields=["calendar", "starts_at"], name="busy_time_start")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
