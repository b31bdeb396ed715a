"""Answers of boards and other systems kept as files: responses or resumes, as plain frames for an import.

It runs in the sandbox's child: what it yields is JSON-able.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from jobposts.boards.readers import read_for_employer
from jobposts.errors import BoardError
from jobposts.records import ResponseRecord, ResumeRecord, moment
from recruit.errors import FileRefusedError

# What a file of each system may be, tried in this order: a list of responses is told from a resume by what is in it.
_READINGS: dict[str, tuple[str, ...]] = {
    "headhunter": ("negotiation", "resume"),
    "superjob": ("negotiation", "resume"),
    "vkrabota": ("application", "candidate"),
    "huntflow": ("candidate", "resume"),
    "greenhouse": ("candidate", "application"),
    "lever": ("candidate",),
    "jsonresume": ("resume",),
}


def response_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of an answer of hh.ru, one frame each; ``FileRefusedError`` says what the file is not."""
    yield from _frames("headhunter", data, filename, limit)


def superjob_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of an answer of SuperJob: received resumes, or resumes."""
    yield from _frames("superjob", data, filename, limit)


def vkrabota_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of an answer of VK Rabota: applications, or candidates."""
    yield from _frames("vkrabota", data, filename, limit)


def huntflow_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of an answer of Huntflow: applicants with their resumes."""
    yield from _frames("huntflow", data, filename, limit)


def greenhouse_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of an answer of Greenhouse: candidates, or applications."""
    yield from _frames("greenhouse", data, filename, limit)


def lever_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of an answer of Lever: opportunities."""
    yield from _frames("lever", data, filename, limit)


def jsonresume_frames(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the people of a JSON Resume, or of a list of them."""
    yield from _frames("jsonresume", data, filename, limit)


def jsonresume_frame(data: bytes) -> dict[str, Any]:
    """Return the one person of a JSON Resume; ``FileRefusedError`` where it is none."""
    return next(iter(_frames("jsonresume", data, "json_resume", 1)))


def _frames(system: str, data: bytes, filename: str, limit: int | None) -> Iterator[dict[str, Any]]:
    if not data.strip():
        raise FileRefusedError(f"“{filename}” is empty.", field="file")
    for number, record in enumerate(_records(system, data, filename)[:limit], start=1):
        if isinstance(record, ResponseRecord):
            yield _frame(system, number, record.resume, response=record)
        else:
            yield _frame(system, number, record, response=None)


def _records(system: str, data: bytes, filename: str) -> list[ResponseRecord | ResumeRecord]:
    reason = "it holds no responses and no resume"
    for kind in _READINGS[system]:
        try:
            found = read_for_employer(system=system, kind=kind, side="", body=data)
        except BoardError as error:
            reason = str(error)
            if error.code == "wrong_side":
                break
            continue
        known = [one for one in found if isinstance(one, ResponseRecord | ResumeRecord) and _says_something(one)]
        if known and (kind not in {"negotiation", "application"} or any(_is_response(one) for one in known)):
            return known
    raise FileRefusedError(f"“{filename}” cannot be read: {reason}.", field="file")


def _says_something(record: ResponseRecord | ResumeRecord) -> bool:
    """Whether a record can be told from another: it has a number, or at least a name or a contact."""
    if record.id is not None:
        return True
    return isinstance(record, ResumeRecord) and bool(record.name or record.first_name or record.contacts)


def _is_response(record: ResponseRecord | ResumeRecord) -> bool:
    """Tell a response from a resume that was read as one: a response has a state or steps."""
    return isinstance(record, ResponseRecord) and bool(record.state or record.actions or record.resume_id)


def _frame(system: str, number: int, resume: ResumeRecord | None, *, response: ResponseRecord | None) -> dict[str, Any]:
    parts = (resume.last_name, resume.first_name, resume.middle_name) if resume else ()
    identity = resume.id if resume else (response.resume_id or response.candidate_id if response else None)
    # A document without a number of its own is known by what stands in it.
    mark = identity if identity is not None else hashlib.sha256(repr(resume).encode()).hexdigest()[:32]
    return {
        "system": system,
        "row": number,
        "external_id": str(response.id) if response else f"resume:{mark}",
        "resume_id": str(identity or ""),
        "owner_id": str(resume.owner_id or "") if resume else "",
        "name": (resume.name if resume and resume.name else " ".join(part for part in parts if part)),
        "emails": list(resume.emails) if resume else [],
        "phones": list(resume.phones) if resume else [],
        "city": (resume.city or "") if resume else "",
        "birth_date": (resume.birth_date or "") if resume else "",
        "salary": _amount(resume),
        "applied_at": _moment(response),
        "vacancy": next(iter(response.vacancy_titles), "") if response else "",
        "title": (resume.title or "") if resume else "",
        "experience": [
            {
                "start": (job.start or "")[:7],
                "end": (job.end or "")[:7],
                "company": job.company,
                "position": job.position,
                "text": job.description,
            }
            for job in (resume.experience if resume else ())
        ],
        "education": [
            {"name": school.school, "year": school.end or ""} for school in (resume.education if resume else ())
        ],
        "skills": list(resume.skills) if resume else [],
        "about": resume.about if resume else "",
        "languages": [{"name": one.name, "level": one.level} for one in (resume.languages if resume else ())],
        "raw": (response.raw if response else resume.raw if resume else None) or {},
    }


def _moment(response: ResponseRecord | None) -> str:
    """Return when the person answered, as ISO 8601; "" where the file does not say."""
    at = moment(response.created_at) or moment(response.applied_at) if response else None
    return at.isoformat() if at else ""


def _amount(resume: ResumeRecord | None) -> int:
    """Return the wished pay in whole units; 0 where there is none or it cannot be read."""
    try:
        return max(0, min(int(float((resume.salary_amount if resume else 0) or 0)), 2_000_000_000))
    except (TypeError, ValueError, OverflowError):
        return 0
