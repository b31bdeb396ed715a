"""XLSX workbooks, read row by row, with limits on everything a small archive can blow up."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from recruit.errors import FileRefusedError
from recruit.tables.delimited import MAX_CELL, MAX_COLUMNS, clean_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recruit.tables.records import Record
    from recruit.tables.source import Source

MAX_UNPACKED = 300 * 1024 * 1024  # bytes of all parts
MAX_WHOLE_PART = 64 * 1024 * 1024  # bytes of a part that openpyxl holds in memory whole: all but the sheets
MAX_PARTS = 2_000
MAX_EMPTY_ROWS = 2_000  # a cell at the last row of the sheet makes a million empty ones
MAX_SHEETS_LOOKED_AT = 10
MAX_ROWS = 1_048_576
_BOOK = "xl/workbook.xml"


def is_workbook(source: Source) -> bool:
    """Return whether ``source`` is an archive with a workbook inside."""
    if source.head(4) != b"PK\x03\x04":
        return False
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            return _BOOK in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


@dataclass(frozen=True, slots=True)
class Workbook:
    """The first visible sheet of a workbook; each walk opens it anew."""

    source: Source = field(repr=False)
    name: str
    sheet: str

    def __iter__(self) -> Iterator[Record]:
        """Yield rows as text; raise ``FileRefusedError`` where the file is broken or too big."""
        with self.source.open() as file:
            yield from self._records(_load(file, name=self.name))

    def _records(self, book: Any) -> Iterator[Record]:
        empty = 0
        try:
            sheet = book[self.sheet]
            # The dimension written in the file is a claim of its author: it may say XFD1048576.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS, values_only=True)
            for number, values in enumerate(rows, start=1):
                cells = _trim(tuple(_text(value) for value in values))
                empty = 0 if cells else empty + 1
                if empty > MAX_EMPTY_ROWS:
                    return
                _check_lengths(cells, number=number, name=self.name)
                yield number, cells
        except FileRefusedError:
            raise
        except Exception as error:
            raise _broken(self.name) from error
        finally:
            book.close()


def open_workbook(source: Source, *, name: str) -> Workbook:
    """Return the first visible sheet with a table, else the first visible one.

    Raises:
        FileRefusedError: broken, encrypted, or larger unpacked than a table needs.
    """
    _check_sizes(source, name=name)
    with source.open() as file:
        book = _load(file, name=name)
        try:
            visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        finally:
            book.close()
    if not visible:
        raise FileRefusedError(f"“{name}” has no visible sheet.", field="file")
    sheets = [Workbook(source=source, name=name, sheet=title) for title in visible[:MAX_SHEETS_LOOKED_AT]]
    return next((sheet for sheet in sheets if _holds_table(sheet)), sheets[0])


def _holds_table(sheet: Workbook) -> bool:
    """Return whether one of the first rows has two cells: a cover sheet has not."""
    return any(sum(1 for cell in cells if cell) > 1 for _, cells in islice(sheet, 20))


def _check_sizes(source: Source, *, name: str) -> None:
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _broken(name) from error
    whole = max((part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")), default=0)
    if (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or whole > MAX_WHOLE_PART
        or any(part.flag_bits & 1 for part in parts)
    ):
        raise FileRefusedError(f"“{name}” unpacks to more than a table needs.", field="file")


def _load(file: IO[bytes], *, name: str) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise _broken(name) from error


def _check_lengths(cells: tuple[str, ...], *, number: int, name: str) -> None:
    if any(len(cell) > MAX_CELL for cell in cells):
        raise FileRefusedError(f"“{name}”, row {number}: a cell is longer than {MAX_CELL} characters.", field="file")


def _broken(name: str) -> FileRefusedError:
    return FileRefusedError(f"“{name}” is a broken workbook; open it in Excel and save it again.", field="file")


def _trim(cells: tuple[str, ...]) -> tuple[str, ...]:
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return cells[:width]


def _text(value: object) -> str:
    """Return a cell's value as text: ISO dates, no ".0" behind whole numbers."""
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case float():
            text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            midnight = value.time() == time()
            text = value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            text = value.isoformat()
        case _:
            text = clean_cell(str(value))
    return text
