"""Keys of programs, their repeated calls, and who did what."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from recruit.permissions import Role


class ApiKey(models.Model):
    """A program's key: shown once, kept as a hash."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.INTEGRATOR)
    user = models.ForeignKey("recruit.User", models.CASCADE, related_name="api_keys")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # What people who come through this key are counted under.
    source = models.ForeignKey("recruit.Source", models.PROTECT, null=True, blank=True, related_name="api_keys")
    rate_per_minute = models.PositiveIntegerField(default=600)
    # A test key's people go into a vacancy of its own and are wiped.
    is_test = models.BooleanField(default=False)
    test_vacancy = models.ForeignKey("recruit.Vacancy", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiCall(models.Model):
    """One call of a program, for the page of its connection; holds no body. The last 500 a key are kept."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="calls")
    at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField(default=0)
    request_id = models.CharField(max_length=64)
    code = models.CharField(max_length=64, blank=True)
    # Names of wrong fields with what was said of them; never the values.
    fields: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["key", "-id"], name="api_call_newest")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class IdempotencyKey(models.Model):
    """The answer to a POST, replayed when the same call comes again."""

    user = models.ForeignKey("recruit.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # SHA-256 of method, path and body: another call under the same key is an error.
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body: models.JSONField[Any] = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


class AuditEntry(models.Model):
    """Who saw, exported or changed what; ids only, append-only."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey("recruit.User", models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    data: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
