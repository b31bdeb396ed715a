"""What statistics keep beside the ledger: forecasts held against facts, findings of tasks, life after the hire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from recruit.models import Application, Candidate, Vacancy
from recruit.permissions import SEES_ALL
from scheduling.models.invitation import Invitation
from scheduling.models.plan import Plan
from scheduling.models.session import InterviewSession

if TYPE_CHECKING:
    from recruit.models import User


class ForecastCheckQuerySet(models.QuerySet["ForecastCheck"]):
    """Reads over checked sessions."""

    def visible_to(self, user: User) -> Self:
        """Sessions that this user may see."""
        if user.role in SEES_ALL:
            return self
        return self.filter(session__in=InterviewSession.objects.visible_to(user))


class ForecastCheck(models.Model):
    """One closed session: the law of its arrivals as forecast when people were invited, and how many came.

    Numbers only, worked out once when the session is closed: pages read one short row a session.
    """

    session = models.OneToOneField(InterviewSession, models.CASCADE, related_name="forecast_check")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True, related_name="+")
    model_version = models.CharField(max_length=64, blank=True)
    day = models.DateField(db_index=True, help_text=_("Day of the session on the clock of its office."))
    # People who were invited with a forecast and whose end is known; walk-ins left out.
    people = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    mean = models.FloatField()
    variance = models.FloatField()
    # Of the forecast law: P(fewer came than did), P(just so many).
    below = models.FloatField()
    exactly = models.FloatField()
    target = models.PositiveSmallIntegerField()
    # The plan's promise that the target is met, a share; None where the session had no plan.
    promised = models.FloatField(null=True, blank=True)
    # Forecast of the plan, minutes: mean wait of a person, idle minutes of all interviewers.
    wait_forecast = models.FloatField(null=True, blank=True)
    idle_forecast = models.FloatField(null=True, blank=True)
    checked_at = models.DateTimeField()
    objects = ForecastCheckQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(came__lte=models.F("people")), name="check_came_of_people"),
        ]

    def __str__(self) -> str:
        return f"check of session {self.session_id}"


class Finding(models.Model):
    """What a task worked out for a page to show: newest only, no candidate's name."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    payload: models.JSONField[dict[str, Any]] = models.JSONField()

    def __str__(self) -> str:
        return self.name


class Employment(models.Model):
    """What became of a hire: when they started, whether they are still there, how good they are."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="employment")
    started_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    # The last day on which somebody knew that the person worked here.
    seen_on = models.DateField(null=True, blank=True)
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__gte=1, rating__lte=5),
                name="employment_rating_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None)
                | models.Q(started_on=None)
                | models.Q(left_on__gte=models.F("started_on")),
                name="employment_left_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"employment of application {self.application_id}"


class PromotionBudget(models.Model):
    """Money a month that promotions of one vacancy (or, without one, of all together) should not exceed."""

    vacancy = models.OneToOneField(Vacancy, models.CASCADE, null=True, blank=True, related_name="promotion_budget")
    amount = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3, default="RUB")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("currency"), condition=models.Q(vacancy=None), name="promotion_budget_one_for_all"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="promotion_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.vacancy or 'all'}: {self.amount} {self.currency}"


class GroupRecord(models.Model):
    """A group that a company lawfully records to see whether it treats people alike; the model never reads it."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    trait = models.CharField(max_length=40)
    group = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "trait"], name="group_record_once")]

    def __str__(self) -> str:
        return f"{self.trait} of candidate {self.candidate_id}"


class ReminderExperiment(models.Model):
    """A trial of reminders: people are given one of its arms at random, and it may be looked at at any time."""

    class Subject(models.TextChoices):
        """What differs between the arms."""

        CHANNEL = "channel", _("Channel")
        TIME = "time", _("Hours before the interview")
        TEXT = "text", _("Text")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=8, choices=Subject.choices)
    # Values of the arms, the first is the usual way: ["sms", "email"], ["24", "3"], ["plain", "warm"].
    arms: models.JSONField[list[str]] = models.JSONField()
    alpha = models.FloatField(default=0.05)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(stopped_at=None), name="experiment_one_running_per_subject"
            ),
            models.CheckConstraint(condition=models.Q(alpha__gt=0.0, alpha__lt=1.0), name="experiment_alpha_a_share"),
        ]

    def __str__(self) -> str:
        return self.name


class ArmAssignment(models.Model):
    """The arm one invitation was given, logged before anything is sent; never changed."""

    experiment = models.ForeignKey(ReminderExperiment, models.CASCADE, related_name="assignments")
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="arms")
    arm = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["experiment", "invitation"], name="arm_once_per_invitation")]

    def __str__(self) -> str:
        return f"{self.arm} for invitation {self.invitation_id}"
