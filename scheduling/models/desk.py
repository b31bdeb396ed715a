"""What the front desk keeps: presses that must count once, PINs of a shared tablet, who gets the pass list."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from recruit.models import Office
from scheduling.models.invitation import Invitation
from scheduling.models.session import ArrivalBand, InterviewSession


class DeskAct(models.Model):
    """One press at a desk. Its key is made by the browser, so that a press sent twice counts once."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="desk_acts")
    key = models.CharField(max_length=64)
    what = models.CharField(max_length=16)
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="+")
    actor = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    # When it was pressed, and when it reached us: hours apart where the network was away.
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="desk_act_once")]

    def __str__(self) -> str:
        return f"{self.what} in session {self.session_id}"


class DeskPin(models.Model):
    """The four digits by which a person says who works a shared tablet; kept as a slow hash, locked after wrong tries."""

    user = models.OneToOneField("recruit.User", models.CASCADE, related_name="desk_pin")
    pin = models.CharField(max_length=128)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"PIN of user {self.user_id}"


class PassDesk(models.Model):
    """Where the list of expected names goes: the guard of the building."""

    office = models.OneToOneField(Office, models.CASCADE, related_name="pass_desk")
    email = models.EmailField()

    def __str__(self) -> str:
        return f"guard of office {self.office_id}"


class SeatHold(models.Model):
    """A time that an invited person chose and may take until ``until``; counted as a person until then."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="seat_hold")
    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="seat_holds")
    band = models.ForeignKey(ArrivalBand, models.CASCADE, null=True, blank=True, related_name="+")
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["session", "until"], name="seat_hold_session_until")]

    def __str__(self) -> str:
        return f"hold of invitation {self.invitation_id}"
