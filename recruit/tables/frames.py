"""A table as a stream of JSON-able frames: how it crosses from the sandbox's child to its parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from recruit.errors import FileRefusedError
from recruit.tables.read import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from recruit.tables.records import Record

FRAME_ROWS = 500


def table_frames(data: bytes | Path, *, filename: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the header of the table in ``data``, then its rows 500 at a time, at most ``limit`` rows in all.

    Raises:
        FileRefusedError: as ``read_table``.
    """
    table = read_table(data, filename=filename)
    yield {
        "header": list(table.header),
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet": table.sheet,
    }
    rows = islice(table.rows, limit)
    while batch := [[number, *cells] for number, cells in islice(rows, FRAME_ROWS)]:
        yield {"rows": batch}


@dataclass(slots=True)
class _FrameRows:
    """Rows that arrive in frames; they can be walked once."""

    frames: Iterator[dict[str, Any]] = field(repr=False)

    def __iter__(self) -> Iterator[Record]:
        for frame in self.frames:
            for number, *cells in frame["rows"]:
                yield int(number), tuple(str(cell) for cell in cells)


def table_from_frames(frames: Iterator[dict[str, Any]]) -> Table:
    """Return the table whose frames these are; its rows can be walked once, while the stream is open.

    Raises:
        FileRefusedError: the stream ended before the header.
    """
    first = next(frames, None)
    if first is None or "header" not in first:
        raise FileRefusedError("The file could not be read.", field="file")
    return Table(
        header=tuple(str(title) for title in first["header"]),
        rows=_FrameRows(frames),
        encoding=str(first["encoding"]),
        delimiter=str(first["delimiter"]),
        sheet=str(first["sheet"]),
    )
