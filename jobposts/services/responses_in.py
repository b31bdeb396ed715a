"""Responses of a board into applications: upserts by the board's number, never a second one.

A person who hides name and contacts, or whose resume was deleted, is normal: they are known by the numbers of resume
and owner, else by the number of the response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from jobposts.models import BoardAccount, BoardResponse, Posting
from jobposts.records import ResponseRecord, ResumeRecord, moment
from jobposts.services.vacancies_in import digest_of
from jobposts.states import ResumeState
from recruit.models import Company
from recruit.services.import_responses import Meant, Response, take, without_left_out
from recruit.services.people import PersonRecord, fill_blanks, find_or_create_people
from recruit.states import Stage

# Short names of the systems in external numbers; files of the board use the same, so that both meet.
PREFIX = {"headhunter": "hh", "superjob": "superjob"}
# What the applicant is shown is a closed list on hh.ru (unlike the employer's states): who was refused or asked
# there already must not come up in Triage as new.
_BEGINS_AT = {"discard": (Stage.REJECTED, "board"), "invitation": (Stage.SCREENING, "")}


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a batch."""

    created: int = 0
    updated: int = 0
    skipped: int = 0


def write_responses(account: BoardAccount, posting: Posting, records: Sequence[ResponseRecord]) -> Written:
    """Write a page of responses of one posting (at most 500) in the caller's transaction.

    Raises ``ValueError`` where the posting has no vacancy.
    """
    if posting.vacancy is None:
        msg = "the posting has no vacancy"
        raise ValueError(msg)
    read = {str(record.id): record for record in records if record.id is not None}
    known = account.responses.filter(external_id__in=read).select_related("candidate").defer("payload")
    standing = {row.external_id: row for row in known}
    digests = {number: digest_of(record.raw) for number, record in read.items()}
    fresh = [number for number in read if number not in standing]
    changed = [
        number
        for number, row in standing.items()
        if (row.digest != digests[number] or row.collection != _collection(read[number], row))
        # What was erased here stays erased, whatever the board still shows.
        and not (row.candidate is None or row.candidate.erased_at is not None)
    ]
    _create(account, posting, {number: read[number] for number in fresh}, digests)
    _update(account, [(standing[number], read[number], digests[number]) for number in changed])
    return Written(created=len(fresh), updated=len(changed), skipped=len(read) - len(fresh) - len(changed))


def _collection(record: ResponseRecord, row: BoardResponse) -> str:
    """Return the list a response lies in: one that only repeats others does not change it."""
    return record.collection[:64] if record.collection == record.state or not row.collection else row.collection


def _create(account: BoardAccount, posting: Posting, read: dict[str, ResponseRecord], digests: dict[str, str]) -> None:
    if not read:
        return
    given = [_meant(account, posting, row, number, record) for row, (number, record) in enumerate(read.items(), 1)]
    meant, _out = without_left_out(given)
    here = {one.row.row for one in meant}
    read = {number: record for row, (number, record) in enumerate(read.items(), 1) if row in here}
    taken = take(meant)
    BoardResponse.objects.bulk_create(
        [
            BoardResponse(
                account=account,
                posting=posting,
                external_id=number[:64],
                resume_number=str(record.resume_id or "")[:64],
                owner_number=str((record.resume.owner_id if record.resume else None) or "")[:64],
                collection=record.collection[:64],
                state=(record.state or "")[:64],
                applicant_state=(record.applicant_state or "")[:64],
                payload=record.raw if isinstance(record.raw, dict) else {},
                digest=digests[number],
                updated_there=moment(record.updated_at) or moment(record.created_at),
                candidate_id=one.application.candidate_id,
                application=one.application,
                resume_state=ResumeState.WANTED if record.resume_id is not None else ResumeState.GONE,
            )
            for (number, record), one in zip(read.items(), taken, strict=True)
        ]
    )


def _meant(account: BoardAccount, posting: Posting, row: int, number: str, record: ResponseRecord) -> Meant:
    stage, reason = _BEGINS_AT.get(record.applicant_state or "", (Stage.NEW, ""))
    assert posting.vacancy is not None  # noqa: S101 - write_responses has looked
    return Meant(
        row=response_of(account.system, row=row, number=number, record=record),
        vacancy=posting.vacancy,
        source=account.source,
        link=posting.link,
        stage=stage,
        reason=reason,
    )


