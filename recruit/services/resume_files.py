"""Files of resumes: always kept, read in the sandbox, shown safely."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from recruit import sandbox
from recruit.errors import FileRefusedError
from recruit.models import Application, Candidate, Resume
from recruit.parsing.resume import ParsedResume
from recruit.services.people import PersonRecord

READER = "recruit.parsing.resume.parse_resume"


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """A resume file as it was read; ``parsed`` says in ``problem`` what kept it from being read."""

    data: bytes
    filename: str
    parsed: ParsedResume

    def person(self, **known: Any) -> PersonRecord:
        """Return who the file is about; what is ``known`` from elsewhere (a form, a board) goes first."""
        found = self.parsed
        return PersonRecord(
            name=known.get("name") or (found.name.value if found.name else ""),
            emails=tuple(dict.fromkeys([*known.get("emails", ()), *(one.value for one in found.emails[:2])])),
            phones=tuple(dict.fromkeys([*known.get("phones", ()), *(one.value for one in found.phones[:2])])),
            identities=tuple(known.get("identities", ())),
            city=known.get("city") or (found.city.value if found.city else ""),
            language=known.get("language", ""),
        )


def read_file(data: bytes, *, filename: str, region: str) -> ReadFile:
    """Read a resume in the sandbox; a file that cannot be read gives a record with its problem, never an error."""
    try:
        raw = sandbox.run(READER, data, filename=filename, region=region)
        parsed = ParsedResume.from_dict(raw)
    except FileRefusedError as error:
        parsed = ParsedResume(file_type="", problem="broken", message=error.message)
    return ReadFile(data=data, filename=safe_name(filename), parsed=parsed)


def safe_name(filename: str) -> str:
    """Return a file name without folders and control signs, at most 120 characters."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    return "".join(char for char in name if char.isprintable() and char not in '"<>|:*?')[-120:] or "resume"


def keep_file(candidate: Candidate, read: ReadFile, *, application: Application | None = None) -> Resume:
    """Keep the file with what was read of it; the same file of the same person is kept once."""
    digest = hashlib.sha256(read.data).hexdigest()
    found = Resume.objects.filter(candidate=candidate, digest=digest).first()
    if found is not None:
        return found
    parsed = read.parsed.to_dict()
    text = parsed.pop("text", "")
    row = Resume(
        candidate=candidate,
        application=application,
        title=read.filename[:200],
        text=text,
        parsed=parsed,
        file_name=read.filename,
        digest=digest,
        problem=read.parsed.problem,
    )
    # The name on disk says nothing of the person and is served with a type of our choice.
    row.file.save(f"{digest[:24]}.bin", ContentFile(read.data), save=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.file.delete(save=False)
        return Resume.objects.get(candidate=candidate, digest=digest)
    return row
