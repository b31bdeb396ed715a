"""A small day for the tests of single pages: one open session, a few invited people, two helpers at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from recruit.models import Application, Candidate, Company, ContactPoint, Office, Source, Team, User, Vacancy
from recruit.permissions import Role
from recruit.states import Stage
from scheduling.models import InterviewSession, Invitation
from scheduling.services.sessions import SessionWish, change_session_state, create_session
from scheduling.services.waves import invite_one
from scheduling.states import SessionEvent, SessionFormat
from tests.browser.staff import PASSWORD


def make_day(names: list[str], *, language: str = "en") -> InterviewSession:
    """Write a company with a session that begins in half an hour, and invite ``names`` to its first bands."""
    company = Company.current()
    company.name = "Real Company"
    company.save()
    office = Office.objects.create(
        name="Lesnaya 5",
        city="Moscow",
        address="Lesnaya 5, entrance B, 3rd floor",
        directions="Exit 2, then five minutes on foot.",
        phone="+7 000 100-20-30",
        contact_person="Dina",
        bring="passport",
        latitude=55.7789,
        longitude=37.5891,
        time_zone="Etc/GMT-3",
    )
    team = Team.objects.create(name="Moscow")
    team.offices.add(office)
    rita = User.objects.create_user("rita@company.example", PASSWORD, name="Rita", role=Role.RECRUITER)
    for name in ("dina", "dan"):
        User.objects.create_user(f"{name}@company.example", PASSWORD, name=name.title(), role=Role.DESK).teams.add(team)
    vacancy = Vacancy.objects.create(
        title="Courier", office=office, team=team, salary_from=50_000, salary_to=70_000, hours="5/2, 9:00-18:00"
    )
    starts = timezone.now() + timedelta(minutes=30)
    session = create_session(
        wish=SessionWish(
            format=SessionFormat.STREAMED,
            office=office,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            vacancies=[vacancy],
            target=3,
        ),
        by=rita,
    )
    change_session_state(session, SessionEvent.OPEN)
    source = Source.objects.create(code="board", name="Board")
    for number, name in enumerate(names):
        invite(session, name, vacancy=vacancy, source=source, number=number, language=language, by=rita)
    return session


def invite(
    session: InterviewSession,
    name: str,
    *,
    vacancy: Vacancy,
    source: Source,
    number: int,
    language: str,
    by: User,
) -> Invitation:
    """Invite a new person with a telephone."""
    now: datetime = timezone.now()
    person = Candidate.objects.create(name=name, language=language)
    phone = f"+7900555{number:04d}"
    ContactPoint.objects.create(candidate=person, kind="phone", value=phone, normalised=phone, tail=phone[-4:])
    application = Application.objects.create(
        candidate=person, vacancy=vacancy, source=source, stage=Stage.SHORTLIST, applied_at=now, stage_since=now
    )
    bands = list(session.bands.all())
    return invite_one(application, session, band=bands[number % 3], at=now, by=by)
