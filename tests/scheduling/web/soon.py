"""Sessions of the coming days: pages look at the clock of the wall, so their rows lie around it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from recruit.models import Application, Office, User, Vacancy
from recruit.permissions import Role
from recruit.services.applications import triage
from scheduling.models import InterviewSession, Invitation
from scheduling.services.sessions import change_session_state, create_session
from scheduling.services.waves import invite_one
from scheduling.states import SessionEvent, SessionFormat
from tests.recruit import world
from tests.scheduling.world import wish


def noon(office: Office, days: int = 1) -> datetime:
    """Return 13:00 of the office, ``days`` from today: an hour at which people may be rung."""
    today = timezone.localtime(timezone.now(), office.zone).date()
    return datetime.combine(today + timedelta(days=days), time(13), tzinfo=office.zone)


def session(*, days: int = 1, is_open: bool = False, vacancy: Vacancy | None = None, **fields) -> InterviewSession:
    office = fields.pop("office", None) or (vacancy.office if vacancy and vacancy.office else world.office())
    starts = fields.pop("starts_at", None) or noon(office, days)
    vacancy = vacancy or world.vacancy(office=office)
    made = create_session(
        wish=wish(office=office, vacancies=[vacancy], starts_at=starts, ends_at=starts + timedelta(hours=3), **fields),
        by=None,
        past_allowed=True,
    )
    return change_session_state(made, SessionEvent.OPEN) if is_open else made


def group(**fields) -> InterviewSession:
    return session(**{"format": SessionFormat.GROUP, "seats": 8, "target": 3, **fields})


def taken(vacancy: Vacancy, name: str, *, by: User | None = None, **contacts) -> Application:
    """Return somebody whom Triage has just taken."""
    row = world.application(who=world.candidate(name, **contacts), to=vacancy)
    triage(row, "yes", at=timezone.now(), by=by or world.user(Role.RECRUITER))
    row.refresh_from_db()
    return row


def invited(made: InterviewSession, name: str, *, band: int = 0, **contacts) -> Invitation:
    row = taken(made.vacancies.first(), name, **contacts)
    place = None if made.is_group else made.bands.all()[band]
    return invite_one(row, made, band=place, at=timezone.now(), by=world.user(Role.RECRUITER))
