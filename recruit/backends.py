"""Who may sign in with a password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from recruit.models import User

LOOPBACK = frozenset({"127.0.0.1", "::1"})
# The password of the demo's people stands in the README: they exist in demo mode, on the machine itself, and nowhere else.
DEMO_DOMAIN = "@demo.example"


class PasswordBackend(ModelBackend):
    """E-mail and password; people of the demo world only in demo mode and from this machine."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user of these credentials, or None."""
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if isinstance(user, User) and is_demo_user(user):
            is_near = request is not None and request.META.get("REMOTE_ADDR") in LOOPBACK
            return user if settings.DEMO and is_near else None
        return user if isinstance(user, User) else None

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, or None; a demo session ends where demo mode does."""
        user = super().get_user(user_id)
        if not isinstance(user, User) or (is_demo_user(user) and not settings.DEMO):
            return None
        return user


def is_demo_user(user: User) -> bool:
    """Return whether this is one of the demo world's people."""
    return user.email.endswith(DEMO_DOMAIN)
