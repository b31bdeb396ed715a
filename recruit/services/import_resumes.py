"""A ZIP of resumes: each file a person, read in the sandbox, kept whatever could be read of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from recruit.contrib import BatchResult
from recruit.errors import InvalidInputError
from recruit.models import Company, ImportRun, Vacancy
from recruit.parsing.resume import MESSAGES
from recruit.parsing.text import Problem
from recruit.services import suppression
from recruit.services.import_responses import Meant, Response, source_called, take
from recruit.services.people import PersonRecord
from recruit.services.resume_files import ReadFile, keep_file, read_file
from recruit.tables import RowError

# Few at a time: each holds a whole file.
BATCH = 20


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of the archive, as read; ``row`` counts the files from 1."""

    row: int
    name: str
    read: ReadFile


def read_members(frames: Iterable[dict[str, Any]], columns: object) -> Iterator[Member | RowError]:
    """Yield the archive's files as they were read; one that cannot be opened is a refused row."""
    del columns
    region = Company.current().region
    for row, frame in enumerate(frames, start=1):
        name = str(frame["name"])
        if frame["problem"]:
            problem = str(frame["problem"])
            words = MESSAGES.get(Problem(problem), problem) if problem in set(Problem) else problem
            yield RowError(row=row, column=name, code=problem, message=f"{name}: {words}")
            continue
        read = read_file(base64.b64decode(frame["data"]), filename=name, region=region)
        yield Member(row=row, name=name, read=read)


def write_members(run: ImportRun, rows: Sequence[Member]) -> BatchResult:
    """Make a person and an application of each file (in the caller's transaction).

    A file without a name, phone or e-mail (a scan, a locked file) becomes a person without a name who needs somebody
    to look at the file, and is listed with the reason; nothing is thrown away.
    """
    vacancy = Vacancy.objects.filter(pk=run.options.get("vacancy") or 0).first()
    if vacancy is None:
        raise InvalidInputError("Choose the vacancy the resumes are for.", field="vacancy")
    notes = [
        (row.row, row.name, row.read.parsed.problem, f"{row.name}: {row.read.parsed.message}")
        for row in rows
        if row.read.parsed.problem and not _has_text(row)
    ]
    # A file says nothing of when its person applied.
    gone = suppression.left_out([(row.read.person(), None) for row in rows], region=Company.current().region)
    out = [
        (row.row, row.name, suppression.CODE, suppression.WORDS)
        for row, is_out in zip(rows, gone, strict=True)
        if is_out
    ]
    rows = [row for row, is_out in zip(rows, gone, strict=True) if not is_out]
    with transaction.atomic():
        source = source_called(str(run.options.get("source") or "") or "ZIP")
        taken = take([Meant(row=_response(row), vacancy=vacancy, source=source) for row in rows])
        for row, one in zip(rows, taken, strict=True):
            if not run.dry_run:
                keep_file(one.application.candidate, row.read, application=one.application)
        if run.dry_run:
            transaction.set_rollback(True)
    created = sum(one.is_new for one in taken)
    return BatchResult(created=created, skipped=len(taken) - created, problems=tuple(out), notes=tuple(notes))


def _has_text(row: Member) -> bool:
    return bool(row.read.parsed.text.strip())


def _response(row: Member) -> Response:
    digest = hashlib.sha256(row.read.data).hexdigest()[:40]
    person = row.read.person()
    if not (person.emails or person.phones):
        # Nothing to know the person by but the file itself.
        person = PersonRecord(name=person.name, city=person.city, identities=(("file", digest),))
    salary = row.read.parsed.salary
    return Response(
        row=row.row,
        person=person,
        external_id=f"file:{digest}",
        applied_at=timezone.now(),
        salary_wish=salary[0] if salary else 0,
    )
