"""Pure: Lever postings (``GET /v0/postings/{site}?mode=json``) and opportunities. Dates are Unix milliseconds."""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import at, entries, ident, need_object, number, rows, stamp, text, texts, words
from jobposts.records import Contact, ErrorRecord, ResumeRecord, VacancyRecord


def parse_vacancies(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the postings of a list, or of one posting."""
    return tuple(_posting(need_object(row, "posting")) for row in entries(payload, "data"))


def parse_candidates(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the people of a list of opportunities, of one, or of an application form's record."""
    return tuple(_candidate(need_object(row, "candidate")) for row in entries(payload, "data"))


def _candidate(row: Any) -> ResumeRecord:
    """Return one person: ``emails`` are plain, ``phones`` are objects; the form has ``email`` and ``phone``."""
    mails = [*texts(rows(row, "emails")), *filter(None, [text(row, "email")])]
    if isinstance(row.get("emails"), list):
        mails = [value for value in row["emails"] if isinstance(value, str)] + mails
    phones = [value for phone in rows(row, "phones") if (value := words(phone, "value"))]
    phones += filter(None, [text(row, "phone")])
    return ResumeRecord(
        id=ident(row, "id"),
        name=text(row, "name"),
        title=text(row, "headline"),
        contacts=tuple(
            Contact(kind=kind, value=value)
            for kind, values in (("email", mails), ("phone", phones))
            for value in dict.fromkeys(values)
        ),
        location=text(row, "location"),
        city=text(row, "location"),
        company=text(row, "org"),
        about=words(row, "comments"),
        owner_id=ident(row, "contact"),
        created_at=stamp(row, "createdAt"),
        updated_at=stamp(row, "updatedAt"),
        url=text(row, "urls", "show"),
        raw=at(row),
    )


def parse_errors(payload: Any) -> tuple[ErrorRecord, ...]:
    """Return the error ``{ok: false, error}``."""
    return (
        ErrorRecord(
            error_type=text(payload, "code"),
            error_value=text(payload, "error") or text(payload, "message"),
            raw=payload,
        ),
    )


def _posting(row: Any) -> VacancyRecord:
    place = text(row, "categories", "location")
    workplace = text(row, "workplaceType")
    return VacancyRecord(
        id=ident(row, "id"),
        title=text(row, "text"),
        description=words(row, "descriptionPlain") or words(row, "description"),
        city=place,
        location=place,
        offices=texts(rows(row, "categories", "allLocations")),
        country=text(row, "country"),
        remote=workplace == "remote" if workplace else None,
        salary_from=number(row, "salaryRange", "min"),
        salary_to=number(row, "salaryRange", "max"),
        currency=text(row, "salaryRange", "currency"),
        company=text(row, "categories", "department"),
        employment_type=text(row, "categories", "commitment"),
        state=text(row, "state"),
        created_at=stamp(row, "createdAt"),
        url=text(row, "hostedUrl") or text(row, "applyUrl"),
        raw=at(row),
    )
