"""Interview sessions and their arrival bands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, Vacancy
from recruit.permissions import SEES_ALL, Role
from scheduling.models.people import Interviewer, Room
from scheduling.states import SessionFormat, SessionState

if TYPE_CHECKING:
    from recruit.models import User


class InterviewSessionQuerySet(models.QuerySet["InterviewSession"]):
    """Reads over sessions."""

    def visible_to(self, user: User) -> Self:
        """Sessions in the offices of the person's teams; an interviewer sees the sessions they sit in."""
        if user.role in SEES_ALL:
            return self
        if user.role == Role.INTERVIEWER:
            return self.filter(interviewers__user=user).distinct()
        return self.filter(office__in=Office.objects.visible_to(user))

    def planned(self) -> Self:
        """Neither closed nor called off."""
        return self.filter(state__in=[SessionState.DRAFT, SessionState.OPEN, SessionState.RUNNING])

    def between(self, start: datetime, end: datetime) -> Self:
        """Sessions that begin in [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class InterviewSession(models.Model):
    """A block of interviewing time.

    Four numbers that are never one: the invitations of the bands (invite cap), the plan's forecast (expected
    arrivals), interviewers times minutes (service capacity, see ``capacity``) and ``lobby`` or ``seats`` (room).
    """

    format = models.CharField(max_length=8, choices=SessionFormat.choices, default=SessionFormat.STREAMED)
    state = models.CharField(max_length=9, choices=SessionState.choices, default=SessionState.DRAFT)
    title = models.CharField(max_length=200, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="sessions")
    rooms = models.ManyToManyField(Room, related_name="sessions", blank=True)
    online_link = models.URLField(blank=True)
    vacancies: models.ManyToManyField[Vacancy, SessionVacancy] = models.ManyToManyField(
        Vacancy, through="scheduling.SessionVacancy", related_name="sessions"
    )
    interviewers: models.ManyToManyField[Interviewer, SessionInterviewer] = models.ManyToManyField(
        Interviewer, through="scheduling.SessionInterviewer", related_name="sessions"
    )
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    minutes_each = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    band_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    # Interviewers planned with; names may come later.
    interviewers_planned = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1)])
    target = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1)])
    assurance = models.FloatField(default=0.9, validators=[MinValueValidator(0.01), MaxValueValidator(0.999)])
    overflow_risk = models.FloatField(default=0.05, validators=[MinValueValidator(0.0), MaxValueValidator(0.999)])
    # Stream: places to wait in at once. Group: seats in the room and the fewest it is worth starting with.
    lobby = models.PositiveSmallIntegerField(default=14)
    seats = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    minimum = models.PositiveSmallIntegerField(null=True, blank=True)
    promised_wait_minutes = models.PositiveSmallIntegerField(default=40)
    answer_by = models.DateField(null=True, blank=True, help_text=_("Everybody who came hears by this day."))
    created_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    # Last number of the day given at the desk.
    last_number = models.PositiveSmallIntegerField(default=0)
    # Grows with everything that a live page shows: a poll that names the newest version costs one indexed read.
    version = models.PositiveIntegerField(default=0)
    is_history = models.BooleanField(default=False)
    objects = InterviewSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        # Holds all that tells whether a feed is still fresh: a poll reads the index alone.
        indexes = [models.Index(fields=["office", "ends_at", "state", "version"], name="session_feed_mark")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SessionState.values), name="session_state_known"),
            models.CheckConstraint(condition=models.Q(format__in=SessionFormat.values), name="session_format_known"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_has_length"),
            models.CheckConstraint(condition=models.Q(target__gte=1), name="session_has_target"),
            models.CheckConstraint(
                condition=models.Q(seats=None) | models.Q(seats__gte=models.F("target")),
                name="session_target_fits_seats",
            ),
        ]

    def __str__(self) -> str:
        # Without the time: every page writes it beside, on the clock of the office.
        return self.title or str(self.get_format_display())

    @property
    def is_group(self) -> bool:
        """Whether everybody is seen at once."""
        return self.format == SessionFormat.GROUP

    @property
    def window_minutes(self) -> int:
        """Length of the session in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def capacity(self) -> int:
        """People that can be seen: the seats of a group, else interviewers times interviews that fit."""
        if self.is_group:
            return self.seats or 0
        return self.interviewers_planned * (self.window_minutes // self.minutes_each)


class SessionVacancy(models.Model):
    """A vacancy served by a session, with a target of its own where several share it."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="session_vacancies")
    vacancy = models.ForeignKey(Vacancy, models.PROTECT, related_name="session_vacancies")
    target = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "vacancy"], name="session_vacancy_once")]

    def __str__(self) -> str:
        return f"{self.vacancy} in {self.session_id}"


class SessionRole(models.TextChoices):
    """What somebody does in a session."""

    INTERVIEWER = "interviewer", _("Interviewer")
    OBSERVER = "observer", _("Observer")
    FACILITATOR = "facilitator", _("Facilitator")


class SessionInterviewer(models.Model):
    """An interviewer or observer of a session, and the room they sit in."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="session_interviewers")
    interviewer = models.ForeignKey(Interviewer, models.PROTECT, related_name="session_interviewers")
    role = models.CharField(max_length=12, choices=SessionRole.choices, default=SessionRole.INTERVIEWER)
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="+")
    # When an observer showed their marks to the others; from then on they see those of the others.
    marks_in_at = models.DateTimeField(null=True, blank=True)
    # Free from this moment on: lent to the session for a part of it only. None: until its end.
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "interviewer"], name="session_interviewer_once")]

    def __str__(self) -> str:
        return f"{self.interviewer} in {self.session_id}"


class ArrivalBand(models.Model):
    """One arrival time inside a streamed session, with its quota of invitations."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="bands")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    quota = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "starts_at"], name="band_once_per_session"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="band_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}"
