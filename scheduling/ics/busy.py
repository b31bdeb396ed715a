"""Reading somebody's calendar for the one thing that matters: when they are taken. Titles and people are not kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

from recruit.errors import FileRefusedError
from scheduling.ics.hours import joined
from scheduling.ics.lines import Component, Line, components, find
from scheduling.ics.reply import address_of
from scheduling.ics.rules import Reading, midnight, repeated
from scheduling.ics.zones import Zones, in_utc, known_zone, parse_duration, parse_moment

MOST_EVENTS = 60_000
MOST_DATES = 60_000
_DAY = timedelta(days=1)
# Longer than any appointment: such a stretch is a mistake, cut so that it hides nothing for ever.
_LONGEST = timedelta(days=366)


def read_busy(
    data: bytes, *, start: str, end: str, zone: str, filename: str = "", address: str = "", own: Iterable[str] = ()
) -> dict[str, Any]:
    """Return when a calendar is taken within [``start``, ``end``) (ISO 8601, aware), JSON-able.

    ``zone`` (IANA) is the clock of the calendar's owner: floating times, whole days and times in a zone that nobody
    knows are read on it, the last as not sure. ``address`` is the owner's: what they declined does not take them.
    ``own`` holds UIDs of our own entries, which are no news to us.

    ``periods`` is a list of [start, end, sure] in UTC, joined and in order; ``events`` counts the entries; ``remarks`` is a
    list of {"what", "name", "count"}: ``zone`` (unknown), ``rule`` (sub-daily or not understood; its first date counts all
    the same), ``entry`` (broken). ``FileRefusedError`` for what is no calendar.
    """
    del filename
    try:
        root = components(data)
    except ValueError as error:
        raise FileRefusedError(str(error), field="file") from error
    calendars = list(find(root, "VCALENDAR"))
    if not calendars:
        raise FileRefusedError("The address gives no calendar.", field="file")
    named = next((line.value for one in calendars for line in one.all("X-WR-TIMEZONE")), "")
    reading = Reading(
        start=datetime.fromisoformat(start).astimezone(UTC),
        end=datetime.fromisoformat(end).astimezone(UTC),
        zone=known_zone(named) or known_zone(zone) or UTC,
        zones=Zones(root),
    )
    events = [one for calendar in calendars for one in find(calendar, "VEVENT")]
    if len(events) > MOST_EVENTS:
        raise FileRefusedError("This calendar holds too many entries.", field="file")
    skipped = frozenset(own)
    replaced = _replaced(events, reading)
    for event in events:
        try:
            if event.value("UID") not in skipped and _takes(event, address.strip().lower()):
                _read_event(event, reading, replaced)
        except (ValueError, OverflowError, TypeError):
            reading.remarks["entry", ""] += 1
    for calendar in calendars:
        for free_busy in find(calendar, "VFREEBUSY"):
            _read_free_busy(free_busy, reading)
    return {
        "periods": [
            [begin.isoformat(), finish.isoformat(), sure]
            for sure, times in ((True, reading.sure), (False, reading.unsure))
            for begin, finish in joined(times)
        ],
        "events": len(events),
        "remarks": [
            {"what": what, "name": name, "count": count} for (what, name), count in sorted(reading.remarks.items())[:50]
        ],
    }


def _takes(event: Component, address: str) -> bool:
    """Return whether an entry takes its owner's time: not called off, not shown as free, not declined by them."""
    if (event.value("STATUS") or "").strip().upper() == "CANCELLED":
        return False
    if (event.value("TRANSP") or "").strip().upper() == "TRANSPARENT":
        return False
    if (event.value("X-MICROSOFT-CDO-BUSYSTATUS") or "").strip().upper() == "FREE":
        return False
    if not address:
        return True
    declined = (
        line
        for line in event.all("ATTENDEE")
        if line.params.get("PARTSTAT", "").upper() == "DECLINED" and address_of(line) == address
    )
    return next(declined, None) is None


def _replaced(events: Iterable[Component], reading: Reading) -> Mapping[str, frozenset[datetime]]:
    """Return by UID the occurrences that an entry of their own stands for (RECURRENCE-ID)."""
    found: dict[str, set[datetime]] = {}
    for event in events:
        line = event.first("RECURRENCE-ID")
        if line is not None and (moment := _moment(line, reading)) is not None:
            found.setdefault(event.value("UID") or "", set()).add(moment[0])
    return {uid: frozenset(moments) for uid, moments in found.items()}


