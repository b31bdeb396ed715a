"""Reminder ladders: which steps an invited person is reminded by, and which of them were done."""

from __future__ import annotations

from datetime import time

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models import Channel, Vacancy
from scheduling.models.invitation import Invitation


class ReminderLadder(models.Model):
    """The steps of one vacancy, or of the company where a vacancy has none of its own."""

    vacancy = models.OneToOneField(Vacancy, models.CASCADE, null=True, blank=True, related_name="ladder")
    is_on = models.BooleanField(default=True)
    # On the clock of the office: what falls into these hours waits for their end.
    quiet_from = models.TimeField(default=time(21, 0))
    quiet_to = models.TimeField(default=time(8, 0))

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("vacancy", 0), name="reminder_ladder_one_for_all")]

    def __str__(self) -> str:
        return str(self.vacancy or _("Company"))


class StepText(models.TextChoices):
    """What a step says."""

    ASK = "ask", _("Will you come?")
    DAY = "day", _("Tomorrow is the day")
    WAY = "way", _("On your way?")
    CALL = "call", _("A call")


class LadderStep(models.Model):
    """One step: when, how, and for whom."""

    class From(models.TextChoices):
        """What the minutes are counted from."""

        INVITED = "invited", _("after the invitation")
        ARRIVAL = "arrival", _("before the arrival time")

    ladder = models.ForeignKey(ReminderLadder, models.CASCADE, related_name="steps")
    # Names the step in the ledger and in effects; stays the same when its time is changed.
    code = models.SlugField(max_length=24)
    says = models.CharField(max_length=4, choices=StepText.choices)
    counted_from = models.CharField(max_length=8, choices=From.choices, default=From.ARRIVAL)
    minutes = models.PositiveIntegerField(validators=[MaxValueValidator(60 * 24 * 30)])
    # Empty: e-mail, else SMS, as the person can be reached.
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    only_silent = models.BooleanField(default=False)

    class Meta:
        ordering = ["ladder", "counted_from", "-minutes", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "code"], name="ladder_step_once"),
            models.CheckConstraint(condition=models.Q(says__in=StepText.values), name="ladder_step_text_known"),
        ]

    def __str__(self) -> str:
        return self.code


class LadderMark(models.Model):
    """That a step was done for an invitation as it stood (SEQUENCE): whoever writes this row does the step, once."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="ladder_marks")
    sequence = models.PositiveIntegerField()
    code = models.CharField(max_length=24)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "sequence", "code"], name="ladder_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of invitation {self.invitation_id}"
