"""People told of by a program: one record at a time, each with its own number, safe to repeat.

The number (``external_id``) is unique per source. The same record again changes nothing; a changed one updates the
person and adds to the resumes; a response to another vacancy under a new number is a new application of the person.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from recruit import sandbox
from recruit.errors import ConflictError, InvalidInputError, NotFoundError
from recruit.messaging import webhooks
from recruit.models import (
    ApiKey,
    Application,
    Candidate,
    Company,
    Consent,
    ExternalIdentity,
    InboundRecord,
    Purpose,
    Resume,
    Source,
    SourceLink,
    Vacancy,
)
from recruit.parsing.resume import MAX_BYTES
from recruit.queue import enqueue
from recruit.services import applications, suppression, trial_keys
from recruit.services.import_responses import source_called
from recruit.services.inbound_records import standing
from recruit.services.people import PersonRecord, fill_blanks, find_or_create_candidate
from recruit.services.resume_files import ReadFile, keep_file, read_file
from recruit.states import VacancyState

JSON_RESUME = "jobposts.boards.files.jsonresume_frame"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one record; ``result`` is created, updated or unchanged."""

    external_id: str
    result: str
    candidate: Candidate
    application: Application | None
    warnings: tuple[str, ...] = ()
    resume: str = ""


@dataclass
class _Read:
    """What a record's resumes say, read before anything is written."""

    files: list[ReadFile] = field(default_factory=list)
    frame: dict[str, Any] | None = None
    text: str = ""
    url: str = ""


def source_of(key: ApiKey | None) -> Source:
    """Return what people of this caller are counted under."""
    if key is not None and key.source is not None:
        return key.source
    return source_called(f"API: {key.name}" if key is not None else "API")


