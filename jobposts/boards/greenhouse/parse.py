"""Pure: Greenhouse payloads: Harvest, Job Board and Candidate Ingestion answers. Source: grnhse/greenhouse-api-docs."""

from __future__ import annotations

from typing import Any

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
    texts,
    words,
)
from jobposts.records import (
    Contact,
    EducationRecord,
    ErrorRecord,
    ExperienceRecord,
    ResponseRecord,
    ResumeRecord,
    VacancyRecord,
)


def parse_vacancy(payload: Any) -> VacancyRecord:
    """Return a job: the approved need; its salary is a custom field."""
    row = need_object(payload, "job")
    salary = salary_range(table(row, "custom_fields"))
    return VacancyRecord(
        id=ident(row, "id"),
        requisition_id=ident(row, "requisition_id"),
        title=text(row, "name") or text(row, "title"),
        description=words(row, "content"),
        location=named(row, "location"),
        offices=texts(rows(row, "offices")),
        salary_from=number(salary, "min_value"),
        salary_to=number(salary, "max_value"),
        currency=text(salary, "unit"),
        state=text(row, "status"),
        live=flag(row, "public"),
        created_at=stamp(row, "created_at"),
        updated_at=stamp(row, "updated_at"),
        opened_at=first(stamp(row, "opened_at"), stamp(row, "open_date")),
        closed_at=first(stamp(row, "closed_at"), stamp(row, "close_date")),
        url=text(row, "absolute_url"),
        raw=row,
    )


def salary_range(fields: Any) -> Any:
    """Return ``{min_value, max_value, unit}`` of the custom fields; the field may be plain or ``{name, type, value}``."""
    keys = sorted(fields, key=lambda key: key != "salary_range")
    for key in keys:
        value = at(fields, key)
        inner = at(value, "value") if at(value, "type") == "currency_range" else value
        if isinstance(inner, dict) and "min_value" in inner:
            return inner
    return {}


def parse_posting(payload: Any) -> VacancyRecord:
    """Return a job post: the advertisement of a job (``vacancy_id``)."""
    row = need_object(payload, "job post")
    return VacancyRecord(
        id=ident(row, "id"),
        vacancy_id=first(ident(row, "job_id"), ident(row, "internal_job_id")),
        requisition_id=ident(row, "requisition_id"),
        title=text(row, "title"),
        description=words(row, "content"),
        location=named(row, "location"),
        live=flag(row, "live"),
        published_at=first(stamp(row, "first_published_at"), stamp(row, "first_published")),
        created_at=stamp(row, "created_at"),
        updated_at=stamp(row, "updated_at"),
        url=text(row, "absolute_url"),
        raw=row,
    )


def parse_candidate(payload: Any) -> ResumeRecord:
    """Return a candidate; an anonymised one keeps its id only."""
    row = need_object(payload, "candidate")
    applications = rows(row, "applications")
    return ResumeRecord(
        id=ident(row, "id"),
        title=text(row, "title"),
        name=text(row, "name"),
        first_name=text(row, "first_name"),
        last_name=text(row, "last_name"),
        contacts=(
            *_contacts(row, "phone", "phone_numbers", "phones"),
            *_contacts(row, "email", "email_addresses", "emails"),
            *_contacts(row, "other", "social_media_addresses", "website_addresses"),
        ),
        address=text(row, "addresses", 0, "value"),
        company=text(row, "company"),
        experience=tuple(
            ExperienceRecord(
                company=words(job, "company_name"),
                position=words(job, "title"),
                start=text(job, "start_date"),
                end=text(job, "end_date"),
            )
            for job in rows(row, "employments")
        ),
        education=tuple(
            EducationRecord(
                school=words(school, "school_name"),
                field=words(school, "discipline"),
                degree=words(school, "degree"),
                start=text(school, "start_date"),
                end=text(school, "end_date"),
            )
            for school in rows(row, "educations")
        ),
        skills=texts(rows(row, "tags")),
        owner_id=ident(row, "id"),
        external_id=ident(row, "external_id"),
        application_ids=tuple(ident(entry) for entry in rows(row, "application_ids"))
        or tuple(ident(entry, "id") for entry in applications),
        application_states=texts(at(entry, "status") for entry in applications),
        created_at=stamp(row, "created_at"),
        updated_at=stamp(row, "updated_at"),
        url=text(row, "url"),
        files=_files(row),
        raw=row,
    )


def parse_application(payload: Any) -> ResponseRecord:
    """Return an application; a prospect has no job yet, or several."""
    row = need_object(payload, "application")
    jobs = rows(row, "jobs") or ([row["job"]] if table(row, "job") else [])
    person = table(row, "candidate")
    return ResponseRecord(
        id=ident(row, "id"),
        vacancy_id=ident(jobs, 0, "id"),
        vacancy_ids=tuple(ident(job, "id") for job in jobs),
        vacancy_titles=texts(jobs),
        candidate_id=first(ident(row, "candidate_id"), ident(person, "id")),
        state=text(row, "status"),
        stage=named(row, "current_stage"),
        source=text(row, "source", "public_name") or named(row, "source"),
        prospect=flag(row, "prospect"),
        location=text(row, "location", "address") or named(row, "location"),
        created_at=stamp(row, "created_at"),
        updated_at=first(stamp(row, "updated_at"), stamp(row, "last_activity_at")),
        applied_at=stamp(row, "applied_at"),
        rejected_at=stamp(row, "rejected_at"),
        resume=parse_candidate(person) if person else None,
        url=text(row, "url"),
        raw=row,
    )


def parse_errors(payload: Any) -> tuple[ErrorRecord, ...]:
    """Return the errors: ``{errors: [{message, field?}]}``, ``{message, errors}`` or ``{status, error}``."""
    body = need_object(payload, "error")
    listed = tuple(
        ErrorRecord(
            error_type=text(row, "type"),
            error_value=text(row, "message") or text(row, "error") or text(row),
            error_field=text(row, "field"),
            raw=row,
        )
        for row in rows(body, "errors")
    )
    return listed or (ErrorRecord(error_value=text(body, "message") or text(body, "error"), raw=body),)


def parse_vacancies(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the jobs of a list answer, or of one job."""
    return tuple(parse_vacancy(row) for row in entries(payload, "jobs"))


def parse_postings(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the job posts of a list answer, or of one post."""
    return tuple(parse_posting(row) for row in entries(payload, "job_posts", "jobs"))


def parse_candidates(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the candidates of a list answer, or of one candidate."""
    return tuple(parse_candidate(row) for row in entries(payload, "candidates"))


def parse_applications(payload: Any) -> tuple[ResponseRecord, ...]:
    """Return the applications of a list answer, or of one application."""
    return tuple(parse_application(row) for row in _bare(payload))


def _bare(payload: Any) -> list[Any]:
    """Return the applications; an object with an id of its own is one, whatever lists it holds."""
    return [payload] if ident(payload, "id") is not None else entries(payload, "applications")


def _contacts(row: Any, kind: str, *keys: str) -> tuple[Contact, ...]:
    found = (
        Contact(kind=kind, value=value.strip(), type=words(entry, "type"))
        for key in keys
        for entry in rows(row, key)
        if (value := text(entry, "value") or text(entry, "email") or text(entry, "phone_number") or text(entry))
    )
    return tuple(contact for contact in found if contact.value)


def _files(row: Any) -> dict[str, str]:
    return {
        words(entry, "filename") or words(entry, "type"): url
        for entry in rows(row, "attachments")
        if text(entry, "type") == "resume" and (url := text(entry, "url"))
    }
