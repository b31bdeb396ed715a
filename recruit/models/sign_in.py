"""Where people are signed in, their second factor, and counts against guessing."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SignIn(models.Model):
    """One browser in which a person signed in; shown to that person, who can end it from anywhere."""

    user = models.ForeignKey("recruit.User", models.CASCADE, related_name="sign_ins")
    # Key of Django's session; empty once it was ended.
    session_key = models.CharField(max_length=40, blank=True, db_index=True)
    # A keyed digest of the address, to know it again; the address itself is kept nowhere.
    place = models.CharField(max_length=64)
    agent = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "place"], name="sign_in_place")]

    def __str__(self) -> str:
        return f"sign-in {self.pk} of user {self.user_id}"


class SecondFactor(models.Model):
    """A person's authenticator app (TOTP, RFC 6238) and codes for the day the phone is lost."""

    user = models.OneToOneField("recruit.User", models.CASCADE, related_name="second_factor")
    # The secret is a MAC of this under the installation's key: a stolen database gives no codes.
    nonce = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The time step of the last code taken: no code is taken twice.
    last_step = models.BigIntegerField(default=0)
    # SHA-256 of each unused recovery code.
    recovery: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"second factor of user {self.user_id}"


class RateCount(models.Model):
    """How often something was done in the present window; shared by every process that uses the database."""

    # What and by whom, as a keyed digest: no address and no name.
    key = models.CharField(max_length=80, unique=True)
    window = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key
