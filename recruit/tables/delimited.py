"""Delimited text (CSV): encoding, delimiter, rows; nothing is decoded before it is walked."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recruit.errors import FileRefusedError
from recruit.tables.exported import safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recruit.tables.records import Record
    from recruit.tables.source import Source

DELIMITERS = ",;\t|"
MAX_LINE = 256 * 1024  # bytes of the first line
MAX_CELL = 100_000  # characters
MAX_COLUMNS = 500
_SAMPLE = 1024 * 1024  # bytes
_SAMPLE_ROWS = 30
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Delimited:
    """A delimited file that can be walked again; each walk decodes it anew, a buffer at a time."""

    source: Source = field(repr=False)
    name: str
    encoding: str
    delimiter: str
    skip: int = 0  # leading lines that are instructions to Excel, not rows

    def __iter__(self) -> Iterator[Record]:
        """Yield every record with its number; raise ``FileRefusedError`` where the text is broken."""
        with self.source.open() as file, io.TextIOWrapper(file, encoding=self.encoding, newline="") as text:
            yield from self._records(text)

    def _records(self, text: io.TextIOWrapper) -> Iterator[Record]:
        for _ in range(self.skip):
            text.readline()
        reader = csv.reader(text, delimiter=self.delimiter)
        number = self.skip
        try:
            for number, cells in enumerate(reader, start=self.skip + 1):
                if len(cells) > MAX_COLUMNS:
                    raise FileRefusedError(
                        f"“{self.name}”, row {number}: more than {MAX_COLUMNS} columns.", field="file"
                    )
                yield number, tuple(clean_cell(cell) for cell in cells)
        except csv.Error as error:
            raise FileRefusedError(f"“{self.name}”, row {number + 1}: {_said(error)}.", field="file") from None
        except UnicodeDecodeError:
            raise FileRefusedError(
                f"“{self.name}”, row {number + 1}: the text is not in {self.encoding}.", field="file"
            ) from None


def _said(error: csv.Error) -> str:
    return "a cell is too long; is a quotation mark missing?" if "field limit" in str(error) else str(error)


def clean_cell(cell: str) -> str:
    """Return ``cell`` trimmed, without the apostrophe that exports put before =, +, - and @."""
    cell = cell.replace("\xa0", " ").replace("\u200b", "").strip()
    if len(cell) > 1 and cell[0] == "'" and safe_cell(cell[1:]) == cell:
        return cell[1:]
    return cell


def open_delimited(source: Source, *, name: str) -> Delimited:
    """Return the file ready to be walked.

    Raises:
        FileRefusedError: binary content, or a first line no table has.
    """
    encoding = detect_encoding(source)
    if not encoding.startswith("utf-16"):
        _refuse_binary(source, name=name)
    first = source.head(MAX_LINE + 1)
    if len(first) > MAX_LINE and not any(end in first for end in (b"\n", b"\r")):
        raise FileRefusedError(
            f"“{name}” is not a table: its first line is longer than {MAX_LINE // 1024} kB.", field="file"
        )
    sample = source.head(2 * MAX_LINE).decode(encoding, errors="replace")
    delimiter, skip = detect_delimiter(sample)
    return Delimited(source=source, name=name, encoding=encoding, delimiter=delimiter, skip=skip)


def detect_encoding(source: Source) -> str:
    """Return utf-8-sig, utf-16, utf-8, cp1251 or cp874.

    Text without a mark that is not UTF-8 is told apart by where its high bytes lie: Thai consonants fill
    0xA1–0xBF, which Russian hardly uses, and 0xFC–0xFF do not exist in Thai.
    """
    start = source.head(4)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in source.pieces():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        counts = Counter(source.head(_SAMPLE))
        if source.size > _SAMPLE:
            counts.update(source.tail(_SAMPLE))
        high = sum(n for byte, n in counts.items() if byte >= 0xA0)
        low_thai = sum(n for byte, n in counts.items() if 0xA1 <= byte <= 0xBF)
        no_thai = sum(n for byte, n in counts.items() if byte >= 0xFC)
        return "cp874" if high and low_thai * 5 > high and no_thai * 50 < high else "cp1251"
    return "utf-8"


def detect_delimiter(sample: str) -> tuple[str, int]:
    """Return the delimiter and how many leading lines to skip ("sep=;" is Excel's own instruction).

    The delimiter is the one that makes the widest table whose rows agree; a comma when there is none.
    """
    first = sample.partition("\n")[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5 and first[4] in DELIMITERS:
        return first[4], 1
    if first == "sep=":
        return "\t", 1
    return max(DELIMITERS, key=lambda mark: _agreement(sample, mark)), 0


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    """Return (share of rows of the commonest width, that width) if it is over 1, else nothing."""
    widths: Counter[int] = Counter()
    try:
        for index, cells in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)):
            if index == _SAMPLE_ROWS:
                break
            if any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        return 0.0, 0
    widest = [(rows / widths.total(), width) for width, rows in widths.items() if width > 1]
    if not widest:
        return 0.0, 0
    share, width = max(widest)
    return round(share, 1), width


def _refuse_binary(source: Source, *, name: str) -> None:
    sample = source.head(_SAMPLE)
    control = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1a\x1b")
    if any(b"\0" in piece for piece in source.pieces()) or control * 100 > len(sample):
        raise FileRefusedError(f"“{name}” is not a table: it holds binary data.", field="file")
