"""Responses from a table or a board: people, applications and resumes, once each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from recruit.contrib import BatchResult
from recruit.errors import InvalidInputError
from recruit.models import Application, Candidate, Company, ImportRun, Resume, Source, SourceKind, SourceLink, Vacancy
from recruit.services import suppression
from recruit.services.people import PersonRecord, find_or_create_people
from recruit.states import LIVE_STAGES, Stage
from recruit.tables import ResponseRow


@dataclass(frozen=True, kw_only=True)
class Response:
    """One person's response to a vacancy, as any board or file tells it; ``applied_at`` is aware."""

    row: int
    person: PersonRecord
    external_id: str = ""
    applied_at: datetime | None = None
    salary_wish: int = 0
    comment: str = ""
    vacancy_title: str = ""
    source_name: str = ""
    resume_title: str = ""
    resume_text: str = ""
    resume_fields: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Meant:
    """A response with where it goes: vacancy, source, the way in, and the stage it begins at."""

    row: Response
    vacancy: Vacancy
    source: Source
    link: SourceLink | None = None
    stage: Stage = Stage.NEW
    reason: str = ""

    @property
    def number(self) -> tuple[int, str]:
        """The natural key of the response; its second part is "" where the source gives none."""
        return self.source.pk, self.row.external_id[:128]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The application a response became, or was there already."""

    application: Application
    is_new: bool


def source_called(name: str, *, kind: SourceKind = SourceKind.IMPORT) -> Source:
    """Return the source of that name, made on first use."""
    code = slugify(name, allow_unicode=True)[:64] or "file"
    return Source.objects.get_or_create(code=code, defaults={"name": name[:120] or "File", "kind": kind})[0]


def response_of(row: ResponseRow, *, zone: ZoneInfo) -> Response:
    """Return a table's row as a response; days without a clock are read as noon of ``zone``."""
    at = None
    if row.applied_at is not None:
        clock = row.applied_at.clock or time(12)
        at = datetime.combine(row.applied_at.day, clock, tzinfo=zone).astimezone(UTC)
    return Response(
        row=row.row,
        person=PersonRecord(
            name=row.person.name,
            emails=row.person.emails,
            phones=row.person.phones,
            birth_date=row.birth_date,
            city=row.city,
        ),
        external_id=row.external_id,
        applied_at=at,
        salary_wish=(row.salary.low or row.salary.high or 0) if row.salary else 0,
        comment=row.comment,
        vacancy_title=row.vacancy,
        source_name=row.source,
        resume_text=row.comment,
    )


def write_rows(run: ImportRun, rows: Sequence[ResponseRow]) -> BatchResult:
    """Write a batch of table rows (in the caller's transaction)."""
    vacancy = Vacancy.objects.filter(pk=run.options.get("vacancy") or 0).select_related("office").first()
    zone = vacancy.office.zone if vacancy and vacancy.office else ZoneInfo("UTC")
    return write_responses(run, [response_of(row, zone=zone) for row in rows], vacancy=vacancy)


def write_responses(run: ImportRun, rows: Sequence[Response], *, vacancy: Vacancy | None) -> BatchResult:
    """Write responses to ``vacancy``, or to the vacancy each row names when it is None.

    A response that is there already (source and number, else a live application of the same person) is skipped. A
    dry run does it all and takes it back, so that it promises what will happen.
    """
    with transaction.atomic():
        result = _write(run, rows, vacancy=vacancy)
        if run.dry_run:
            transaction.set_rollback(True)
    return result


def _write(run: ImportRun, rows: Sequence[Response], *, vacancy: Vacancy | None) -> BatchResult:
    fallback = str(run.options.get("source") or "") or "File"
    problems: list[tuple[int, str, str, str]] = []
    meant: list[Meant] = []
    sources: dict[str, Source] = {}
    titled: dict[str, Vacancy | None] = {}
    for row in rows:
        found = vacancy or _titled(row.vacancy_title, titled)
        if found is None:
            words = f"There is no vacancy “{row.vacancy_title}”." if row.vacancy_title else "The row names no vacancy."
            problems.append((row.row, "", "no_vacancy", words))
        else:
            name = row.source_name or fallback
            if name not in sources:
                sources[name] = source_called(name)
            meant.append(Meant(row=row, vacancy=found, source=sources[name]))
    meant, out = without_left_out(meant)
    problems += out
    taken = take(meant) if meant else []
    created = sum(one.is_new for one in taken)
    return BatchResult(created=created, skipped=len(taken) - created, problems=tuple(problems))


