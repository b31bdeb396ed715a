"""Calls: who was rung, what came of it, and what it did to the forecast."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recruit.models import Application
from scheduling.models.invitation import Invitation


class CallOutcome(models.TextChoices):
    """How a call ended."""

    COMES = "comes", _("Comes")
    UNSURE = "unsure", _("Not sure")
    MOVES = "moves", _("Moves")
    NOT_COMING = "not_coming", _("Not coming")
    NO_ANSWER = "no_answer", _("No answer")
    CALL_AT = "call_at", _("Call at…")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    HAS_JOB = "has_job", _("Has another job")
    BOOKED = "booked", _("Booked")


class PhoneCall(models.Model):
    """One call to somebody who applied; ``invitation`` is empty while the person is not invited yet.

    ``mean_before`` and ``mean_after`` are the expected arrivals of the invitation's session around the call.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="phone_calls")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="phone_calls")
    outcome = models.CharField(max_length=12, choices=CallOutcome.choices)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    call_at = models.DateTimeField(null=True, blank=True)
    mean_before = models.FloatField(null=True, blank=True)
    mean_after = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=CallOutcome.values), name="phone_call_outcome_known"),
            models.CheckConstraint(
                condition=~models.Q(outcome=CallOutcome.CALL_AT) | ~models.Q(call_at=None),
                name="phone_call_at_has_time",
            ),
        ]
        indexes = [models.Index(fields=["application", "-at"], name="phone_call_of_application")]

    def __str__(self) -> str:
        return f"{self.outcome} of application {self.application_id}"
