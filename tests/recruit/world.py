"""Rows that the tests of recruit stand on: one company, one vacancy, people who apply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from recruit.models import (
    Application,
    Candidate,
    Channel,
    Company,
    ContactKind,
    ContactPoint,
    Message,
    MessageKind,
    Office,
    Source,
    Team,
    User,
    Vacancy,
)
from recruit.permissions import Role
from recruit.services.applications import apply

NINE = datetime(2026, 5, 12, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
_serial = count(1)


def user(role: str = Role.RECRUITER, *, teams: tuple[Team, ...] = (), **fields) -> User:
    number = next(_serial)
    made = User.objects.create_user(f"user{number}@turnout.test", None, name=f"User {number}", role=role, **fields)
    made.teams.set(teams)
    return made


def team(name: str = "") -> Team:
    return Team.objects.create(name=name or f"Team {next(_serial)}")


def office(**fields) -> Office:
    return Office.objects.create(**{"name": f"Office {next(_serial)}", "time_zone": "Europe/Moscow", **fields})


def vacancy(**fields) -> Vacancy:
    Company.current()
    return Vacancy.objects.create(**{"title": "Courier", "openings": 5, **fields})


def source(code: str = "hh") -> Source:
    return Source.objects.get_or_create(code=code, defaults={"name": code})[0]


def candidate(name: str = "Anna Petrova", *, email: str = "", phone: str = "", **fields) -> Candidate:
    made = Candidate.objects.create(name=name, **fields)
    if email:
        ContactPoint.objects.create(candidate=made, kind=ContactKind.EMAIL, value=email, normalised=email)
    if phone:
        ContactPoint.objects.create(
            candidate=made, kind=ContactKind.PHONE, value=phone, normalised=phone, tail=phone[-4:]
        )
    return made


def application(*, who: Candidate | None = None, to: Vacancy | None = None, **fields) -> Application:
    return apply(who or candidate(), to or vacancy(), source(), at=NINE, **fields)[0]


def message(**fields) -> Message:
    number = next(_serial)
    return Message.objects.create(
        **{
            "effect_key": f"effect-{number}",
            "message_id": f"effect-{number}@turnout.test",
            "kind": MessageKind.OTHER,
            "channel": Channel.EMAIL,
            "to_name": "Anna Petrova",
            "to_address": "anna@mail.test",
            "subject": "Interview",
            "body": "Come at nine.",
            "not_before": NINE,
            **fields,
        }
    )
