"""Callers of the API: people of a role with a key, and a client that speaks with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rest_framework.test import APIClient

from recruit.models import Office, Team, User, Vacancy
from recruit.permissions import Role
from recruit.services.keys import new_key
from scheduling.models import InterviewSession
from scheduling.services.sessions import SessionWish, create_session
from scheduling.states import SessionFormat
from tests.recruit import world


def client_of(user: User) -> APIClient:
    _, text = new_key(user=user, name="test")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def caller(role: str = Role.INTEGRATOR, *, teams: tuple[Team, ...] = ()) -> APIClient:
    return client_of(world.user(role, teams=teams))


def tomorrow(hour: int) -> datetime:
    day = datetime.now(UTC).date() + timedelta(days=2)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def session(*, at: Office | None = None, to: Vacancy | None = None, **fields) -> InterviewSession:
    office = at or world.office()
    wish = {
        "format": SessionFormat.STREAMED,
        "office": office,
        "starts_at": tomorrow(13),
        "ends_at": tomorrow(17),
        "vacancies": [to or world.vacancy(office=office)],
        "target": 5,
        **fields,
    }
    return create_session(wish=SessionWish(**wish), by=None)
