"""Terms put to an application."""

from __future__ import annotations

from django.db import models

from recruit.models.application import Application
from recruit.states import OfferState


class Offer(models.Model):
    """An offer: pay, start, answer by, and what became of it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="offers")
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.MADE)
    pay = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="RUB")
    starts_on = models.DateField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(db_index=True)
    made_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(state=OfferState.MADE), name="offer_one_open"
            ),
            models.CheckConstraint(condition=models.Q(state__in=OfferState.values), name="offer_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.pay} {self.currency}"