def _titled(title: str, seen: dict[str, Vacancy | None]) -> Vacancy | None:
    """Return the newest vacancy of that title, whatever its case; asked once for each title of a batch."""
    if title not in seen:
        seen[title] = Vacancy.objects.filter(title=title).order_by("-pk").first()
        if seen[title] is None and title:
            # Not in SQL: SQLite compares the letters of other alphabets with their case.
            wanted = title.strip().casefold()
            found = [pk for pk, name in Vacancy.objects.values_list("pk", "title") if name.casefold() == wanted]
            seen[title] = Vacancy.objects.get(pk=max(found)) if found else None
    return seen[title]


def without_left_out(meant: Sequence[Meant]) -> tuple[list[Meant], list[tuple[int, str, str, str]]]:
    """Return the responses but for those of people who were erased or want no messages, and these as refused rows."""
    gone = suppression.left_out(
        [(one.row.person, one.row.applied_at) for one in meant], region=Company.current().region
    )
    rows = [
        (one.row.row, "", suppression.CODE, suppression.WORDS)
        for one, is_out in zip(meant, gone, strict=True)
        if is_out
    ]
    return [one for one, is_out in zip(meant, gone, strict=True) if not is_out], rows


def take(meant: Sequence[Meant]) -> list[Taken]:
    """Write a batch of responses (at most 500, in the caller's transaction) and return what became of each, in order.

    The same number of the same source finds the application that is there, whatever its stage; so does a live
    application of the same person. A person who comes back after a decision gets a new application.
    """
    numbers = {one.number[1] for one in meant if one.row.external_id}
    standing = {
        (found.source_id, found.external_id): found
        for found in Application.objects.filter(external_id__in=numbers).select_related("candidate")
    }
    fresh: dict[Any, Meant] = {}  # number or place in the batch -> the first response with it
    for place, one in enumerate(meant):
        if one.number not in standing:
            fresh.setdefault(one.number if one.row.external_id else place, one)
    people = find_or_create_people([one.row.person for one in fresh.values()], region=Company.current().region)
    live = {
        (found.candidate_id, found.vacancy_id): found
        for found in Application.objects.filter(
            candidate__in=people, vacancy__in={one.vacancy for one in fresh.values()}, stage__in=LIVE_STAGES
        ).select_related("candidate")
    }
    made: dict[int, tuple[Meant, Application]] = {}
    chosen: dict[Any, Application] = {}
    for candidate, (key, one) in zip(people, fresh.items(), strict=True):
        application = live.get((candidate.pk, one.vacancy.pk))
        if application is None:
            application = _application(candidate, one)
            made[id(application)] = (one, application)
            if one.stage in LIVE_STAGES:
                live[candidate.pk, one.vacancy.pk] = application
        chosen[key] = application
    Application.objects.bulk_create([application for _, application in made.values()])
    Resume.objects.bulk_create(
        [
            _resume(one.row, application.candidate, application)
            for one, application in made.values()
            if one.row.resume_text or one.row.resume_fields or one.row.payload
        ],
        ignore_conflicts=True,
    )
    taken, counted = [], set()
    for place, one in enumerate(meant):
        found = standing.get(one.number) or chosen[one.number if one.row.external_id else place]
        is_new = id(found) in made and id(found) not in counted
        counted.add(id(found))
        taken.append(Taken(application=found, is_new=is_new))
    return taken


def _application(candidate: Candidate, one: Meant) -> Application:
    at = one.row.applied_at or timezone.now()
    return Application(
        candidate=candidate,
        vacancy=one.vacancy,
        source=one.source,
        link=one.link,
        external_id=one.row.external_id[:128],
        stage=one.stage,
        closing_reason=one.reason if one.stage not in LIVE_STAGES else "",
        applied_at=at,
        stage_since=at,
        salary_wish=max(0, min(one.row.salary_wish, 2_000_000_000)),
        answers=one.row.answers,
    )


def _resume(row: Response, candidate: Candidate, application: Application) -> Resume:
    content = json.dumps([row.resume_title, row.resume_text, row.payload], sort_keys=True, default=str)
    return Resume(
        candidate=candidate,
        application=application,
        title=row.resume_title[:200],
        text=row.resume_text,
        parsed=row.resume_fields,
        payload=row.payload,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        created_at=application.applied_at,
    )


def check_options(options: dict[str, Any]) -> None:
    """Raise ``InvalidInputError`` when the vacancy that was chosen is not there."""
    number = options.get("vacancy")
    if number and not Vacancy.objects.filter(pk=number).exists():
        raise InvalidInputError("Choose a vacancy.", field="vacancy")
