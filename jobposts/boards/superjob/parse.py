"""Pure: SuperJob 2.0 payloads.

Lists are ``{objects, total, more}``; dates are Unix seconds; an amount of 0 means "not given"; enumerations are
``{id, title}``; ``languages`` is a list of (language, level) pairs. Sources: api.superjob.ru/client, the official
PHP client, field lists of public clients.
"""

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
    whole,
    words,
)
from jobposts.records import (
    Contact,
    EducationRecord,
    ErrorRecord,
    ExperienceRecord,
    LanguageRecord,
    Page,
    ResponseRecord,
    ResumeRecord,
    VacancyRecord,
)


def parse_vacancy(payload: Any) -> VacancyRecord:
    """Return one vacancy."""
    row = need_object(payload, "vacancy")
    return VacancyRecord(
        id=ident(row, "id"),
        title=text(row, "profession"),
        description=words(row, "vacancyRichText") or words(row, "work"),
        city=named(row, "town"),
        address=text(row, "address"),
        salary_from=number(row, "payment_from"),
        salary_to=number(row, "payment_to"),
        currency=text(row, "currency"),
        employer_id=first(ident(row, "id_client"), ident(row, "client", "id")),
        employer_name=text(row, "firm_name") or text(row, "client", "title"),
        employment_type=named(row, "type_of_work"),
        archived=_either(row, "is_archive", "is_closed"),
        hidden=_either(row, "is_storage"),
        published_at=stamp(row, "date_published"),
        expires_at=stamp(row, "date_pub_to"),
        archived_at=stamp(row, "date_archived"),
        url=text(row, "link"),
        raw=row,
    )


def parse_resume(payload: Any) -> ResumeRecord:
    """Return one resume; without bought contacts names, phones and e-mail are null."""
    row = need_object(payload, "resume")
    return ResumeRecord(
        id=ident(row, "id"),
        title=text(row, "profession") or text(row, "last_profession"),
        first_name=text(row, "firstname"),
        last_name=text(row, "lastname"),
        middle_name=text(row, "middlename"),
        contacts=_contacts(row),
        city=named(row, "town"),
        address=text(row, "address"),
        birth_date=_birth_date(row),
        age=whole(row, "age"),
        gender=named(row, "gender"),
        salary_amount=number(row, "payment"),
        currency=text(row, "currency"),
        experience=tuple(_experience(job) for job in rows(row, "work_history")),
        experience_months=whole(row, "experience_month_count"),
        education=_education(row),
        languages=tuple(
            LanguageRecord(name=name, level=named(pair, 1) or "")
            for pair in rows(row, "languages")
            if (name := named(pair, 0))
        ),
        skills=texts(rows(row, "catalogues")),
        about=words(row, "additional_info"),
        owner_id=ident(row, "id_user"),
        can_view_full=_either(row, "contacts_bought"),
        published_at=stamp(row, "date_published"),
        updated_at=stamp(row, "date_last_modified"),
        url=text(row, "link") or text(row, "short_link"),
        raw=row,
    )


def parse_response(payload: Any) -> ResponseRecord:
    """Return one received resume: the resume lies under ``resume``."""
    row = need_object(payload, "response")
    resume = parse_resume(row["resume"]) if isinstance(row.get("resume"), dict) else None
    vacancy = first(ident(row, "id_vacancy"), ident(row, "vacancy", "id"))
    return ResponseRecord(
        id=ident(row, "id"),
        vacancy_id=vacancy,
        vacancy_ids=() if vacancy is None else (vacancy,),
        vacancy_titles=(title,) if (title := text(row, "vacancy", "profession")) else (),
        resume_id=first(resume.id if resume else None, ident(row, "id_resume")),
        state=named(row, "status"),
        created_at=first(stamp(row, "date"), stamp(row, "date_sent")),
        resume=resume,
        raw=row,
    )


