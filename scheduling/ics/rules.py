"""Following the repetitions of a foreign calendar: with a limit, and with a remark on each rule that is not followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from dateutil.rrule import rrule, rrulestr

from scheduling.ics.hours import Stretch
from scheduling.ics.zones import Zones, parse_moment

_DAY = timedelta(days=1)
# Repetitions looked at in one calendar: beyond it the rest of the rules is refused and said so.
MOST_STEPS = 400_000
MOST_STEPS_OF_ONE = 40_000
_REFUSED_RULES = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_KNOWN_RULES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_MONTH_DAYS = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass
class Reading:
    """What is known while one calendar is read."""

    start: datetime
    end: datetime
    zone: tzinfo
    zones: Zones
    sure: list[Stretch] = field(default_factory=list)
    unsure: list[Stretch] = field(default_factory=list)
    remarks: Counter[tuple[str, str]] = field(default_factory=Counter)
    steps: int = 0
    # Rules that gave no date at all: looking for one takes a walk to the year 9999, which is done once.
    empty: set[str] = field(default_factory=set)


def repeated(
    text: str, first: datetime, zone: tzinfo, since: datetime, until: datetime, reading: Reading
) -> Iterator[datetime]:
    """Yield the local starts of a rule between ``since`` and ``until``; what cannot be followed is remarked on."""
    parts = {key.strip().upper(): word.strip() for key, _, word in (one.partition("=") for one in text.split(";"))}
    frequency = parts.get("FREQ", "").upper()
    interval = parts.get("INTERVAL", "1")
    counted = interval.isascii() and interval.isdigit() and len(interval) < 6
    followed = frequency in _KNOWN_RULES and counted and int(interval) >= 1
    if not followed or _never(parts) or text in reading.empty:
        word = frequency if frequency in _REFUSED_RULES else text[:60]
        reading.remarks["rule", word] += 1
        return
    if "UNTIL" in parts:
        last = parse_moment(parts["UNTIL"])
        if last is None:
            reading.remarks["rule", text[:60]] += 1
            return
        local = midnight(last)
        if local.tzinfo is not None:
            local = local.astimezone(zone).replace(tzinfo=None)
        elif not isinstance(last, datetime):
            local += _DAY - timedelta(seconds=1)
        if local < since:
            return
        parts["UNTIL"] = local.strftime("%Y%m%dT%H%M%S")
    start = first if "COUNT" in parts else _nearer(first, frequency, int(interval), since)
    if start > until:
        return
    try:
        rule = rrulestr(";".join(f"{key}={word}" for key, word in parts.items() if key and word), dtstart=start)
    except Exception:  # noqa: BLE001 - the parser fails in many ways on foreign rules
        reading.remarks["rule", text[:60]] += 1
        return
    if isinstance(rule, rrule):
        yield from _steps(rule, text, since, until, reading)


def _steps(rule: rrule, text: str, since: datetime, until: datetime, reading: Reading) -> Iterator[datetime]:
    number = -1
    for number, start in enumerate(rule):
        if start > until:
            return
        reading.steps += 1
        if number >= MOST_STEPS_OF_ONE or reading.steps >= MOST_STEPS:
            reading.remarks["rule", text[:60]] += 1
            return
        if start >= since:
            yield start
    if number < 0:
        reading.empty.add(text)


def _never(parts: Mapping[str, str]) -> bool:
    """Return whether a rule names only days that its months do not have, such as the 30th of February."""
    try:
        months = [int(word) for word in parts["BYMONTH"].split(",")]
        days = [abs(int(word)) for word in parts["BYMONTHDAY"].split(",")]
    except (KeyError, ValueError):
        return False
    return all(day > _MONTH_DAYS.get(month, 0) for month in months for day in days)


def _nearer(first: datetime, frequency: str, interval: int, since: datetime) -> datetime:
    """Return a later date of the same rhythm, still before ``since``: a rule of 1970 is not followed day by day."""
    days = {"DAILY": 1, "WEEKLY": 7}.get(frequency)
    if days is None or since <= first:
        return first
    size = timedelta(days=days * interval)
    turns = (since - first) // size - 1
    return first + max(turns, 0) * size


def midnight(moment: datetime | date) -> datetime:
    """Return a time as it is, and a day as its beginning."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(0))
