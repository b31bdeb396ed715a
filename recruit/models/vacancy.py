"""Vacancies: approved needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.company import Office, Team
from recruit.permissions import SEES_ALL
from recruit.states import VacancyState

if TYPE_CHECKING:
    from recruit.models.user import User


class PipelineTemplate(models.Model):
    """Which stages a kind of vacancy uses, and how long a person should wait in each."""

    name = models.CharField(max_length=120, unique=True)
    # Stages of recruit.states.Stage that the board shows; NEW and HIRED always.
    stages: models.JSONField[list[str]] = models.JSONField(default=list)
    # Days after which a card of a stage is marked as waiting long, by stage.
    longest_days: models.JSONField[dict[str, int]] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VacancyQuerySet(models.QuerySet["Vacancy"]):
    """Reads over vacancies."""

    def visible_to(self, user: User) -> Self:
        """Vacancies of the person's teams and those without a team."""
        if user.role in SEES_ALL:
            return self
        return self.filter(models.Q(team__in=user.teams.all()) | models.Q(team=None))

    def open(self) -> Self:
        """Vacancies that take responses now."""
        return self.filter(state=VacancyState.OPEN)


class Vacancy(models.Model):
    """An approved need with a number of openings, and its job description."""

    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=VacancyState.choices, default=VacancyState.OPEN)
    openings = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="vacancies")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="vacancies")
    recruiter = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="vacancies")
    city = models.CharField(max_length=120, blank=True)
    # Pay a month before tax, in ``currency``; 0 is "not said".
    salary_from = models.PositiveIntegerField(default=0)
    salary_to = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, default="RUB")
    hours = models.CharField(max_length=120, blank=True, help_text=_("For example: 5/2, 9:00–18:00."))
    general = models.TextField(blank=True, help_text=_("What the job is."))
    requirements = models.TextField(blank=True, help_text=_("One a line; shown beside each resume in Triage."))
    duties = models.TextField(blank=True)
    rights = models.TextField(blank=True)
    responsibility = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    wanted_shortlist = models.PositiveSmallIntegerField(default=20, help_text=_("People wanted on the shortlist."))
    promised_by = models.DateField(null=True, blank=True)
    pipeline = models.ForeignKey(PipelineTemplate, models.SET_NULL, null=True, blank=True, related_name="vacancies")
    created_at = models.DateTimeField(default=timezone.now)
    objects = VacancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vacancies"
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=VacancyState.values), name="vacancy_state_known"),
            models.CheckConstraint(condition=models.Q(openings__gte=1), name="vacancy_has_openings"),
            models.CheckConstraint(
                condition=models.Q(salary_to=0) | models.Q(salary_to__gte=models.F("salary_from")),
                name="vacancy_salary_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def requirement_lines(self) -> list[str]:
        """The requirements, one an entry."""
        return [line.strip() for line in self.requirements.splitlines() if line.strip()]


class PayRange(models.Model):
    """Pay a month of a vacancy for one city and one level, in the vacancy's currency."""

    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="pay_ranges")
    city = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=60, blank=True, help_text=_("For example: junior, senior, 3."))
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()

    class Meta:
        ordering = ["city", "level", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "city", "level"], name="pay_range_once"),
            models.CheckConstraint(condition=models.Q(high__gte=models.F("low")), name="pay_range_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.level}: {self.low}–{self.high}"


class VacancyVersion(models.Model):
    """The job description as it stood after a change; append-only."""

    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    # Field → text, of the fields of recruit.services.vacancies.VERSIONED.
    data: models.JSONField[dict[str, str]] = models.JSONField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["vacancy", "number"], name="vacancy_version_once")]

    def __str__(self) -> str:
        return f"{self.vacancy} v{self.number}"
