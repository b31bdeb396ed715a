"""Lengths of time in SQL, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, FloatField, Func, IntegerField, Value, When


class WholeHours(Func):
    """Whole hours from the first moment to the second, towards zero; NULL where one of them is."""

    arity = 2
    output_field: Any = IntegerField()
    _SECONDS = 3600
    _MORE = 0

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # noqa: ARG002 - Django's signature
        """Through Julian days, rounded to the second."""
        template = f"((CAST(ROUND((julianday(%(second)s) - julianday(%(first)s)) * 86400) AS INTEGER) + {self._MORE}) / {self._SECONDS})"
        return self._filled(compiler, template)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # noqa: ARG002 - Django's signature
        """Through the seconds of the interval."""
        template = (
            f"TRUNC((ROUND(EXTRACT(EPOCH FROM (%(second)s - %(first)s))) + {self._MORE}) / {self._SECONDS})::bigint"
        )
        return self._filled(compiler, template)

    def _filled(self, compiler: Any, template: str) -> tuple[str, list[Any]]:
        first, second = self.get_source_expressions()
        first_sql, first_params = compiler.compile(first)
        second_sql, second_params = compiler.compile(second)
        sql = template.replace("%(second)s", second_sql).replace("%(first)s", first_sql)
        return sql, [*second_params, *first_params]


class WholeMinutes(WholeHours):
    """Whole minutes from the first moment to the second, towards zero; NULL where one of them is."""

    _SECONDS = 60


class BegunHours(WholeHours):
    """Hours from the first moment to the second, a begun one counted whole: 12:00:00 is 12, 12:00:01 is 13."""

    _MORE = 3599


class WholeDays(WholeHours):
    """Whole days from the first moment to the second, towards zero; NULL where one of them is."""

    _SECONDS = 86_400


def _offsets(zone: ZoneInfo, first: date, last: date) -> list[tuple[datetime, timedelta]]:
    """Return the moments from which each offset of the clock holds, to the quarter of an hour; the first one holds before."""

    def offset(at: datetime) -> timedelta:
        return at.astimezone(zone).utcoffset() or timedelta()

    at = datetime.combine(first, time(), tzinfo=UTC) - timedelta(days=1)
    found = [(at, offset(at))]
    for _day in range((last - first).days + 3):
        at += timedelta(days=1)
        if offset(at) != found[-1][1]:
            quarters = (at - timedelta(minutes=15 * number) for number in range(95, -1, -1))
            turn = next(moment for moment in quarters if offset(moment) != found[-1][1])
            found.append((turn, offset(turn)))
    return found


def local_day(column: str, zone: ZoneInfo, *, first: date, last: date) -> Case | WholeDays:
    """Return the number of the day since ``first`` on the clock of ``zone`` for moments in ``column``.

    Right for moments from ``first`` to ``last``, both included: every offset that the clock has in these days stands
    in the expression, so that SQL alone groups by day.
    """
    spans = _offsets(zone, first, last)
    start = datetime.combine(first, time(), tzinfo=UTC)
    days = [WholeDays(Value(start - offset), F(column)) for _at, offset in spans]
    if len(spans) == 1:
        return days[0]
    ends = [at for at, _offset in spans[1:]]
    return Case(
        *(When(**{f"{column}__lt": end}, then=day) for day, end in zip(days, ends, strict=False)), default=days[-1]
    )


class Seconds(WholeHours):
    """Seconds from the first moment to the second, to the millisecond; NULL where one of them is."""

    output_field: Any = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # noqa: ARG002 - Django's signature
        """Through Julian days: a sum with an interval would call Python for every row."""
        return self._filled(compiler, "ROUND((julianday(%(second)s) - julianday(%(first)s)) * 86400, 3)")

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # noqa: ARG002 - Django's signature
        """Through the seconds of the interval."""
        return self._filled(compiler, "ROUND(EXTRACT(EPOCH FROM (%(second)s - %(first)s)), 3)::double precision")


__all__ = ["BegunHours", "Seconds", "WholeDays", "WholeHours", "WholeMinutes", "local_day"]
