"""Pure: JSON Resume (schema 1.0.0, jsonresume.org). Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import at, ident, need_object, rows, stamp, table, text, texts, words
from jobposts.records import Contact, EducationRecord, ExperienceRecord, LanguageRecord, ResumeRecord


def parse_resumes(payload: Any) -> tuple[ResumeRecord, ...]:
    """Return the resume, or the resumes of a list of them."""
    return tuple(parse_resume(row) for row in (payload if isinstance(payload, list) else [payload]))


def parse_resume(payload: Any) -> ResumeRecord:
    """Return one resume; ``meta.canonical`` is its id where there is one."""
    resume = need_object(payload, "resume")
    basics = table(resume, "basics")
    contacts = [
        Contact(kind=kind, value=value) for kind in ("email", "phone") if (value := words(basics, kind).strip())
    ]
    links = [
        Contact(kind="other", value=url, type=words(profile, "network"))
        for profile in rows(basics, "profiles")
        if (url := words(profile, "url") or words(profile, "username"))
    ]
    return ResumeRecord(
        id=ident(resume, "id"),
        title=text(basics, "label"),
        name=text(basics, "name"),
        contacts=(*contacts, *links),
        city=text(basics, "location", "city"),
        address=text(basics, "location", "address"),
        experience=tuple(_job(row) for row in rows(resume, "work")),
        education=tuple(
            EducationRecord(
                school=words(row, "institution"),
                field=words(row, "area"),
                degree=words(row, "studyType"),
                start=text(row, "startDate"),
                end=text(row, "endDate"),
            )
            for row in rows(resume, "education")
        ),
        languages=tuple(
            LanguageRecord(name=name, level=words(row, "fluency"))
            for row in rows(resume, "languages")
            if (name := text(row, "language"))
        ),
        skills=texts(rows(resume, "skills")),
        about=words(basics, "summary"),
        updated_at=stamp(resume, "meta", "lastModified"),
        url=text(basics, "url"),
        raw=at(resume),
    )


def _job(row: Any) -> ExperienceRecord:
    return ExperienceRecord(
        company=words(row, "name") or words(row, "company"),
        position=words(row, "position"),
        start=text(row, "startDate"),
        end=text(row, "endDate"),
        description="\n".join(part for part in (words(row, "summary"), *texts(rows(row, "highlights"))) if part),
        area=words(row, "location"),
    )
