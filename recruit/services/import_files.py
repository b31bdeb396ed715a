"""Files of imports: how large they may be, kept a piece at a time, opened in the sandbox's child."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File

from recruit import contrib, sandbox
from recruit.errors import FileRefusedError
from recruit.models import ImportRun
from recruit.tables import Table, table_from_frames

ARCHIVE = b"PK\x03\x04"
GONE = "The file of this import is gone."


def as_file(data: bytes | File[Any]) -> File[Any]:
    """Return what was handed in as a file; an upload of Django's lies on disk already when it is large."""
    return ContentFile(data) if isinstance(data, bytes) else data


def limit_bytes(file: File[Any], kind: contrib.ImportKind) -> int:
    """Return the most bytes such a file may have: plain text of a table is read a row at a time and may be larger."""
    file.seek(0)
    is_archive = file.read(4) == ARCHIVE
    file.seek(0)
    return settings.TABLE_LIMIT_BYTES if kind.map_kind and not is_archive else settings.UPLOAD_LIMIT_BYTES


def check_size(file: File[Any], kind: contrib.ImportKind) -> None:
    """Raise ``FileRefusedError`` for a file that is larger than the installation takes."""
    limit = limit_bytes(file, kind)
    if file.size > limit:
        raise FileRefusedError(f"The file is larger than {limit // 1_000_000} MB.", field="file")


def keep(run: ImportRun, file: File[Any]) -> None:
    """Store the file with its digest and about how many rows it has; it is walked in pieces, never held whole."""
    digest, lines = hashlib.sha256(), 0
    for piece in file.chunks():
        digest.update(piece)
        lines += piece.count(b"\n")
    run.digest = digest.hexdigest()
    run.rows_total = lines
    file.seek(0)
    run.file.save(f"{run.digest[:16]}.table", file, save=False)


@contextmanager
def opened(run: ImportRun, kind: contrib.ImportKind, **options: Any) -> Iterator[Any]:
    """Open the run's file as its kind wants it: a table whose rows can be walked once, or the frames of another shape."""
    if not run.file:
        raise FileRefusedError(GONE, field="file")
    try:
        with sandbox.stream(
            kind.frames, Path(run.file.path), limits=sandbox.TABLE_LIMITS, filename=run.file_name, **options
        ) as frames:
            yield table_from_frames(frames) if kind.map_kind else frames
    except FileNotFoundError as error:
        raise FileRefusedError(GONE, field="file") from error


@contextmanager
def opened_table(run: ImportRun, **options: Any) -> Iterator[Table]:
    """Open the run's file as a table, whatever its kind."""
    if not run.file:
        raise FileRefusedError(GONE, field="file")
    path = Path(run.file.path)
    with sandbox.stream(
        "recruit.tables.frames.table_frames", path, limits=sandbox.TABLE_LIMITS, filename=run.file_name, **options
    ) as frames:
        yield table_from_frames(frames)