def ingest(
    record: Mapping[str, Any],
    *,
    key: ApiKey | None,
    vacancies: Any,
    at: datetime,
    upload: tuple[str, bytes] | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Take one checked record (``recruit.api.ingest.CandidateInput``) and say what became of it.

    Args:
        record: its fields; ``external_id`` is there.
        key: the caller's key; a test key's people are kept apart from real ones.
        vacancies: query set of what the caller may see.
        at: now, aware.
        upload: name and content of a file that came with it.
        dry_run: do it all and take it back.

    Raises:
        NotFoundError, InvalidInputError: with the field that is wrong. ConflictError: the person was erased here.
    """
    region = Company.current().region
    vacancy, warnings = _vacancy(record, key=key, vacancies=vacancies)
    read = _read(record, upload, region=region)
    with transaction.atomic():
        outcome = _write(record, read, key=key, vacancy=vacancy, at=at, region=region, warnings=warnings)
        if dry_run:
            transaction.set_rollback(True)
        else:
            # Last, and never in a dry run: taking a transaction back takes no file off the disk.
            _keep_files(read, outcome)
    return outcome


def _vacancy(record: Mapping[str, Any], *, key: ApiKey | None, vacancies: Any) -> tuple[Vacancy | None, list[str]]:
    number, token = record.get("vacancy"), record.get("link") or ""
    found: Vacancy | None = None
    if number:
        found = vacancies.filter(pk=number).first()
        if found is None:
            raise NotFoundError("There is no such vacancy.", field="vacancy")
    elif token:
        link = SourceLink.objects.filter(token=token).select_related("vacancy").first()
        if link is None:
            raise NotFoundError("There is no such link.", field="link")
        found = link.vacancy
    elif not record.get("prospect"):
        raise InvalidInputError("Name the vacancy, or say that the person is a prospect.", field="vacancy")
    warnings = []
    if found is not None and found.state in {VacancyState.CLOSED, VacancyState.FILLED}:
        warnings.append("The vacancy takes no more responses; the person was taken all the same.")
    if key is not None and key.is_test and found is not None:
        found = trial_keys.vacancy_of(key)
    return found, warnings


def _read(record: Mapping[str, Any], upload: tuple[str, bytes] | None, *, region: str) -> _Read:
    """Read what came as a resume; a file that cannot be read is kept with its problem, JSON Resume must be one."""
    given = record.get("resume") or {}
    read = _Read(text=str(given.get("text") or ""), url=str(given.get("url") or ""))
    if upload is not None:
        read.files.append(read_file(upload[1], filename=upload[0], region=region))
    if given.get("content"):
        try:
            content = base64.b64decode(given["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInputError("The file is not base64.", field="resume.content") from error
        if len(content) > MAX_BYTES:
            raise InvalidInputError("The file is larger than 20 MB.", field="resume.content")
        read.files.append(read_file(content, filename=given.get("filename") or "resume", region=region))
    if given.get("json_resume"):
        body = json.dumps(given["json_resume"]).encode()
        try:
            read.frame = sandbox.run(JSON_RESUME, body)
        except Exception as error:
            if getattr(error, "code", "") != "file_refused":
                raise
            raise InvalidInputError("This is no JSON Resume.", field="resume.json_resume") from error
    return read


def _write(
    record: Mapping[str, Any],
    read: _Read,
    *,
    key: ApiKey | None,
    vacancy: Vacancy | None,
    at: datetime,
    region: str,
    warnings: list[str],
) -> Outcome:
    source, number = source_of(key), str(record["external_id"])
    digest = _digest(record, read)
    row, is_new = _row(source, number, key=key, at=at)
    if row.candidate is not None and row.candidate.erased_at is not None:
        raise ConflictError("This person asked to be erased; the record is not taken again.", field="external_id")
    same = not is_new and row.digest == digest and row.candidate is not None
    if same:
        return Outcome(
            external_id=number,
            result="unchanged",
            candidate=standing(row),
            application=row.application,
            warnings=tuple(warnings),
            resume=_resume_word(row),
        )
    person = _person(record, read, source, number, key)
    if is_new and any(suppression.left_out([(person, record.get("applied_at") or at)], region=region)):
        raise ConflictError(
            "This person was erased or wants no messages; the record is not taken.", field="external_id"
        )
    candidate = _candidate(row, person, key=key, region=region)
    application, applied = _apply(record, candidate, vacancy, source, number, at=at)
    _keep_resumes(read, candidate, application)
    _keep_consents(record, candidate, at=at)
    row.candidate, row.application, row.digest = candidate, application or row.application, digest
    row.payload, row.updated_at = _without_files(record), at
    if read.url and read.url != row.resume_url:
        row.resume_url, row.resume_error = read.url, ""
        enqueue("recruit.tasks.fetch_inbound_resume", record_id=row.pk)
    row.save()
    if applied and application is not None and not (key is not None and key.is_test):
        webhooks.append(
            "application.created",
            {
                "application": application.pk,
                "candidate": candidate.pk,
                "vacancy": application.vacancy_id,
                "external_id": number,
                "source": source.code,
                "at": at.isoformat(),
            },
        )
    return Outcome(
        external_id=number,
        result="created" if is_new else "updated",
        candidate=candidate,
        application=application,
        warnings=tuple(warnings + [one.parsed.message for one in read.files if one.parsed.problem]),
        resume=_resume_word(row),
    )


def _row(source: Source, number: str, *, key: ApiKey | None, at: datetime) -> tuple[InboundRecord, bool]:
    """Return the record's row, locked where the database can, and whether it is new."""
    rows = InboundRecord.objects.select_for_update(of=("self",)).filter(source=source, external_id=number)
    found = rows.select_related("candidate__merged_into", "application").first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            made = InboundRecord.objects.create(
                source=source, external_id=number, digest="", key=key, created_at=at, updated_at=at
            )
    except IntegrityError:
        return rows.get(), False
    return made, True


def _person(record: Mapping[str, Any], read: _Read, source: Source, number: str, key: ApiKey | None) -> PersonRecord:
    """Return who the record is about: its own fields first, then what its resumes say."""
    system = trial_keys.system_of(key) if key is not None and key.is_test else f"source:{source.code}"[:64]
    frame = read.frame or {}
    parts = (record.get("last_name"), record.get("first_name"), record.get("middle_name"))
    known: dict[str, Any] = {
        "name": record.get("name") or " ".join(part for part in parts if part) or frame.get("name") or "",
        "emails": tuple(record.get("emails") or ()) or tuple(frame.get("emails") or ()),
        "phones": tuple(record.get("phones") or ()) or tuple(frame.get("phones") or ()),
        "identities": ((system, number),),
        "city": record.get("city") or frame.get("city") or "",
        "language": record.get("language") or "",
    }
    person = read.files[0].person(**known) if read.files else PersonRecord(**known)
    if record.get("birth_date"):
        person = PersonRecord(**{**person.__dict__, "birth_date": record["birth_date"]})
    return person


def _candidate(row: InboundRecord, person: PersonRecord, *, key: ApiKey | None, region: str) -> Candidate:
    if key is not None and key.is_test:
        # Never matched with real people: a test key knows its own numbers alone.
        lonely = PersonRecord(**{**person.__dict__, "emails": (), "phones": ()})
        return find_or_create_candidate(lonely, region=region)
    if row.candidate is not None:
        candidate = standing(row)
        system, number = person.identities[0]
        ExternalIdentity.objects.get_or_create(system=system, external_id=number, defaults={"candidate": candidate})
    candidate = find_or_create_candidate(person, region=region)
    fill_blanks(candidate, person)
    return candidate


def _apply(
    record: Mapping[str, Any],
    candidate: Candidate,
    vacancy: Vacancy | None,
    source: Source,
    number: str,
    *,
    at: datetime,
) -> tuple[Application | None, bool]:
    if vacancy is None:
        return None, False
    link = SourceLink.objects.filter(token=record.get("link") or "").first()
    return applications.apply(
        candidate,
        vacancy,
        link.source if link is not None else source,
        at=record.get("applied_at") or at,
        external_id=f"api:{number}:{vacancy.pk}"[:128],
        link=link,
        salary_wish=record.get("salary_wish") or 0,
        answers=dict(record.get("answers") or {}),
    )


def _keep_files(read: _Read, outcome: Outcome) -> None:
    if outcome.result != "unchanged":
        for one in read.files:
            keep_file(outcome.candidate, one, application=outcome.application)


def _keep_resumes(read: _Read, candidate: Candidate, application: Application | None) -> None:
    if read.text:
        digest = hashlib.sha256(read.text.encode()).hexdigest()
        Resume.objects.get_or_create(
            candidate=candidate, digest=digest, defaults={"application": application, "text": read.text}
        )
    if read.frame is not None:
        frame = read.frame
        Resume.objects.get_or_create(
            candidate=candidate,
            digest=_hash(frame["raw"]),
            defaults={
                "application": application,
                "title": str(frame["title"])[:200],
                "text": "\n".join(
                    [
                        str(frame["title"]),
                        *(f"{job['company']}: {job['position']}" for job in frame["experience"]),
                        str(frame["about"]),
                    ]
                ).strip(),
                "parsed": {key: frame[key] for key in ("title", "experience", "education", "skills", "languages")},
                "payload": frame["raw"],
            },
        )


def _keep_consents(record: Mapping[str, Any], candidate: Candidate, *, at: datetime) -> None:
    for one in record.get("consents") or ():
        if one["purpose"] not in Purpose.values:
            continue
        Consent.objects.get_or_create(
            candidate=candidate,
            purpose=one["purpose"],
            text_version=one["text_version"],
            is_consent=True,
            defaults={
                "basis": "consent",
                "language": record.get("language") or "",
                "given_at": one.get("given_at") or at,
            },
        )


def _digest(record: Mapping[str, Any], read: _Read) -> str:
    files = [hashlib.sha256(one.data).hexdigest() for one in read.files]
    return _hash([_without_files(record), files])


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_files(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload as it is kept: files lie in storage, not in the row."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(record), default=str))
    if isinstance(plain.get("resume"), dict):
        plain["resume"].pop("content", None)
    return plain


def _resume_word(row: InboundRecord) -> str:
    """Return where the resume behind an address stands: "", queued, or why it could not be fetched."""
    return row.resume_error or ("queued" if row.resume_url and not row.resume_error else "")
