"""Weekly hours on a local clock as stretches of time, and what of a stretch they leave open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

Stretch = tuple[datetime, datetime]
# (weekday 0 to 6, from, to) on the local clock.
Rule = tuple[int, time, time]
# The last minute that a clock can show stands for the end of the day.
_END = time(23, 59)


def open_stretches(
    rules: Sequence[Rule], *, zone: tzinfo, start: datetime, end: datetime, closed: Collection[date] = ()
) -> list[Stretch]:
    """Return the stretches (aware, UTC, in order, joined) of the days around [``start``, ``end``) that ``rules`` open.

    Without rules every day is open from midnight to midnight; days of ``closed`` are shut either way. A time that a
    change of the clocks skips is the moment of the change, one that comes twice is the first of the two.
    """
    stretches = []
    day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    while day <= last:
        if day not in closed:
            hours = [(opens, closes) for weekday, opens, closes in rules if weekday == day.weekday()]
            for opens, closes in hours if rules else [(time(0), _END)]:
                until = datetime.combine(day, closes, zone)
                if closes.replace(second=0, microsecond=0) == _END:
                    until = datetime.combine(day + timedelta(days=1), time(0), zone)
                stretches.append((datetime.combine(day, opens, zone).astimezone(UTC), until.astimezone(UTC)))
        day += timedelta(days=1)
    return joined(stretches)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the union of ``stretches`` as disjoint ones in order; those that touch become one."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def left_open(start: datetime, end: datetime, covered: Sequence[Stretch]) -> list[Stretch]:
    """Return the parts of [``start``, ``end``) that none of ``covered`` (disjoint, in order) holds."""
    gaps, at = [], start
    for begins, ends in covered:
        if ends <= at:
            continue
        if begins >= end:
            break
        if begins > at:
            gaps.append((at, begins))
        at = ends
    if at < end:
        gaps.append((at, end))
    return gaps
