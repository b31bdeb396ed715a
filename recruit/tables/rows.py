"""Rows of a table, read through a column map into frozen records, and what is wrong with the others.

Both readers walk the table once and hold one row at a time, so a million rows need no more memory than ten.
A row is either one record or one or more errors, never half of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from recruit.errors import InvalidInputError
from recruit.tables.answers import Answer, InterviewType, read_answer, read_interview_type
from recruit.tables.cells import RowReader
from recruit.tables.dates import parse_clock
from recruit.tables.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, time

    from recruit.tables.cells import Salary
    from recruit.tables.dates import Moment
    from recruit.tables.maps import ColumnMap, Kind
    from recruit.tables.read import Table

MAX_DURATION_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not read: row number as in a spreadsheet, title of the column ("" for the whole row)."""

    row: int
    column: str
    code: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class PersonFields:
    """Who a row is about, as written; contacts are split but not normalised."""

    name: str = ""
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One past interview appointment.

    Attributes:
        row: number in the file.
        key: natural key: map name, candidate (id, else e-mail, phone, name), day in ISO form.
        arrived: what was observed.
        intention: what the person had said beforehand.
        start: local time of the appointment if the file has one.
        duration_minutes: length of the interview in minutes, 0 to 720, or None.
    """

    row: int
    key: tuple[str, str, str]
    candidate_id: str
    person: PersonFields
    day: date
    start: time | None
    source: str
    vacancy: str
    office: str
    interview_type: InterviewType
    intention: Answer
    arrived: bool
    duration_minutes: int | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One person's response to a vacancy; ``external_id`` is "" where the file has none."""

    row: int
    external_id: str
    person: PersonFields
    birth_date: date | None
    city: str
    vacancy: str
    source: str
    applied_at: Moment | None
    salary: Salary | None
    comment: str = ""
    resume_url: str = ""


_Row = TypeVar("_Row", HistoryRow, ResponseRow)


def read_history(table: Table, column_map: ColumnMap) -> Iterator[HistoryRow | RowError]:
    """Return an iterator over past interviews and row errors, in the order of the file.

    Raises:
        InvalidInputError: at once, if the map is for responses, has no column for a needed field, or names
            a column that the table lacks.
    """
    _check(table, column_map, kind="history")
    return _history(table, column_map)


def read_responses(table: Table, column_map: ColumnMap) -> Iterator[ResponseRow | RowError]:
    """Return an iterator over responses and row errors, in the order of the file; raises as ``read_history``."""
    _check(table, column_map, kind="responses")
    return _walk(table, column_map, _response_row)


def split_rows(results: Iterable[_Row | RowError]) -> tuple[list[_Row], list[RowError]]:
    """Return the records and the errors of ``results`` as two lists."""
    rows: list[_Row] = []
    errors: list[RowError] = []
    for result in results:
        if isinstance(result, RowError):
            errors.append(result)
        else:
            rows.append(result)
    return rows, errors


def _check(table: Table, column_map: ColumnMap, *, kind: Kind) -> None:
    if column_map.kind != kind:
        raise InvalidInputError(f"This map is for {column_map.kind}, not for {kind}.", field="map")
    missing = column_map.missing_fields()
    if missing:
        raise InvalidInputError(f"No column is chosen for: {', '.join(missing)}.", field="columns")
    has = {title_key(title) for title in table.header}
    absent = [title for title in column_map.titles() if title_key(title) not in has]
    if absent:
        raise InvalidInputError(f"The file has no column “{'”, “'.join(absent)}”.", field="columns")


def _walk(table: Table, column_map: ColumnMap, build: Callable[[RowReader], _Row | None]) -> Iterator[_Row | RowError]:
    reader = RowReader(table.header, column_map)
    for number, cells in table.rows:
        reader.start(number, cells)
        record = build(reader)
        if reader.problems or record is None:
            for column, code, message, value in reader.problems:
                yield RowError(row=number, column=column, code=code, message=message, value=value[:200])
        else:
            yield record


def _history(table: Table, column_map: ColumnMap) -> Iterator[HistoryRow | RowError]:
    seen: dict[int, int] = {}
    for result in _walk(table, column_map, _history_row):
        if isinstance(result, HistoryRow):
            first = seen.setdefault(hash(result.key), result.row)
            if first != result.row:
                message = f"the same person and day as row {first}"
                yield RowError(row=result.row, column="", code="repeated", message=message, value=result.key[1])
                continue
        yield result


def _history_row(reader: RowReader) -> HistoryRow | None:
    person = _person(reader)
    candidate_id = reader.text("candidate_id")
    who = candidate_id or next(iter((*person.emails, *person.phones, person.name)), "")
    if not who:
        reader.problem("candidate_id", "no_person", "the row names no person")
    moment = reader.moment("date")
    if moment is None and not reader.has_problem("date"):
        reader.problem("date", "no_date", "the date is missing")
    outcome = read_answer(reader.text("outcome"))
    if outcome not in {Answer.YES, Answer.NO}:
        reader.problem("outcome", "no_outcome", "it does not say whether the person came")
    minutes = reader.minutes("duration_minutes", at_most=MAX_DURATION_MINUTES)
    vacancy, clocks = reader.title_and_clock("vacancy")
    start = reader.clock("start_time") or (moment and moment.clock) or clocks or parse_clock(reader.text("intention"))
    if reader.problems or moment is None:
        return None
    return HistoryRow(
        row=reader.number,
        key=(reader.column_map.name, who, moment.day.isoformat()),
        candidate_id=candidate_id,
        person=person,
        day=moment.day,
        start=start,
        source=reader.same_spelling("source"),
        vacancy=vacancy,
        office=reader.same_spelling("office"),
        interview_type=read_interview_type(reader.text("interview_type")),
        intention=read_answer(reader.text("intention")),
        arrived=outcome is Answer.YES,
        duration_minutes=minutes,
        answers={key: read_answer(reader.cell(title)) for key, title in reader.column_map.answers.items()},
        comment=reader.text("comment"),
    )


def _response_row(reader: RowReader) -> ResponseRow | None:
    person = _person(reader)
    external_id = reader.text("external_id")
    if not (external_id or person.name or person.phones or person.emails):
        reader.problem("name", "no_person", "the row names no person")
    birth = reader.moment("birth_date")
    applied = reader.moment("applied_at")
    salary = reader.salary("salary")
    if reader.problems:
        return None
    return ResponseRow(
        row=reader.number,
        external_id=external_id,
        person=person,
        birth_date=birth.day if birth else None,
        city=reader.text("city"),
        vacancy=reader.same_spelling("vacancy"),
        source=reader.same_spelling("source"),
        applied_at=applied,
        salary=salary,
        comment=reader.text("comment"),
        resume_url=reader.text("resume_url"),
    )


def _person(reader: RowReader) -> PersonFields:
    last, first, middle = (reader.text(name) for name in ("last_name", "first_name", "middle_name"))
    return PersonFields(
        name=reader.text("name") or " ".join(part for part in (last, first, middle) if part),
        last_name=last,
        first_name=first,
        middle_name=middle,
        phones=reader.several("phone"),
        emails=reader.emails("email"),
    )
