"""A CSV or XLSX file → header and rows of text.

The content decides how a file is read, not its name; the name only makes messages clearer. Every cell
becomes text: dates of a workbook in ISO form, whole numbers without a decimal point. Row numbers are
those a spreadsheet shows: the header of a plain file is row 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from recruit.errors import FileRefusedError
from recruit.tables.delimited import open_delimited
from recruit.tables.source import Source
from recruit.tables.titles import NotAHeaderError, header_titles
from recruit.tables.workbook import is_workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recruit.tables.records import Record

MAX_BYTES = 1024 * 1024 * 1024
HEADER_WITHIN_ROWS = 20  # exports of other systems put a title and a date above the header

_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel (.xls) or Word file; save it as .xlsx or .csv"),
    (b"PK\x03\x04", "an archive that holds no spreadsheet"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; ``rows`` yields (row number, cells) and may be walked again if the source can.

    Attributes:
        header: titles, trimmed, unique (a repeated title gets " (2)").
        rows: row number as in a spreadsheet and exactly the cells that were there, at most one per title
            unless the row is too long; empty rows are left out.
        encoding: Python name of the encoding, "" for a workbook.
        delimiter: "," ";" tab or "|", "" for a workbook.
        sheet: name of the sheet that was read, "" for a delimited file.
    """

    header: tuple[str, ...]
    rows: Iterable[Record] = field(repr=False, compare=False)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows below the header of a source that can be opened again and again."""

    source: Iterable[Record]
    header_row: int

    def __iter__(self) -> Iterator[Record]:
        """Yield the rows that hold something, below the header."""
        for number, cells in self.source:
            if number > self.header_row and any(cells):
                yield number, cells


def read_table(data: bytes | Path, *, filename: str) -> Table:
    """Return the table in ``data`` (its bytes, or a file); rows are read when they are walked, one at a time.

    Raises:
        FileRefusedError: empty, too large, not a table, or without a header. Walking ``rows`` may raise it
            too, when a later part of the file is broken.
    """
    name = PurePath(filename).name or "file"
    source = Source(data)
    if not any(piece.strip() for piece in source.pieces()):
        raise FileRefusedError(f"“{name}” is empty.", field="file")
    if source.size > MAX_BYTES:
        raise FileRefusedError(f"“{name}” is larger than {MAX_BYTES // 1024 // 1024} MB.", field="file")
    if is_workbook(source):
        book = open_workbook(source, name=name)
        header_row, header = _find_header(book, name=name)
        return Table(header=header, rows=_Rows(book, header_row), sheet=book.sheet)
    start = source.head(16)
    for magic, kind in _SIGNATURES:
        if start.startswith(magic):
            raise FileRefusedError(f"“{name}” is not a table: it is {kind}.", field="file")
    text = open_delimited(source, name=name)
    header_row, header = _find_header(text, name=name)
    return Table(header=header, rows=_Rows(text, header_row), encoding=text.encoding, delimiter=text.delimiter)


def _find_header(source: Iterable[Record], *, name: str) -> tuple[int, tuple[str, ...]]:
    """Return the number and titles of the header row: the first row that is as wide as the rows below it."""
    first: list[Record] = []
    for number, cells in source:
        if any(cells):
            first.append((number, cells))
        if len(first) == HEADER_WITHIN_ROWS:
            break
    if not first:
        raise FileRefusedError(f"“{name}” has no rows.", field="file")
    width = max(sum(1 for cell in cells if cell) for _, cells in first)
    for number, cells in first:
        if sum(1 for cell in cells if cell) * 2 > width:
            try:
                return number, header_titles(cells)
            except NotAHeaderError as error:
                raise FileRefusedError(f"“{name}” has no header row: {error}", field="file") from None
    raise FileRefusedError(f"“{name}” has no header row.", field="file")  # pragma: no cover
