"""Pure: VK Rabota payloads (JSON:API: ``data``, ``included``, ``errors``). Source: vkrabota/external-api, 2022."""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import at, first, flag, ident, named, need_object, number, rows, stamp, table, text, words
from jobposts.records import (
    Contact,
    EducationRecord,
    ErrorRecord,
    ExperienceRecord,
    LanguageRecord,
    ResponseRecord,
    ResumeRecord,
    VacancyRecord,
)

_Included = dict[tuple[str, str], Any]


def parse_vacancies(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the jobs of ``data``."""
    return tuple(_vacancy(row) for row in _data(payload))


def parse_responses(payload: Any) -> tuple[ResponseRecord, ...]:
    """Return the applications of ``data`` with their candidates of ``included``."""
    included = _included(payload)
    return tuple(_response(row, included) for row in _data(payload))


def parse_candidates(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the candidates of ``data``."""
    included = _included(payload)
    return tuple(_candidate(row, included) for row in _data(payload))


def parse_errors(payload: Any) -> tuple[ErrorRecord, ...]:
    """Return the errors: ``detail`` is a sentence."""
    return tuple(
        ErrorRecord(
            error_type=text(row, "title") or text(row, "code"),
            error_value=text(row, "detail"),
            error_field=text(row, "source", "pointer"),
            raw=row,
        )
        for row in rows(need_object(payload, "error"), "errors")
    )


def _data(payload: Any) -> list[Any]:
    data = need_object(payload, "answer").get("data")
    return data if isinstance(data, list) else [need_object(data, "data")]


def _included(payload: Any) -> _Included:
    return {(words(row, "type"), words(row, "id")): row for row in rows(payload, "included")}


def _related(row: Any, name: str, included: _Included) -> list[Any]:
    data = at(row, "relationships", name, "data")
    links = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    return [included[key] for link in links if (key := (words(link, "type"), words(link, "id"))) in included]


def _vacancy(row: Any) -> VacancyRecord:
    fields = table(row, "attributes")
    return VacancyRecord(
        id=ident(row, "id"),
        title=text(fields, "title"),
        description=words(fields, "description"),
        address=text(fields, "address"),
        salary_from=number(fields, "salary_from"),
        salary_to=number(fields, "salary_to"),
        requisition_id=ident(fields, "external_id"),
        remote=flag(fields, "remote"),
        state=text(fields, "status"),
        published_at=stamp(fields, "published_at"),
        created_at=stamp(fields, "created_at"),
        updated_at=stamp(fields, "updated_at"),
        expires_at=stamp(fields, "expires_at"),
        url=text(fields, "public_link"),
        raw=row,
    )


def _response(row: Any, included: _Included) -> ResponseRecord:
    fields = table(row, "attributes")
    people = _related(row, "candidate", included)
    vacancy = first(ident(fields, "job_id"), ident(row, "relationships", "job", "data", "id"))
    return ResponseRecord(
        id=first(ident(row, "id"), ident(fields, "id")),
        vacancy_id=vacancy,
        vacancy_ids=() if vacancy is None else (vacancy,),
        candidate_id=first(ident(row, "relationships", "candidate", "data", "id"), ident(fields, "candidate_id")),
        state=text(fields, "status"),
        created_at=stamp(fields, "created_at"),
        updated_at=stamp(fields, "updated_at"),
        resume=_candidate(people[0], included) if people else None,
        raw=row,
    )


def _candidate(row: Any, included: _Included) -> ResumeRecord:
    fields = table(row, "attributes")
    languages = at(fields, "languages")
    spoken = languages.split(",") if isinstance(languages, str) else rows(fields, "languages")
    school = text(fields, "education")
    return ResumeRecord(
        id=first(ident(row, "id"), ident(fields, "id")),
        first_name=text(fields, "first_name"),
        last_name=text(fields, "last_name"),
        middle_name=text(fields, "middle_name"),
        contacts=tuple(
            Contact(kind=kind, value=value) for kind in ("phone", "email") if (value := words(fields, kind).strip())
        ),
        address=text(fields, "address"),
        birth_date=text(fields, "birthday"),
        experience=tuple(
            ExperienceRecord(
                company=words(job, "attributes", "company"),
                position=words(job, "attributes", "title"),
                description=words(job, "attributes", "description"),
            )
            for job in _related(row, "experiences", included)
        ),
        education=(EducationRecord(degree=school),) if school else (),
        languages=tuple(LanguageRecord(name=name.strip()) for entry in spoken if (name := named(entry))),
        about=words(fields, "description"),
        owner_id=first(ident(row, "id"), ident(fields, "id")),
        created_at=stamp(fields, "created_at"),
        updated_at=stamp(fields, "updated_at"),
        raw=row,
    )
