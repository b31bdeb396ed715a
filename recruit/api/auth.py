"""Who is calling: a program with a key, or a page with a session."""

from __future__ import annotations

import hmac
from typing import Any

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from recruit.models import ApiKey, User
from recruit.services.keys import digest_of


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer tk_<prefix>_<secret>``."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return the key's user; None without a bearer; 401 for a wrong or revoked key."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        parts = text.split("_", 2)
        key = (
            ApiKey.objects.select_related("user").filter(prefix=parts[1], revoked_at=None).first()
            if len(parts) == 3 and parts[0] == "tk"
            else None
        )
        if key is None or not hmac.compare_digest(key.digest, digest_of(text)) or not key.user.is_active:
            raise exceptions.AuthenticationFailed("This key is not valid.", code="key_not_valid")
        now = timezone.now()
        if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 60:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key.user, key

    def authenticate_header(self, request: Any) -> str:
        """Make a missing key a 401."""
        del request
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The pages' own session, with its CSRF token."""