def response_of(system: str, *, row: int, number: str, record: ResponseRecord) -> Response:
    """Return the board's response in the form that every import takes."""
    prefix, resume = PREFIX[system], record.resume
    return Response(
        row=row,
        person=person_of(system, number, record),
        external_id=f"{prefix}:{number}",
        applied_at=moment(record.created_at) or moment(record.applied_at),
        salary_wish=_amount(resume),
        resume_title=(resume.title or "")[:200] if resume else "",
        resume_text=text_of(resume) if resume else "",
        resume_fields=fields_of(resume) if resume else {},
        payload=resume.raw if resume and isinstance(resume.raw, dict) else {},
    )


def person_of(system: str, number: str, record: ResponseRecord) -> PersonRecord:
    """Return who a response is from, as far as the board shows it."""
    prefix, resume = PREFIX[system], record.resume
    identities = [
        (f"{prefix}:{kind}", str(value))
        for kind, value in (("resume", record.resume_id), ("owner", resume.owner_id if resume else None))
        if value is not None
    ] or [(f"{prefix}:response", number)]
    if resume is None:
        return PersonRecord(identities=tuple(identities))
    parts = (resume.last_name, resume.first_name, resume.middle_name)
    return PersonRecord(
        name=resume.name or " ".join(part for part in parts if part),
        emails=resume.emails,
        phones=resume.phones,
        identities=tuple(identities),
        birth_date=_day(resume.birth_date),
        city=resume.city or "",
    )


def _update(account: BoardAccount, rows: Sequence[tuple[BoardResponse, ResponseRecord, str]]) -> None:
    now = timezone.now()
    for row, record, digest in rows:
        row.collection = _collection(record, row)
        row.state, row.applicant_state = (record.state or "")[:64], (record.applicant_state or "")[:64]
        row.payload = record.raw if isinstance(record.raw, dict) else {}
        row.digest, row.seen_at = digest, now
        row.updated_there = moment(record.updated_at) or row.updated_there
        if record.resume_id is None and row.resume_state == ResumeState.WANTED:
            row.resume_state = ResumeState.GONE
    BoardResponse.objects.bulk_update(
        [row for row, _, _ in rows],
        ["collection", "state", "applicant_state", "payload", "digest", "seen_at", "updated_there", "resume_state"],
        batch_size=100,
    )
    shown = [(row, record) for row, record, _ in rows if record.resume is not None]
    if shown:
        learn(account.system, shown)


def learn(system: str, shown: Sequence[tuple[BoardResponse, ResponseRecord]]) -> None:
    """Add to people what a board shows of them now and did not before: names and contacts."""
    records = [person_of(system, row.external_id, record) for row, record in shown]
    people = find_or_create_people(records, region=Company.current().region)
    for candidate, record in zip(people, records, strict=True):
        fill_blanks(candidate, record)


def fields_of(resume: ResumeRecord) -> dict[str, Any]:
    """Return a board's resume as the plain fields that pages show; pay, age and photo of strangers stay out."""
    return {
        "title": resume.title or "",
        "experience": [
            {
                "start": (job.start or "")[:7],
                "end": (job.end or "")[:7],
                "company": job.company,
                "position": job.position,
                "text": job.description,
            }
            for job in resume.experience
        ],
        "education": [{"name": school.school, "year": school.end or ""} for school in resume.education],
        "languages": [{"name": one.name, "level": one.level} for one in resume.languages],
        "skills": list(resume.skills),
    }


def text_of(resume: ResumeRecord) -> str:
    """Return a board's resume as lines of text, for reading and searching."""
    jobs = [
        f"{(job.start or '')[:7]}–{(job.end or '…')[:7]} {job.company}: {job.position}" for job in resume.experience
    ]
    return "\n".join(line for line in (resume.title or "", *jobs, ", ".join(resume.skills), resume.about) if line)


def _amount(resume: ResumeRecord | None) -> int:
    try:
        return int(float((resume.salary_amount if resume else 0) or 0))
    except (TypeError, ValueError):
        return 0


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
