"""A ZIP of resumes → its files, one after the other, with limits on what a small archive can blow up."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from recruit.errors import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES = 2_000
MAX_FILE = 20 * 1024 * 1024  # bytes unpacked
MAX_TOTAL = 1024 * 1024 * 1024
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError, OSError)


def archive_members(data: bytes, *, filename: str, limit: int | None = None) -> Iterator[dict[str, str]]:
    """Yield every file (the first ``limit`` for a look) of the archive as ``name`` (without folders), ``data`` (base64) and ``problem`` ("" if none).

    A file that is encrypted, broken or too large is yielded without data and with the problem, so that nothing is
    passed over in silence; folders and what systems hide in archives (``__MACOSX``, names with a leading dot) are not
    files. An archive inside is handed on unopened.

    Raises:
        FileRefusedError: not a ZIP, more than 2,000 files or 1 GB unpacked.
    """
    name = PurePosixPath(filename.replace("\\", "/")).name or "archive"
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN:
        raise FileRefusedError(f"“{name}” is not a ZIP archive, or a broken one.", field="file") from None
    with archive:
        members = [member for member in archive.infolist() if _is_file(member)]
        if len(members) > MAX_FILES:
            raise FileRefusedError(f"“{name}” holds more than {MAX_FILES} files.", field="file")
        if sum(min(member.file_size, MAX_FILE) for member in members) > MAX_TOTAL:
            raise FileRefusedError(f"“{name}” unpacks to more than 1 GB.", field="file")
        for member in members[:limit]:
            content, problem = _read(archive, member)
            yield {"name": _base_name(member), "data": base64.b64encode(content).decode(), "problem": problem}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[bytes, str]:
    if member.flag_bits & _ENCRYPTED:
        return b"", "encrypted"
    if member.file_size > MAX_FILE:
        return b"", "too_large"
    try:
        with archive.open(member) as file:
            # The size in the directory is a claim of its author.
            content = file.read(MAX_FILE + 1)
    except _BROKEN:
        return b"", "broken"
    return (b"", "too_large") if len(content) > MAX_FILE else (content, "")


def _is_file(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    hidden = not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1].lower() == "thumbs.db"
    return not member.is_dir() and not hidden


def _base_name(member: zipfile.ZipInfo) -> str:
    """Return the name without folders; names of Russian Windows are in code page 866, which zipfile takes for 437."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME and not name.isascii():
        raw = name.encode("cp437", errors="replace")
        name = raw.decode("cp866", errors="replace")
        # UTF-8 without its mark looks like box drawing in code page 866.
        if any("\u2500" <= char <= "\u259f" for char in name):
            name = raw.decode("utf-8", errors="replace")
    return PurePosixPath(name.replace("\\", "/")).name[:200]
