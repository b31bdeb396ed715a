"""The company that runs this installation, its offices and teams."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from recruit.once import once
from recruit.permissions import SEES_ALL

if TYPE_CHECKING:
    from recruit.models.user import User


def validate_time_zone(value: str) -> None:
    """Refuse a name that the time-zone database does not know."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(_("“%(zone)s” is not a known time zone."), params={"zone": value}) from error


SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class Company(models.Model):
    """Settings of the one company of this installation: always row 1."""

    name = models.CharField(max_length=200)
    region = models.CharField(max_length=2, default="RU", help_text=_("Country of phone numbers without a prefix."))
    language = models.CharField(max_length=5, default="en")
    currency = models.CharField(max_length=3, default="RUB")
    is_demo = models.BooleanField(default=False)
    # The day that the demo world takes for today; None where there is none.
    demo_day = models.DateField(null=True, blank=True)
    # What a day costs, in ``currency``: the weights of the planner.
    cost_waiting_minute = models.FloatField(default=2.0, validators=[MinValueValidator(0.0)])
    cost_idle_minute = models.FloatField(default=15.0, validators=[MinValueValidator(0.0)])
    cost_overtime_minute = models.FloatField(default=25.0, validators=[MinValueValidator(0.0)])
    cost_missing_interview = models.FloatField(default=1500.0, validators=[MinValueValidator(0.0)])
    cost_turned_away = models.FloatField(default=500.0, validators=[MinValueValidator(0.0)])
    cost_invitation = models.FloatField(default=15.0, validators=[MinValueValidator(0.0)])
    cost_sms_part = models.FloatField(default=6.0, validators=[MinValueValidator(0.0)])
    assurance = models.FloatField(default=0.9, validators=SHARE)
    overflow_risk = models.FloatField(default=0.05, validators=SHARE)
    # The off switch of decision 3: one flat rate for everybody instead of learned probabilities.
    learns_attendance = models.BooleanField(default=True)
    flat_show_rate = models.FloatField(default=0.2, validators=SHARE)
    answer_within_days = models.PositiveSmallIntegerField(default=3)
    call_attempts = models.PositiveSmallIntegerField(default=3)
    # Roles whose people set a second factor up before they see anything.
    second_factor_roles: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    # Most that leaves on a channel in a minute, over all workers; 0: as fast as it goes.
    mails_per_minute = models.PositiveIntegerField(default=0)
    sms_per_minute = models.PositiveIntegerField(default=0)
    # Between these hours no phone rings; empty: at any hour. The clock is that of the person's office.
    sms_quiet_from = models.TimeField(null=True, blank=True)
    sms_quiet_to = models.TimeField(null=True, blank=True)
    # Between these two moments messages may have left that this database does not know of (manage.py restore).
    backup_made_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "companies"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="company_is_row_one")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Company:
        """Return the settings row, made with its defaults where there is none yet; every caller has a copy of its own."""
        return copy(once("company", lambda: cls.objects.get_or_create(pk=1, defaults={"name": "Turnout"})[0]))


class OfficeQuerySet(models.QuerySet["Office"]):
    """Reads over offices."""

    def visible_to(self, user: User) -> Self:
        """Offices of the person's teams; all of them for those who see everything."""
        if user.role in SEES_ALL:
            return self
        return self.filter(teams__users=user).distinct()


class Office(models.Model):
    """A place where interviews are held."""

    name = models.CharField(max_length=200, unique=True)
    city = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    directions = models.TextField(blank=True, help_text=_("The way in plain sentences, to be read out on the phone."))
    time_zone = models.CharField(max_length=64, default="Europe/Moscow", validators=[validate_time_zone])
    phone = models.CharField(max_length=32, blank=True)
    contact_person = models.CharField(max_length=120, blank=True)
    bring = models.CharField(max_length=200, blank=True, help_text=_("What a candidate should bring."))
    lobby_seats = models.PositiveSmallIntegerField(default=14)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # A picture of the way, PNG or JPEG, shown with the directions.
    map_picture = models.FileField(upload_to="offices/", blank=True)
    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)


class Team(models.Model):
    """People who share vacancies and offices: the scope of rights."""

    name = models.CharField(max_length=120, unique=True)
    offices = models.ManyToManyField(Office, related_name="teams", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ClosingDay(models.Model):
    """A day on which an office is shut."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="closing_days")
    day = models.DateField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="closing_day_once")]

    def __str__(self) -> str:
        return f"{self.office} {self.day}"
