"""Signed-in people for the tests of pages."""

from __future__ import annotations

from django.test import Client

from recruit.permissions import Role
from tests.recruit.world import user


def signed(role: str = Role.RECRUITER, **fields) -> tuple[Client, object]:
    """Return a client of a signed-in person of ``role``, and the person."""
    person = user(role, **fields)
    client = Client()
    client.force_login(person, "recruit.backends.PasswordBackend")
    return client, person


def toasts(answer) -> list[str]:
    """Return what the page says in its toasts."""
    return [str(one) for one in answer.context["messages"]]
