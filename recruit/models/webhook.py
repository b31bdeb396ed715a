"""Webhooks out: who is told, what happened, and how each telling went."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.states import DeliveryState


class WebhookEndpoint(models.Model):
    """An address of an integrator that wants to hear of some kinds of events."""

    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500)
    # Kinds of events; an empty list is all of them.
    kinds: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    # Signing key, sealed (recruit.sealed).
    secret = models.TextField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_success_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def wants(self, kind: str) -> bool:
        """Whether this address asked for events of ``kind``."""
        return not self.kinds or kind in self.kinds or kind == "test"


class WebhookEvent(models.Model):
    """Something that happened, appended in the transaction of the change; ids and states only, no names."""

    kind = models.CharField(max_length=40, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    data: models.JSONField[dict[str, Any]] = models.JSONField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Reads over deliveries."""

    def due(self, at: datetime) -> Self:
        """Waiting, and to be tried by ``at``."""
        return self.filter(state=DeliveryState.WAITING, next_try_at__lte=at, endpoint__is_active=True)


class WebhookDelivery(models.Model):
    """One event for one address, with its tries."""

    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(default=0, help_text=_("HTTP status; 0: no answer."))
    error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="webhook_once_per_endpoint"),
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="webhook_state_known"),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="webhook_due")]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint}"
