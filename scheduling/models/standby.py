"""Standby: free places put to several people at once; who answers first has one."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from recruit.models import Application
from scheduling.models.invitation import Invitation
from scheduling.models.session import ArrivalBand, InterviewSession
from scheduling.states import StandbyState


class StandbyRound(models.Model):
    """Free places of one time, offered to more people than there are places."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="standby_rounds")
    band = models.ForeignKey(ArrivalBand, models.CASCADE, null=True, blank=True, related_name="+")
    places = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    # Claimed by an UPDATE that names the limit: never more than ``places``, whoever comes at once.
    taken = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="standby_never_more_than_places"
            ),
        ]

    def __str__(self) -> str:
        return f"standby {self.pk} of session {self.session_id}"


class StandbyOffer(models.Model):
    """One free place put to one person."""

    round = models.ForeignKey(StandbyRound, models.CASCADE, related_name="offers")
    application = models.ForeignKey(Application, models.CASCADE, related_name="standby_offers")
    state = models.CharField(max_length=8, choices=StandbyState.choices, default=StandbyState.OFFERED)
    # Half of the secret link, as of an invitation.
    public_id = models.CharField(max_length=12, unique=True)
    offered_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, blank=True, related_name="from_standby")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "application"], name="standby_offer_once"),
            models.CheckConstraint(condition=models.Q(state__in=StandbyState.values), name="standby_state_known"),
        ]

    def __str__(self) -> str:
        return f"standby offer {self.pk}"
