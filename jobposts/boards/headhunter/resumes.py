"""Pure: hh.ru resumes, short (inside a response) and full.

Source: hh OpenAPI, schemas of ``GET /resumes/{id}`` and ``GET /negotiations/{collection}``. A value listed in
``hidden_fields`` comes as null or not at all; so do names and phones of a person whose contacts were not bought.
"""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import (
    at,
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
from jobposts.records import Contact, EducationRecord, ExperienceRecord, LanguageRecord, ResumeRecord

_GROUPS = ("suitable", "already_applied", "not_published", "unavailable")


def parse_resume(payload: Any, *, group: str | None = None) -> ResumeRecord:
    """Return the resume; raise ``BoardError`` "unreadable" if ``payload`` is not an object."""
    resume = need_object(payload, "resume")
    return ResumeRecord(
        id=ident(resume, "id"),
        title=text(resume, "title"),
        first_name=text(resume, "first_name"),
        last_name=text(resume, "last_name"),
        middle_name=text(resume, "middle_name"),
        contacts=parse_contacts(resume),
        city=named(resume, "area"),
        birth_date=text(resume, "birth_date"),
        age=whole(resume, "age"),
        gender=text(resume, "gender", "id"),
        salary_amount=number(resume, "salary", "amount"),
        currency=text(resume, "salary", "currency"),
        experience=tuple(_experience(row) for row in rows(resume, "experience")),
        experience_months=whole(resume, "total_experience", "months"),
        education=_education(resume),
        languages=tuple(
            LanguageRecord(name=name, level=named(row, "level") or "")
            for row in rows(resume, "language")
            if (name := named(row))
        ),
        skills=texts(rows(resume, "skill_set")),
        about=words(resume, "skills"),
        owner_id=ident(resume, "owner", "id"),
        external_id=ident(resume, "real_id"),
        hidden_fields=_ids(rows(resume, "hidden_fields")),
        can_view_full=flag(resume, "can_view_full_info"),
        group=group,
        created_at=stamp(resume, "created_at"),
        updated_at=stamp(resume, "updated_at"),
        url=text(resume, "alternate_url"),
        files=_files(resume),
        raw=resume,
    )


def parse_resumes(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the resumes of a list answer: ``items``, the groups of resumes-by-status, or one resume."""
    if any(isinstance(at(payload, group), list) for group in _GROUPS):
        return tuple(parse_resume(row, group=group) for group in _GROUPS for row in rows(payload, group))
    if isinstance(at(payload, "items"), list):
        return tuple(parse_resume(row) for row in rows(payload, "items"))
    return (parse_resume(payload),)


def parse_contacts(resume: Any) -> tuple[Contact, ...]:
    """Return the contacts that have a value: a phone is an object, an e-mail a plain text."""
    found = (_contact(row) for row in rows(resume, "contact"))
    return tuple(contact for contact in found if contact.value)


def _contact(row: Any) -> Contact:
    type_id = words(row, "type", "id")
    value = at(row, "value")
    if isinstance(value, dict):
        parts = (words(value, "country"), words(value, "city"), words(value, "number"))
        kind, written = "phone", words(value, "formatted") or " ".join(part for part in parts if part)
    else:
        kind, written = ("email" if type_id == "email" else "phone"), words(value)
    return Contact(
        kind=kind if type_id in {"", "email", "cell", "home", "work"} else "other",
        value=written.strip(),
        type=type_id,
        preferred=flag(row, "preferred") or False,
        verified=flag(row, "verified"),
        comment=words(row, "comment"),
    )


def _experience(row: Any) -> ExperienceRecord:
    return ExperienceRecord(
        company=words(row, "company"),
        position=words(row, "position"),
        start=text(row, "start"),
        end=text(row, "end"),
        description=words(row, "description"),
        area=named(row, "area") or "",
    )


def _education(resume: Any) -> tuple[EducationRecord, ...]:
    level = named(resume, "education", "level") or ""
    schools = [
        EducationRecord(
            school=words(row, "name"),
            field=words(row, "result") or words(row, "organization"),
            degree=level,
            end=text(row, "year"),
        )
        for row in rows(resume, "education", "primary")
    ]
    courses = [
        EducationRecord(school=words(row, "organization"), field=words(row, "name"), end=text(row, "year"))
        for row in rows(resume, "education", "additional")
    ]
    return (*schools, *courses) or ((EducationRecord(degree=level),) if level else ())


def _ids(values: list[Any]) -> tuple[str, ...]:
    return tuple(found for value in values if (found := text(value, "id") or text(value)))


def _files(resume: Any) -> dict[str, str]:
    return {
        kind: url
        for kind, entry in table(resume, "download").items()
        if kind in {"pdf", "rtf"} and (url := text(entry, "url"))
    }
