"""Pure: Huntflow payloads: vacancies, resumes (uploaded and external), errors, webhooks 2.0.

An external resume keeps the source's own layout under ``data``: that of hh.ru where ``auth_type`` says HH.
"""

from __future__ import annotations

from typing import Any

from jobposts.boards.headhunter.resumes import parse_resume as parse_headhunter_resume
from jobposts.boards.payload import (
    at,
    entries,
    first,
    flag,
    ident,
    named,
    need_object,
    number,
    rows,
    stamp,
    table,
    text,
    whole,
    words,
)
from jobposts.records import Contact, ErrorRecord, ExperienceRecord, ResumeRecord, VacancyRecord, WebhookRecord

_LISTS = ("items", "externals", "vacancies")


def parse_vacancy(payload: Any) -> VacancyRecord:
    """Return one vacancy; its salary is free text in ``money``."""
    row = need_object(payload, "vacancy")
    return VacancyRecord(
        id=ident(row, "id"),
        title=text(row, "position"),
        description=words(row, "body"),
        company=text(row, "company"),
        money=text(row, "money"),
        state=text(row, "state"),
        hidden=flag(row, "hidden"),
        priority=whole(row, "priority"),
        created_at=stamp(row, "created"),
        updated_at=stamp(row, "updated"),
        deadline=stamp(row, "deadline"),
        raw=row,
    )


def parse_resume(payload: Any) -> ResumeRecord:
    """Return one resume: an uploaded file's ``fields``, an external's ``data``, or an applicant."""
    row = need_object(payload, "resume")
    if table(row, "data"):
        inner = parse_headhunter_resume(row["data"])
        return inner if inner.id is not None else parse_headhunter_resume({**row["data"], "id": ident(row, "foreign")})
    return _uploaded(row) if table(row, "fields") else parse_applicant(row)


def _uploaded(row: Any) -> ResumeRecord:
    fields = table(row, "fields")
    return ResumeRecord(
        id=ident(row, "id"),
        title=text(fields, "position"),
        first_name=text(fields, "name", "first"),
        last_name=text(fields, "name", "last"),
        middle_name=text(fields, "name", "middle"),
        contacts=_contacts(fields),
        birth_date=_birth_date(table(fields, "birthdate")),
        salary_amount=number(fields, "salary"),
        experience=tuple(
            ExperienceRecord(company=words(job, "company"), position=words(job, "position"))
            for job in rows(fields, "experience")
        ),
        about=words(row, "text"),
        files={"original": url} if (url := text(row, "url")) else {},
        raw=row,
    )


def parse_applicant(payload: Any) -> ResumeRecord:
    """Return an applicant of the API or of a webhook."""
    row = need_object(payload, "applicant")
    return ResumeRecord(
        id=ident(row, "id"),
        title=text(row, "position"),
        first_name=text(row, "first_name"),
        last_name=text(row, "last_name"),
        middle_name=text(row, "middle_name"),
        contacts=_contacts(row),
        birth_date=text(row, "birthday"),
        money=text(row, "money"),
        company=text(row, "company"),
        owner_id=ident(row, "id"),
        created_at=stamp(row, "created"),
        raw=row,
    )


def parse_errors(payload: Any) -> tuple[ErrorRecord, ...]:
    """Return the errors; ``error_value`` stays the list that Huntflow writes."""
    return tuple(
        ErrorRecord(
            error_type=text(row, "type"),
            error_value=first(at(row, "value"), at(row, "title"), at(row, "detail")),
            error_field=".".join(str(part) for part in rows(row, "location", "variable"))
            or text(row, "location", "variable"),
            raw=row,
        )
        for row in rows(need_object(payload, "error"), "errors")
    )


def parse_webhook(payload: Any) -> WebhookRecord:
    """Return the notice; the person and the vacancy lie directly under ``event`` or one level deeper."""
    body = need_object(payload, "webhook")
    event, meta = table(body, "event"), table(body, "meta")
    person, vacancy = _inside(event, "applicant"), _inside(event, "vacancy")
    log = table(event, "applicant_log") or table(event, "vacancy_log")
    return WebhookRecord(
        id=first(ident(meta, "event_id"), ident(meta, "payload_id")),
        event=text(meta, "event_type"),
        action=text(meta, "webhook_action"),
        account_id=ident(meta, "account", "id"),
        user_id=ident(meta, "author", "id"),
        candidate_id=ident(person, "id"),
        vacancy_id=ident(vacancy, "id"),
        vacancy_title=text(vacancy, "position"),
        vacancy_state=text(vacancy, "state"),
        request_id=ident(event, "vacancy_request", "id"),
        offer_id=ident(event, "applicant_offer", "applicant_offer_id"),
        state=text(log, "state") or named(log, "status"),
        occurred_at=first(stamp(log, "created"), stamp(event, "applicant_offer", "created")),
        candidate=parse_applicant(person) if person else None,
        vacancy=parse_vacancy(vacancy) if vacancy else None,
        raw=body,
    )


def parse_vacancies(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the vacancies of a list answer, or of one vacancy."""
    return tuple(parse_vacancy(row) for row in entries(payload, *_LISTS))


def parse_resumes(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the resumes or applicants of a list answer, or one of them."""
    return tuple(parse_resume(row) for row in entries(payload, *_LISTS))


def _inside(event: Any, name: str) -> Any:
    if table(event, name):
        return event[name]
    return next((inner[name] for inner in event.values() if table(inner, name)), {})


def _contacts(row: Any) -> tuple[Contact, ...]:
    phones = [text(row, "phone"), *(text(value) for value in rows(row, "phones"))]
    emails = [text(row, "email"), *(text(value) for value in rows(row, "emails"))]
    pairs = [("phone", value) for value in phones] + [("email", value) for value in emails]
    return tuple(Contact(kind=kind, value=value) for kind, value in dict.fromkeys(pairs) if value)


def _birth_date(parts: Any) -> str | None:
    year, month, day = (whole(parts, key) for key in ("year", "month", "day"))
    return f"{year:04d}-{month:02d}-{day:02d}" if year and month and day else None
