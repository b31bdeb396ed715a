"""Responses of job boards into the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from recruit.contrib import BatchResult
from recruit.models import ImportRun, Vacancy
from recruit.services.import_responses import Response, write_responses
from recruit.services.people import PersonRecord

# Short names in external numbers, as live accounts write them, so that a file and an account meet; and the sources.
PREFIX = {"headhunter": "hh"}
SOURCES = {
    "headhunter": "hh.ru",
    "superjob": "SuperJob",
    "vkrabota": "VK Rabota",
    "huntflow": "Huntflow",
    "greenhouse": "Greenhouse",
    "lever": "Lever",
    "jsonresume": "JSON Resume",
}


def read_frames(frames: Iterable[dict[str, Any]], columns: object) -> Iterator[Response]:
    """Turn the frames of a board's file into responses; a person without a name or contact is kept by the resume's id."""
    del columns
    for frame in frames:
        system = str(frame["system"])
        prefix = PREFIX.get(system, system)
        yield Response(
            row=int(frame["row"]),
            person=PersonRecord(
                name=str(frame["name"]),
                emails=tuple(frame["emails"]),
                phones=tuple(frame["phones"]),
                city=str(frame["city"]),
                birth_date=_day(frame["birth_date"]),
                identities=tuple(
                    (f"{prefix}:{kind}", str(frame[key]))
                    for kind, key in (("resume", "resume_id"), ("owner", "owner_id"))
                    if frame[key]
                ),
            ),
            external_id=f"{prefix}:{frame['external_id']}",
            applied_at=_moment(frame["applied_at"]),
            salary_wish=int(frame["salary"]),
            vacancy_title=str(frame["vacancy"]),
            source_name=SOURCES[system],
            resume_title=str(frame["title"]),
            resume_text=_text(frame),
            resume_fields={key: frame[key] for key in ("title", "experience", "education", "skills", "languages")},
            payload=frame["raw"] if isinstance(frame["raw"], dict) else {},
        )


def _text(frame: dict[str, Any]) -> str:
    jobs = [f"{job['start']}–{job['end'] or '…'} {job['company']}: {job['position']}" for job in frame["experience"]]
    lines = (str(frame["title"]), *jobs, ", ".join(frame["skills"]), str(frame["about"]))
    return "\n".join(line for line in lines if line)


def _moment(text: str) -> datetime | None:
    """Read a time in ISO 8601; None where there is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def write_board(run: ImportRun, rows: Sequence[Response]) -> BatchResult:
    """Write a batch of responses (in the caller's transaction)."""
    vacancy = Vacancy.objects.filter(pk=run.options.get("vacancy") or 0).first()
    return write_responses(run, list(rows), vacancy=vacancy)
