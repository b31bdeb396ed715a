"""Pure: rows of a CSV or XLSX file as responses. ``recruit.tables`` reads the file and the remembered column map.

A file often has no ids. Then a row is known by what it says: the vacancy and the first of e-mail, phone and name
with birth date. The same row in a corrected file keeps its id, so a repeated import changes it and doubles nobody.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from jobposts.records import Contact, ResponseRecord, ResumeRecord
from recruit.parsing.normalise import email_norm, name_key, phone_e164
from recruit.tables.rows import ResponseRow, RowError, read_responses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recruit.tables.dates import Moment
    from recruit.tables.maps import ColumnMap
    from recruit.tables.read import Table


def parse_responses(table: Table, column_map: ColumnMap, *, region: str) -> Iterator[ResponseRecord | RowError]:
    """Return an iterator over the responses and the row errors, in the order of the file.

    Args:
        table: of ``recruit.tables.read_table``.
        column_map: which column is what.
        region: ISO 3166 code for phone numbers without a country code.

    Raises:
        InvalidInputError: at once, if the map does not fit the file.
    """
    return (
        row if isinstance(row, RowError) else parse_row(row, region=region) for row in read_responses(table, column_map)
    )


def parse_row(row: ResponseRow, *, region: str) -> ResponseRecord:
    """Return one row as a response with its resume."""
    person, salary = row.person, row.salary
    key = row.external_id or natural_key(row, region=region)
    contacts = [Contact(kind="email", value=value) for value in person.emails]
    contacts += [Contact(kind="phone", value=value) for value in person.phones]
    return ResponseRecord(
        id=key,
        vacancy_titles=(row.vacancy,) if row.vacancy else (),
        resume_id=key,
        source=row.source or None,
        applied_at=_written(row.applied_at),
        created_at=_written(row.applied_at),
        resume=ResumeRecord(
            id=key,
            name=person.name or None,
            first_name=person.first_name or None,
            last_name=person.last_name or None,
            middle_name=person.middle_name or None,
            contacts=tuple(contacts),
            city=row.city or None,
            birth_date=row.birth_date.isoformat() if row.birth_date else None,
            salary_amount=(salary.low or salary.high) if salary else None,
            currency=(salary.currency or None) if salary else None,
            money=salary.text if salary else None,
            about=row.comment,
            url=row.resume_url or None,
        ),
        raw=row,
    )


def natural_key(row: ResponseRow, *, region: str) -> str:
    """Return the id of a row without one: the same for the same person and vacancy, whatever the spelling."""
    person = row.person
    emails = [norm for value in person.emails if (norm := email_norm(value))]
    phones = [norm for value in person.phones if (norm := phone_e164(value, region))]
    born = row.birth_date.isoformat() if row.birth_date else ""
    who = next(iter(emails + phones), "") or f"{name_key(person.name)}|{born}|{'|'.join(person.phones)}"
    said = f"{row.vacancy.casefold()}\x1f{who}"
    return "row-" + hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def _written(at: Moment | None) -> str | None:
    """Return the moment in ISO form; a day alone stays a day, a time without an offset has none."""
    if at is None:
        return None
    if at.clock is None:
        return at.day.isoformat()
    zone = None if at.offset_minutes is None else timezone(timedelta(minutes=at.offset_minutes))
    return datetime.combine(at.day, at.clock, tzinfo=zone).isoformat()
