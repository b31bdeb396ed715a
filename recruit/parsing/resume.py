"""A resume file → one record, with how sure each field is and what keeps it from being read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from recruit.parsing.contacts import Contact, find_emails, find_phones, may_hold_phone
from recruit.parsing.detect import FileType, detect_type, type_named
from recruit.parsing.headings import Section
from recruit.parsing.names import suggest_name
from recruit.parsing.sections import (
    Entry,
    Language,
    find_birth_date,
    find_city,
    find_education,
    find_experience,
    find_languages,
    find_salary,
    split_sections,
)
from recruit.parsing.text import Problem, UnreadableError, extract_text, pdf_text_by_layout, tidy

MAX_BYTES = 20 * 1024 * 1024
STORED_TEXT = 100_000  # characters
_READABLE = frozenset({FileType.PDF, FileType.DOCX, FileType.RTF, FileType.HTML, FileType.TXT})
MESSAGES: dict[Problem, str] = {
    Problem.NEEDS_OCR: "The file is a picture without text; a person has to read it.",
    Problem.ENCRYPTED: "The file is locked with a password.",
    Problem.BROKEN: "The file is damaged and cannot be read.",
    Problem.WRONG_TYPE: "The file is of another type than its name says.",
    Problem.UNSUPPORTED: "Files of this type are not read; PDF, DOCX, RTF, TXT and HTML are.",
    Problem.EMPTY: "The file is empty.",
    Problem.TOO_LARGE: "The file is larger than a resume can be.",
}


@dataclass(frozen=True, slots=True)
class ParsedResume:
    """What was read from one file; every value is a suggestion with a confidence in [0, 1].

    Attributes:
        file_type: what the content is. named_type: what the name claims, "" if nothing.
        problem: "" or a ``Problem``. ``wrong_type`` with fields set means: read by content, name misleading.
        message: the problem in one sentence.
        name: the likeliest name. emails, phones (E.164): surest first.
        birth_date: ISO day. city: as written.
        salary: (amount, currency or "", confidence).
        skills, summary: the text of these parts. text: the whole text, at most 100,000 characters.
    """

    file_type: str
    named_type: str = ""
    problem: str = ""
    message: str = ""
    name: Contact | None = None
    emails: tuple[Contact, ...] = ()
    phones: tuple[Contact, ...] = ()
    birth_date: Contact | None = None
    city: Contact | None = None
    salary: tuple[int, str, float] | None = None
    experience: tuple[Entry, ...] = ()
    education: tuple[Entry, ...] = ()
    languages: tuple[Language, ...] = ()
    skills: str = ""
    summary: str = ""
    text: str = field(default="", repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> ParsedResume:
        """Return the record that ``to_dict`` wrote, as it comes back from the sandbox; unknown keys are ignored."""
        known = {name.name for name in fields(cls)}
        values = {key: value for key, value in raw.items() if key in known}
        for key in ("name", "birth_date", "city"):
            values[key] = Contact(**values[key]) if values.get(key) else None
        for key, kind in (
            ("emails", Contact),
            ("phones", Contact),
            ("experience", Entry),
            ("education", Entry),
            ("languages", Language),
        ):
            values[key] = tuple(kind(**item) for item in values.get(key) or ())
        values["salary"] = tuple(values["salary"]) if values.get("salary") else None
        return cls(**values)


def parse_resume(data: bytes, *, filename: str, region: str, password: str | None = None) -> ParsedResume:
    """Return what can be read from ``data``; a file that cannot be read gives a record with ``problem``, no error.

    Args:
        data: the file.
        filename: only to tell a name that misleads.
        region: ISO 3166 code for phone numbers without a country code.
        password: of an encrypted PDF.
    """
    kind = detect_type(data)
    named = type_named(filename)
    misnamed = named is not None and named is not kind and not {named, kind} <= {FileType.TXT, FileType.HTML}
    if len(data) > MAX_BYTES:
        return _refused(kind, named, Problem.TOO_LARGE)
    if misnamed and kind not in _READABLE and kind is not FileType.EMPTY:
        return _refused(kind, named, Problem.WRONG_TYPE)
    try:
        text = extract_text(data, kind, password=password)
    except UnreadableError as error:
        return _refused(kind, named, error.problem)
    if misnamed and kind is FileType.TXT:
        return _refused(kind, named, Problem.WRONG_TYPE)  # a PDF or DOCX name on text: nothing a person saved as such
    emails, phones = find_emails(text), find_phones(text, region=region)
    if kind is FileType.PDF and (not emails or (not phones and may_hold_phone(text))):
        second = pdf_text_by_layout(data, password=password)
        emails, phones = emails or find_emails(second), phones or find_phones(second, region=region)
    return _record(text, kind, named, emails=emails, phones=phones, misnamed=misnamed)


def parse_resume_text(text: str, *, region: str) -> ParsedResume:
    """Return what can be read from pasted text."""
    text = tidy(text)
    return _record(
        text, FileType.TXT, None, emails=find_emails(text), phones=find_phones(text, region=region), misnamed=False
    )


def _record(
    text: str,
    kind: FileType,
    named: FileType | None,
    *,
    emails: tuple[Contact, ...],
    phones: tuple[Contact, ...],
    misnamed: bool,
) -> ParsedResume:
    parts = split_sections(text)
    problem = Problem.WRONG_TYPE if misnamed else None
    return ParsedResume(
        file_type=kind.value,
        named_type=named.value if named else "",
        problem=problem.value if problem else "",
        message=MESSAGES[problem] if problem else "",
        name=suggest_name(text, emails=emails),
        emails=emails,
        phones=phones,
        birth_date=find_birth_date(text),
        city=find_city(text),
        salary=find_salary(text),
        experience=find_experience(parts.get(Section.EXPERIENCE, "")),
        education=find_education(parts.get(Section.EDUCATION, "")),
        languages=find_languages(parts),
        skills=parts.get(Section.SKILLS, "")[:4000],
        summary=parts.get(Section.SUMMARY, "")[:4000],
        text=text[:STORED_TEXT],
    )


def _refused(kind: FileType, named: FileType | None, problem: Problem) -> ParsedResume:
    return ParsedResume(
        file_type=kind.value, named_type=named.value if named else "", problem=problem.value, message=MESSAGES[problem]
    )
