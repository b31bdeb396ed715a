"""What kind of file the bytes are, whatever the name says."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from pathlib import PurePath


class FileType(StrEnum):
    """Kinds of resume files that can be told apart."""

    PDF = "pdf"
    DOCX = "docx"
    RTF = "rtf"
    HTML = "html"
    TXT = "txt"
    DOC = "doc"  # Word before 2007: told, not read
    ODT = "odt"
    IMAGE = "image"
    OTHER = "other"
    EMPTY = "empty"


_NAMED = {
    ".pdf": FileType.PDF, ".docx": FileType.DOCX, ".rtf": FileType.RTF, ".html": FileType.HTML, ".htm": FileType.HTML,
    ".txt": FileType.TXT, ".text": FileType.TXT, ".md": FileType.TXT, ".doc": FileType.DOC, ".odt": FileType.ODT,
    ".png": FileType.IMAGE, ".jpg": FileType.IMAGE, ".jpeg": FileType.IMAGE,
}  # fmt: skip
_MAGIC = (
    (b"%PDF-", FileType.PDF),
    (b"{\\rtf", FileType.RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType.DOC),
    (b"\x89PNG\r\n", FileType.IMAGE),
    (b"\xff\xd8\xff", FileType.IMAGE),
    (b"GIF8", FileType.IMAGE),
    (b"BM", FileType.IMAGE),
    (b"II*\0", FileType.IMAGE),
    (b"MM\0*", FileType.IMAGE),
    (b"\x7fELF", FileType.OTHER),
    (b"MZ", FileType.OTHER),
    (b"Rar!", FileType.OTHER),
    (b"\x1f\x8b", FileType.OTHER),
    (b"7z\xbc\xaf", FileType.OTHER),
)
_HTML_MARKS = (b"<!doctype html", b"<html", b"<body", b"<head")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def detect_type(data: bytes) -> FileType:
    """Return the type of ``data`` by its first bytes; text is what has no binary zero."""
    head = data[:4096]
    if not head.strip() and not data.strip():
        return FileType.EMPTY
    if b"%PDF-" in head[:1024]:  # some mail gateways put bytes before it, and readers accept that
        return FileType.PDF
    if head.startswith(b"PK\x03\x04"):
        return _archive_type(data)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    binary = b"\0" in head and not head.startswith(_UTF16)
    for magic, kind in _MAGIC:
        # Two letters alone may begin a text.
        if start.startswith(magic) and (len(magic) > 2 or binary):
            return kind
    if binary:
        return FileType.OTHER
    page = start[:1] == b"<" and any(mark in start[:2048].lower() for mark in _HTML_MARKS)
    return FileType.HTML if page else FileType.TXT


def type_named(filename: str) -> FileType | None:
    """Return the type that the name claims, None if it claims none."""
    return _NAMED.get(PurePath(filename).suffix.lower())


def _archive_type(data: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return FileType.DOCX
            if "mimetype" in names and "content.xml" in names:
                return FileType.ODT
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError):
        pass
    return FileType.OTHER
