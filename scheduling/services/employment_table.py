"""A table of hires: application, started_on, seen_on, left_on, rating; read in the sandbox like every foreign file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from recruit import sandbox
from recruit.errors import FileRefusedError, RecruitError
from recruit.models import User
from recruit.tables import DateError, parse_date, table_from_frames
from scheduling.services.reports.after_hire import hire_of, note_employment

COLUMNS = ("application", "started_on", "seen_on", "left_on", "rating")
MOST_ROWS = 20_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table, as text."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a line was refused."""

    number: int
    column: str
    message: str


def read(data: bytes, *, filename: str) -> list[Row]:
    """Return the lines of a table.

    Raises:
        FileRefusedError: it cannot be read, has no column "application", or too many lines.
    """
    with sandbox.stream(
        "recruit.tables.frames.table_frames", data, limits=sandbox.TABLE_LIMITS, filename=filename, limit=MOST_ROWS + 1
    ) as frames:
        table = table_from_frames(frames)
        names = [title.strip().casefold() for title in table.header]
        if "application" not in names:
            raise FileRefusedError(
                "The table needs a column “application”: the number of the application.", field="file"
            )
        rows = [Row(number=number, cells=dict(zip(names, cells, strict=False))) for number, cells in table.rows]
    if len(rows) > MOST_ROWS:
        raise FileRefusedError(f"The table has more than {MOST_ROWS} lines.", field="file")
    return rows


def write(rows: list[Row], *, at: datetime, by: User) -> tuple[int, list[Problem]]:
    """Write down every line, each for itself; return how many were written and why the others were not."""
    written, problems = 0, []
    for row in rows:
        try:
            with transaction.atomic():
                _write(row, at=at, by=by)
            written += 1
        except RecruitError as error:
            problems.append(Problem(number=row.number, column=error.field, message=str(error)))
    return written, problems


def _write(row: Row, *, at: datetime, by: User) -> None:
    number = row.cells.get("application", "").strip()
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise FileRefusedError("Write the number of the application.", field="application")
    rating = row.cells.get("rating", "").strip()
    if rating and rating not in {"1", "2", "3", "4", "5"}:
        raise FileRefusedError("A rating is 1 to 5.", field="rating")
    days = dict(_days(row))
    note_employment(
        hire_of(by, int(number)),
        at=at,
        by=by,
        started_on=days.get("started_on"),
        seen_on=days.get("seen_on"),
        left_on=days.get("left_on"),
        rating=int(rating) if rating else None,
    )


def _days(row: Row) -> Iterator[tuple[str, date]]:
    for name in ("started_on", "seen_on", "left_on"):
        text = row.cells.get(name, "").strip()
        if not text:
            continue
        try:
            yield name, parse_date(text)
        except DateError as error:
            raise FileRefusedError(str(error), field=name) from error
