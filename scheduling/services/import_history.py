"""Past interviews from a table: candidates, applications, closed sessions, settled invitations, ledger events.

Imported rows go the way of all others - settled invitations and their ledger - so that statistics have one path.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from recruit.contrib import BatchResult
from recruit.models import Application, Candidate, Company, ImportRun, Office, Source, SourceKind, Team, Vacancy
from recruit.services import suppression
from recruit.services.people import PersonRecord, find_or_create_people
from recruit.states import Stage, VacancyState
from recruit.tables import Answer as Said
from recruit.tables import HistoryRow
from scheduling.models import ActorKind, InterviewSession, Invitation, LedgerEntry
from scheduling.states import Answer, InvitationState, LedgerKind, SessionState

USUAL_START = time(10)
DAY_LENGTH = timedelta(hours=8)
_ANSWERS = {
    Said.YES: Answer.CONFIRMED,
    Said.NO: Answer.DECLINED,
    Said.NOT_YET: Answer.UNSURE,
    Said.UNSURE: Answer.UNSURE,
    Said.UNKNOWN: Answer.SILENT,
}
_ANSWER_EVENTS = {
    Answer.CONFIRMED: LedgerKind.CONFIRMED,
    Answer.DECLINED: LedgerKind.DECLINED,
    Answer.UNSURE: LedgerKind.UNSURE,
}


def external_id(row: HistoryRow) -> str:
    """Return the natural key (map, candidate, day) as it is stored: importing the row again finds it."""
    return hashlib.sha256("\x1f".join(row.key).encode()).hexdigest()[:40]


@dataclass
class _Places:
    """Sources, vacancies, offices and closed sessions that rows name; made on first use, found again after."""

    region_zone: str
    # Offices made by an import belong to the teams of whoever imports: without that, they would not see them.
    teams: Sequence[Team] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    vacancies: dict[tuple[str, int], Vacancy] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    sessions: dict[tuple[int, date], InterviewSession] = field(default_factory=dict)

    def source(self, name: str) -> Source:
        """Return the source called ``name``."""
        code = slugify(name, allow_unicode=True)[:64] or "history"
        if code not in self.sources:
            self.sources[code] = Source.objects.get_or_create(
                code=code, defaults={"name": name[:120] or "History", "kind": SourceKind.IMPORT}
            )[0]
        return self.sources[code]

    def office(self, name: str) -> Office:
        """Return the office called ``name``."""
        name = name[:200] or "Imported"
        if name not in self.offices:
            office, is_new = Office.objects.get_or_create(
                name=name, defaults={"city": name[:120], "time_zone": self.region_zone}
            )
            if is_new:
                office.teams.add(*self.teams)
            self.offices[name] = office
        return self.offices[name]

    def vacancy(self, title: str, office: Office) -> Vacancy:
        """Return the vacancy of that title in that office; one made by an import is closed: nobody applies to it."""
        key = (title[:200] or "Imported", office.pk)
        if key not in self.vacancies:
            found = Vacancy.objects.filter(title=key[0], office=office).order_by("pk").first()
            self.vacancies[key] = found or Vacancy.objects.create(
                title=key[0], office=office, city=office.city, state=VacancyState.CLOSED
            )
        return self.vacancies[key]

    def session(self, office: Office, day: date, earliest: time) -> InterviewSession:
        """Return the closed session that stands for all interviews of one office and day."""
        key = (office.pk, day)
        if key not in self.sessions:
            midnight = datetime.combine(day, time(0), tzinfo=ZoneInfo(office.time_zone)).astimezone(UTC)
            found = InterviewSession.objects.filter(
                is_history=True, office=office, starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1)
            ).first()
            starts = datetime.combine(day, min(earliest, USUAL_START), tzinfo=ZoneInfo(office.time_zone))
            self.sessions[key] = found or InterviewSession.objects.create(
                is_history=True,
                state=SessionState.CLOSED,
                title=f"{office.name} {day:%Y-%m-%d}",
                office=office,
                starts_at=starts.astimezone(UTC),
                ends_at=(starts + DAY_LENGTH).astimezone(UTC),
                closed_at=(starts + DAY_LENGTH).astimezone(UTC),
            )
        return self.sessions[key]


def write_history(run: ImportRun, rows: Sequence[HistoryRow]) -> BatchResult:
    """Write a batch of past interviews (in the caller's transaction); rows that are there already are skipped."""
    keys = {external_id(row) for row in rows}
    known = set(
        Application.objects.filter(external_id__in=keys, invitations__session__is_history=True).values_list(
            "external_id", flat=True
        )
    )
    fresh = [row for row in rows if external_id(row) not in known]
    skipped = len(rows) - len(fresh)
    region = Company.current().region
    gone = suppression.left_out([(_person(row), None) for row in fresh], region=region)
    out = tuple(
        (row.row, "", suppression.CODE, suppression.WORDS) for row, is_out in zip(fresh, gone, strict=True) if is_out
    )
    fresh = [row for row, is_out in zip(fresh, gone, strict=True) if not is_out]
    if run.dry_run or not fresh:
        return BatchResult(created=len(fresh), skipped=skipped, problems=out)
    places = _Places(region_zone=_zone(), teams=list(run.started_by.teams.all()) if run.started_by else [])
    people = find_or_create_people([_person(row) for row in fresh], region=region)
    applications = _applications(fresh, people, places)
    invitations = Invitation.objects.bulk_create(
        _invitation(row, application, places) for row, application in zip(fresh, applications, strict=True)
    )
    LedgerEntry.objects.bulk_create(
        entry for row, invitation in zip(fresh, invitations, strict=True) for entry in _events(row, invitation)
    )
    return BatchResult(created=len(fresh), skipped=skipped, problems=out)


def _zone() -> str:
    first = Office.objects.order_by("pk").values_list("time_zone", flat=True).first()
    return first or "Europe/Moscow"


def _person(row: HistoryRow) -> PersonRecord:
    return PersonRecord(
        name=row.person.name,
        emails=row.person.emails,
        phones=row.person.phones,
        identities=((f"map:{row.key[0]}", row.candidate_id),) if row.candidate_id else (),
    )


def _applications(rows: Sequence[HistoryRow], people: Sequence[Candidate], places: _Places) -> list[Application]:
    made = []
    for row, candidate in zip(rows, people, strict=True):
        office = places.office(row.office)
        at = _starts(row, places)
        made.append(
            Application(
                candidate=candidate,
                vacancy=places.vacancy(row.vacancy, office),
                source=places.source(row.source),
                external_id=external_id(row),
                # What became of them after the interview is not in the file; they are no longer being decided.
                stage=Stage.REJECTED,
                closing_reason="history",
                stage_since=at,
                applied_at=at,
                answers={
                    "interview_type": str(row.interview_type),
                    **{question: str(answer) for question, answer in row.answers.items()},
                },
            )
        )
    return Application.objects.bulk_create(made)


def _starts(row: HistoryRow, places: _Places) -> datetime:
    office = places.office(row.office)
    return datetime.combine(row.day, row.start or USUAL_START, tzinfo=ZoneInfo(office.time_zone)).astimezone(UTC)


def _invitation(row: HistoryRow, application: Application, places: _Places) -> Invitation:
    at = _starts(row, places)
    minutes = row.duration_minutes
    finished = at + timedelta(minutes=minutes) if minutes is not None else at
    return Invitation(
        application=application,
        session=places.session(places.office(row.office), row.day, row.start or USUAL_START),
        state=InvitationState.FINISHED if row.arrived else InvitationState.NO_SHOW,
        answer=_ANSWERS[row.intention],
        uid=f"{external_id(row)}@history",
        public_id=secrets.token_urlsafe(6),
        dtstamp=at,
        created_at=at,
        arrived_at=at if row.arrived else None,
        started_at=at if row.arrived and minutes is not None else None,
        finished_at=finished if row.arrived and minutes is not None else None,
        settled_at=at,
    )


def _events(row: HistoryRow, invitation: Invitation) -> Iterable[LedgerEntry]:
    kinds = [LedgerKind.INVITED]
    if invitation.answer in _ANSWER_EVENTS:
        kinds.append(_ANSWER_EVENTS[Answer(invitation.answer)])
    kinds += [LedgerKind.ARRIVED, LedgerKind.FINISHED] if row.arrived else [LedgerKind.NO_SHOW]
    now = invitation.settled_at or invitation.created_at
    for kind in kinds:
        yield LedgerEntry(
            invitation=invitation, kind=kind, at=now, recorded_at=now, actor_kind=ActorKind.IMPORT, source=row.key[0]
        )
