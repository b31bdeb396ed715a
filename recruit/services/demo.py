"""recruit's part of the demo world: the company, its vacancies, and everybody who applies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from anyascii import anyascii
from django.db import transaction

from recruit.demo import company as world
from recruit.demo import law
from recruit.demo.options import DemoOptions
from recruit.demo.people import Person, draw_person
from recruit.models import (
    Application,
    Candidate,
    Company,
    ContactKind,
    ContactPoint,
    Office,
    Resume,
    Source,
    Spend,
    StageMove,
    Team,
    User,
    Vacancy,
)
from recruit.models.append_only import rewriting
from recruit.permissions import Role
from recruit.services.job_templates import job_templates
from recruit.services.vacancies import keep_version
from recruit.states import Stage

DEMO_PASSWORD = "demo-turnout"  # noqa: S105
EMAIL_DOMAIN = "demo.example"
CHUNK = 1000
REJECT_REASONS = ("experience", "salary", "far", "documents")


def load_company(options: DemoOptions, rng: Random) -> None:
    """Write the company, its offices, teams, people, sources and vacancies."""
    company = Company.current()
    company.name, company.is_demo, company.currency, company.language = world.COMPANY, True, "RUB", "en"
    company.demo_day = options.today
    company.save()
    offices = [
        Office.objects.create(
            name=office.name,
            city=office.city,
            address=office.address,
            directions=office.directions,
            time_zone=office.zone,
            phone=office.phone,
            contact_person=office.contact,
            bring="passport",
            latitude=office.latitude,
            longitude=office.longitude,
        )
        for office in world.OFFICES
    ]
    teams = []
    for office in offices:
        team = Team.objects.create(name=office.city)
        team.offices.add(office)
        teams.append(team)
    _load_staff(teams)
    recruiter = User.objects.get(email=f"recruiter@{EMAIL_DOMAIN}")
    for vacancy in world.VACANCIES:
        texts = job_templates(world.OFFICES[vacancy.office].language).get(vacancy.described_as, {})
        made = Vacancy.objects.create(
            title=vacancy.title,
            openings=vacancy.openings,
            office=offices[vacancy.office],
            team=teams[vacancy.office],
            city=offices[vacancy.office].city,
            salary_from=vacancy.low,
            salary_to=vacancy.high,
            currency=vacancy.currency,
            hours=vacancy.hours,
            requirements=vacancy.requirements,
            recruiter=recruiter,
            promised_by=options.today + timedelta(days=rng.randint(10, 40)),
            created_at=datetime.combine(options.start, time(8), tzinfo=UTC),
            **{name: texts.get(name, "") for name in ("general", "duties", "rights", "responsibility", "conditions")},
        )
        keep_version(made, at=made.created_at, by=recruiter)
    _load_sources(options, rng)


def _load_staff(teams: list[Team]) -> None:
    for name, word, role in world.STAFF:
        user = User.objects.create_user(
            f"{word}@{EMAIL_DOMAIN}", DEMO_PASSWORD, name=name, role=role, time_zone="Europe/Moscow"
        )
        user.teams.set(teams[:1] if role in {Role.DESK, Role.INTERVIEWER} else teams)


def _load_sources(options: DemoOptions, rng: Random) -> None:
    for code, name, kind in world.SOURCES:
        Source.objects.create(code=code, name=name, kind=kind)
    vacancies = list(Vacancy.objects.all())
    for index, code in enumerate(("hh", "superjob", "avito")):
        starts = options.start + timedelta(days=3 + 7 * index)
        Spend.objects.create(
            source=Source.objects.get(code=code),
            vacancy=vacancies[index],
            amount=rng.choice([1900, 3500, 5200, 9900]),
            starts_on=starts,
            ends_on=starts + timedelta(days=6),
            note="promotion",
        )


@dataclass(frozen=True, kw_only=True)
class _Applicant:
    """One person with the fate of the application before any interview."""

    person: Person
    vacancy: Vacancy
    source: Source
    applied_at: datetime
    stage: Stage
    decided_at: datetime | None
    reason: str


def _applicants(options: DemoOptions, rng: Random) -> Iterator[_Applicant]:
    """Draw everybody who applies, day by day."""
    vacancies = list(Vacancy.objects.select_related("office").order_by("pk"))
    sources = {source.code: source for source in Source.objects.all()}
    weights = [vacancy.openings for vacancy in vacancies]
    serial = 0
    for number in range(options.days):
        day = options.start + timedelta(days=number)
        # On the last day the morning has come and nobody has looked yet.
        count = options.resumes_a_day if day < options.today else max(1, options.resumes_a_day // 4)
        for _ in range(count):
            serial += 1
            index = rng.choices(range(len(vacancies)), weights=weights)[0]
            yield _applicant(
                options, rng, serial, day=day, vacancy=vacancies[index], drawn=world.VACANCIES[index], sources=sources
            )


def _applicant(
    options: DemoOptions,
    rng: Random,
    serial: int,
    *,
    day: date,
    vacancy: Vacancy,
    drawn: world.DemoVacancy,
    sources: dict[str, Source],
) -> _Applicant:
    office = world.OFFICES[drawn.office]
    language = office.language if rng.random() < 0.9 else "en"
    person = draw_person(
        rng,
        serial,
        field_of_work=drawn.field_of_work,
        language=language,
        city=office.city,
        pay=(drawn.low + drawn.high) // 2,
        year=options.start.year,
    )
    latest = 9 if day == options.today else 22
    at = datetime.combine(day, time(rng.randint(7, latest - 1), rng.randint(0, 59)), tzinfo=ZoneInfo(office.zone))
    at = min(at, options.now - timedelta(minutes=5)) if day == options.today else at
    stage, decided, reason = Stage.NEW, None, ""
    if day < options.today:
        decided = at + timedelta(minutes=rng.randint(20, 600))
        stage = Stage.SHORTLIST if rng.random() < law.SHORTLIST_SHARE else Stage.REJECTED
        reason = rng.choice(REJECT_REASONS) if stage == Stage.REJECTED else ""
    return _Applicant(
        person=person,
        vacancy=vacancy,
        source=sources[law.pick(rng, law.SOURCE_SHARES)],
        applied_at=at.astimezone(UTC),
        stage=stage,
        decided_at=decided.astimezone(UTC) if decided else None,
        reason=reason,
    )


def load_people(options: DemoOptions, rng: Random) -> None:
    """Write everybody who applied, in pieces that fit in memory."""
    recruiter = User.objects.get(email=f"recruiter@{EMAIL_DOMAIN}")
    piece: list[_Applicant] = []
    for applicant in _applicants(options, rng):
        piece.append(applicant)
        if len(piece) == CHUNK:
            _write(piece, recruiter)
            piece = []
    if piece:
        _write(piece, recruiter)


@transaction.atomic
def _write(piece: list[_Applicant], recruiter: User) -> None:
    candidates = Candidate.objects.bulk_create(
        Candidate(
            name=one.person.name,
            name_key=" ".join(sorted(anyascii(one.person.name).lower().split())),
            city=one.person.city,
            language=one.person.language,
            created_at=one.applied_at,
        )
        for one in piece
    )
    ContactPoint.objects.bulk_create(_contacts(piece, candidates))
    applications = Application.objects.bulk_create(
        Application(
            candidate=candidate,
            vacancy=one.vacancy,
            source=one.source,
            stage=one.stage,
            stage_since=one.decided_at or one.applied_at,
            applied_at=one.applied_at,
            triaged_at=one.decided_at,
            triaged_by=recruiter if one.decided_at else None,
            first_contact_at=None,
            salary_wish=one.person.salary_wish,
            distance_km=one.person.distance_km,
            closing_reason=one.reason,
        )
        for one, candidate in zip(piece, candidates, strict=True)
    )
    StageMove.objects.bulk_create(
        StageMove(
            application=application,
            old=Stage.NEW,
            new=one.stage,
            at=one.decided_at,
            actor=recruiter,
            reason=one.reason,
        )
        for one, application in zip(piece, applications, strict=True)
        if one.decided_at is not None
    )
    Resume.objects.bulk_create(
        Resume(
            candidate=candidate,
            application=application,
            title=one.person.resume["title"],
            text=one.person.text,
            parsed=one.person.resume,
            digest=_digest(one.person),
            created_at=one.applied_at,
        )
        for one, candidate, application in zip(piece, candidates, applications, strict=True)
    )


def _digest(person: Person) -> str:
    return hashlib.sha256(json.dumps(person.resume, sort_keys=True).encode()).hexdigest()


def _contacts(piece: list[_Applicant], candidates: list[Candidate]) -> Iterator[ContactPoint]:
    for one, candidate in zip(piece, candidates, strict=True):
        if one.person.phone:
            yield ContactPoint(
                candidate=candidate,
                kind=ContactKind.PHONE,
                value=one.person.phone,
                normalised=one.person.phone,
                tail=one.person.phone[-4:],
                preferred=True,
            )
        if one.person.email:
            yield ContactPoint(
                candidate=candidate, kind=ContactKind.EMAIL, value=one.person.email, normalised=one.person.email
            )


def wipe_people() -> None:
    """Remove everybody who applied, and what hangs on them."""
    with rewriting():
        Candidate.objects.all().delete()


def wipe_company() -> None:
    """Remove the demo company, so that the installation can start with real data."""
    Spend.objects.all().delete()
    Vacancy.objects.all().delete()
    Source.objects.all().delete()
    # What they did stays in the audit, without their names.
    with rewriting():
        User.objects.filter(email__endswith=f"@{EMAIL_DOMAIN}").delete()
    Team.objects.all().delete()
    Office.objects.all().delete()
    Company.objects.all().delete()
