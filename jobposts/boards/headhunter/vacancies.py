"""Pure: hh.ru vacancies. Both ``salary`` and the newer ``salary_range`` are read."""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import entries, flag, ident, named, need_object, number, stamp, table, text, whole, words
from jobposts.records import VacancyRecord


def parse_vacancy(payload: Any) -> VacancyRecord:
    """Return the vacancy of a list item or of ``GET /vacancies/{id}``."""
    row = need_object(payload, "vacancy")
    salary = table(row, "salary") or table(row, "salary_range")
    return VacancyRecord(
        id=ident(row, "id"),
        title=text(row, "name"),
        description=words(row, "description"),
        city=named(row, "area"),
        address=text(row, "address", "raw"),
        address_city=text(row, "address", "city"),
        salary_from=number(salary, "from"),
        salary_to=number(salary, "to"),
        currency=text(salary, "currency"),
        salary_gross=flag(salary, "gross"),
        company=text(row, "department", "name"),
        employer_id=ident(row, "employer", "id"),
        employer_name=text(row, "employer", "name"),
        manager_id=ident(row, "manager", "id"),
        employment_type=named(row, "employment_form") or named(row, "employment"),
        state=text(row, "type", "id"),
        archived=flag(row, "archived"),
        hidden=flag(row, "hidden"),
        published_at=stamp(row, "published_at"),
        created_at=stamp(row, "created_at"),
        archived_at=stamp(row, "archived_at"),
        expires_at=stamp(row, "expires_at"),
        counters={key: value for key in table(row, "counters") if (value := whole(row, "counters", key)) is not None},
        url=text(row, "alternate_url"),
        raw=row,
    )


def parse_vacancies(payload: Any) -> tuple[VacancyRecord, ...]:
    """Return the vacancies of a list answer, or of one vacancy."""
    return tuple(parse_vacancy(row) for row in entries(payload, "items"))