def _clock(line: Line, reading: Reading) -> tuple[datetime | date, tzinfo, bool] | None:
    """Return (local time or day, its zone, whether the zone is known) of a property; None for what is no time."""
    moment = parse_moment(line.value)
    if moment is None:
        return None
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.replace(tzinfo=None), UTC, True
    name = line.params.get("TZID", "")
    if not isinstance(moment, datetime) or not name:
        return moment, reading.zone, True
    zone = reading.zones.get(name)
    if zone is None:
        reading.remarks["zone", name[:120]] += 1
        return moment, reading.zone, False
    return moment, zone, True


def _moment(line: Line, reading: Reading) -> tuple[datetime, bool] | None:
    clock = _clock(line, reading)
    return None if clock is None else (in_utc(midnight(clock[0]), clock[1]), clock[2])


def _read_event(event: Component, reading: Reading, replaced: Mapping[str, frozenset[datetime]]) -> None:
    line = event.first("DTSTART")
    clock = _clock(line, reading) if line is not None else None
    if clock is None:
        reading.remarks["entry", ""] += 1
        return
    first, zone, sure = clock
    whole_days = not isinstance(first, datetime)
    local = midnight(first)
    length, ends_sure = _length(event, local, zone, reading, whole_days=whole_days)
    if length <= timedelta(0):
        return
    length = min(length, _LONGEST)
    times = reading.sure if sure and ends_sure else reading.unsure
    is_override = event.first("RECURRENCE-ID") is not None
    skip = frozenset() if is_override else replaced.get(event.value("UID") or "", frozenset())
    for start in _occurrences(event, local, zone, length, reading, alone=is_override):
        begins = in_utc(start, zone)
        # A whole day ends at the next midnight of its clock; an appointment lasts as long as it lasts.
        ends = in_utc(start + length, zone) if whole_days else begins + length
        if begins not in skip and begins < reading.end and ends > reading.start:
            times.append((begins, ends))


def _length(
    event: Component, local: datetime, zone: tzinfo, reading: Reading, *, whole_days: bool
) -> tuple[timedelta, bool]:
    """Return how long an entry lasts, and whether the zone of its end is known."""
    line = event.first("DTEND")
    clock = _clock(line, reading) if line is not None else None
    if clock is not None:
        if whole_days:
            return midnight(clock[0]) - local, True
        return in_utc(midnight(clock[0]), clock[1]) - in_utc(local, zone), clock[2]
    duration = parse_duration(event.value("DURATION") or "")
    if duration is not None:
        return duration, True
    return (_DAY if whole_days else timedelta(0)), True


def _occurrences(
    event: Component, first: datetime, zone: tzinfo, length: timedelta, reading: Reading, *, alone: bool
) -> Iterator[datetime]:
    """Yield the local starts of an entry around the window: itself, its rules, its extra dates, without its exceptions."""
    rules = [] if alone else event.all("RRULE")
    dates = [] if alone else event.all("RDATE")
    if not rules and not dates:
        yield first
        return
    # Local times: a day around the window covers every zone.
    since = reading.start.replace(tzinfo=None) - length - 2 * _DAY
    until = reading.end.replace(tzinfo=None) + 2 * _DAY
    without = set(_dates(event.all("EXDATE"), zone, reading))
    seen: set[datetime] = set()
    for start in (first, *_dates(dates, zone, reading)):
        if start not in without and start not in seen:
            seen.add(start)
            yield start
    for line in rules[:4]:
        for start in repeated(line.value, first, zone, since, until, reading):
            if start not in without and start not in seen:
                seen.add(start)
                yield start


def _dates(lines: Iterable[Line], zone: tzinfo, reading: Reading) -> Iterator[datetime]:
    """Yield the local times that EXDATE or RDATE lines name."""
    for line in lines:
        for word in islice(line.value.split(","), MOST_DATES):
            clock = _clock(Line(line.name, word.partition("/")[0], line.params), reading)
            if clock is None:
                continue
            moment, own_zone, _sure = clock
            local = midnight(moment)
            if own_zone is not zone and isinstance(moment, datetime):
                local = in_utc(local, own_zone).astimezone(zone).replace(tzinfo=None)
            yield local


def _read_free_busy(component: Component, reading: Reading) -> None:
    """Take the periods of a VFREEBUSY that are not free (RFC 5545, 3.8.2.6)."""
    for line in component.all("FREEBUSY"):
        if line.params.get("FBTYPE", "BUSY").upper() == "FREE":
            continue
        for word in line.value.split(","):
            begin, _, finish = word.strip().partition("/")
            start = _moment(Line("", begin, line.params), reading)
            if start is None:
                reading.remarks["entry", ""] += 1
                continue
            length = parse_duration(finish)
            stop = _moment(Line("", finish, line.params), reading) if length is None else None
            end = start[0] + length if length is not None else stop[0] if stop else start[0]
            if start[0] < end and start[0] < reading.end and end > reading.start:
                reading.sure.append((start[0], min(end, start[0] + _LONGEST)))