def parse_errors(payload: Any) -> tuple[ErrorRecord, ...]:
    """Return the errors; ``message`` is a sentence, or an object of field errors."""
    error = table(need_object(payload, "error"), "error")
    code, message = whole(error, "code"), at(error, "message")
    listed = tuple(
        ErrorRecord(
            error_type=text(row, "reason"),
            error_value=text(row, "reason_text"),
            error_field=text(row, "field"),
            code=code,
            raw=row,
        )
        for row in rows(error, "errors")
    )
    if listed:
        return listed
    if isinstance(message, dict):
        return tuple(
            ErrorRecord(error_field=key, error_value=_sentence(value), code=code, raw=error)
            for key, value in message.items()
        )
    if error:
        return (ErrorRecord(error_type=text(error, "error"), error_value=text(message), code=code, raw=error),)
    return (
        ErrorRecord(error_type=text(payload, "error"), error_value=text(payload, "error_description"), raw=payload),
    )


def parse_vacancies(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the vacancies of a list answer, or of one vacancy."""
    return tuple(parse_vacancy(row) for row in entries(payload, "objects"))


def parse_resumes(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the resumes of a list answer, or of one resume."""
    return tuple(parse_resume(row) for row in entries(payload, "objects"))


def parse_responses(payload: Any) -> tuple[ResponseRecord, ...]:
    """Return the received resumes of a list answer, or one of them."""
    return tuple(parse_response(row) for row in entries(payload, "objects"))


def parse_page(payload: Any, read: Any, *, page: int) -> Page[Any]:
    """Return one page of ``{objects, total, more}``; an object that cannot be read is counted."""
    envelope = need_object(payload, "list")
    items, failed = [], []
    for row in rows(envelope, "objects"):
        try:
            items.append(read(row))
        except Exception as error:  # noqa: BLE001  a bad object is counted and shown, never the end of the list
            failed.append((row, f"{type(error).__name__}: {error}"))
    return Page(
        items=tuple(items),
        found=whole(envelope, "total"),
        page=page,
        more=_either(envelope, "more") is True,
        failed=tuple(failed),
    )


def _either(row: Any, *keys: str) -> bool | None:
    """Return whether any of the marks is set; they come as true and false, or as 1 and 0. None where none is given."""
    given = [value for key in keys if (value := first(flag(row, key), whole(row, key))) is not None]
    return any(given) if given else None


def _contacts(row: Any) -> tuple[Contact, ...]:
    phones = [
        Contact(kind="phone", value=value, type=key, preferred=key == "phone1")
        for key in ("phone1", "phone2")
        if (value := words(row, key).strip())
    ]
    emails = [Contact(kind="email", value=value, type="email")] if (value := words(row, "email").strip()) else []
    return (*phones, *emails)


def _birth_date(row: Any) -> str | None:
    year, month, day = (whole(row, key) or 0 for key in ("birthyear", "birthmonth", "birthday"))
    return (
        f"{year:04d}-{month:02d}-{day:02d}"
        if year and month and day and _either(row, "hide_birthday") is not True
        else None
    )


def _experience(job: Any) -> ExperienceRecord:
    return ExperienceRecord(
        company=words(job, "name"),
        position=words(job, "profession"),
        start=_month(job, "yearbeg", "monthbeg"),
        end=_month(job, "yearend", "monthend"),
        description=words(job, "work"),
        area=named(job, "town") or "",
    )


def _month(job: Any, year_key: str, month_key: str) -> str | None:
    year, month = whole(job, year_key) or 0, whole(job, month_key) or 0
    if not year:
        return None
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else f"{year:04d}"


def _education(row: Any) -> tuple[EducationRecord, ...]:
    level = named(row, "education") or ""
    base = [
        EducationRecord(
            school=named(school, "institute") or "",
            field=words(school, "profession") or words(school, "faculty"),
            degree=level,
            end=text(school, "yearend"),
        )
        for school in rows(row, "base_education_history")
    ]
    courses = [
        EducationRecord(
            school=named(course, "institute") or "", field=words(course, "name"), end=text(course, "yearend")
        )
        for course in rows(row, "education_history")
    ]
    return (*base, *courses)


def _sentence(value: Any) -> str | None:
    return "; ".join(texts(value)) if isinstance(value, list) else text(value)
