"""Programs that call the API, each with its own key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from recruit.models import Team, User
from recruit.permissions import Role
from recruit.services.keys import new_key
from tests.recruit import world

Caller = Callable[..., APIClient]


def client_of(user: User) -> APIClient:
    """Return a client with a new key of ``user``; a fault of ours is a 500 as in production."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {new_key(user=user, name='tests')[1]}")
    return client


@pytest.fixture
def caller(db) -> Caller:
    """Make a client of a role, in the given teams."""

    def make(role: str = Role.ADMIN, *, teams: tuple[Team, ...] = ()) -> APIClient:
        return client_of(world.user(role, teams=teams))

    return make
