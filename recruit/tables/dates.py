"""Dates and times as people type them.

The rule where figures alone leave two readings is **day first** (13.04.2016, 05/02/15 = 5 February 2015);
a date that does not exist day first is an error, it is never turned round in silence. Two figures of a
year: 00–49 are 2000–2049, 50–99 are 1950–1999, and beside a Thai month name they are Buddhist (69 = 2569).
Years 2400–2699 are Buddhist years: 2569 = 2026. Figures of any script count.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import regex

from recruit.tables.months import MONTHS, THAI_MONTHS

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_BUDDHIST = range(2400, 2700)
_BUDDHIST_OFFSET = 543
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_MAX_LENGTH = 80

_DASHES = regex.compile(r"\s*[‐‑‒–—―−]\s*")
_WEEKDAY = regex.compile(r"^(?:вс|пн|вт|ср|чт|пт|сб|mon|tue|wed|thu|fri|sat|sun)[\p{L}]*\.?,?\s+")
_YEAR_MARK = r"(?:\s*(?:г\.?|года|year))?"
_ISO = regex.compile(r"(?P<y>\d{4})\s*[-./]\s*(?P<m>\d{1,2})\s*[-./]\s*(?P<d>\d{1,2})")
_NUMERIC = regex.compile(
    rf"(?P<d>\d{{1,2}})\s*[-./]\s*(?P<m>\d{{1,2}})\s*[-./]\s*(?P<y>\d{{4}}|\d{{2}}){_YEAR_MARK}(?!\d)"
)
_BLANK_NUMERIC = regex.compile(r"(?P<d>\d{1,2})\s+(?P<m>\d{1,2})\s+(?P<y>\d{4})(?!\d)")
_NAMED = regex.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|-?го)?[\s\-./]*(?P<name>\p{{L}}[\p{{L}}\p{{M}}]*(?:\.[\p{{L}}\p{{M}}]+)*)\.?"
    rf"[\s\-./,']*(?:พ\.ศ\.\s*)?(?P<y>\d{{4}}|\d{{2}}){_YEAR_MARK}(?!\d)"
)
_NAME_FIRST = regex.compile(r"(?P<name>\p{L}+)\.?[\s\-./]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s\-./,']+(?P<y>\d{4})(?!\d)")
_COMPACT = regex.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)")
_TIME = regex.compile(
    r"[\s&,;|()@–-]*(?:t|в|at|от|เวลา)?\s*(?P<h>\d{1,2})(?:\s*[:.]\s*(?P<min>\d{2}))?(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?\s*m\.?|น\.?)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?[\s)]*"
)
_SERIAL = regex.compile(r"(?P<days>\d{5})(?:[.,](?P<part>\d{1,12}))?")


class DateError(ValueError):
    """The text is no date, or a date that does not exist; the message says which, in a few words."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time and offset from UTC where they were given."""

    day: date
    clock: time | None = None
    offset_minutes: int | None = None


def parse_date(text: str, *, day_first: bool = True) -> date:
    """Return the day in ``text``; a time behind it is ignored. Raise ``DateError`` if there is none."""
    return parse_moment(text, day_first=day_first).day


@lru_cache(maxsize=4096)
def parse_moment(text: str, *, day_first: bool = True, buddhist: bool = False) -> Moment:
    """Return the day and, if given, the time in ``text``; the whole text must be understood.

    >>> parse_moment("28.08.2016 & 11.30 AM")
    Moment(day=datetime.date(2016, 8, 28), clock=datetime.time(11, 30), offset_minutes=None)
    >>> parse_date("25 – Apr-16"), parse_date("1 มี.ค. 2569")
    (datetime.date(2016, 4, 25), datetime.date(2026, 3, 1))

    Args:
        text: at most 80 characters.
        day_first: read 05/02/15 as 5 February, else as 2 May.
        buddhist: read two figures of a year as Thai offices write them (69 = 2569 = 2026).

    Raises:
        DateError: not a date, a day that does not exist, a year outside 1900 to 2100, an impossible time.
    """
    if len(text) > _MAX_LENGTH:
        raise DateError("too long for a date")
    plain = _plain(text)
    if not plain:
        raise DateError("no date")
    serial = _SERIAL.fullmatch(plain)
    if serial and int(serial["days"]) in _EXCEL_DAYS:
        return _from_serial(int(serial["days"]), serial["part"] or "")
    for pattern in (_ISO, _COMPACT, _NUMERIC, _BLANK_NUMERIC, _NAMED, _NAME_FIRST):
        found = pattern.match(plain)
        if not found:
            continue
        parts = found.groupdict()
        if "name" in parts and _month_named(parts["name"]) is None:
            continue
        day = _day(parts, day_first=day_first or pattern not in {_NUMERIC, _BLANK_NUMERIC}, buddhist=buddhist)
        return _with_clock(day, plain[found.end() :])
    raise DateError("not a date")


def parse_clock(text: str) -> time | None:
    """Return the time of day if ``text`` is nothing but one with minutes ("10.30 Am", "9:00"), else None."""
    if len(text) > _MAX_LENGTH:
        return None
    found = _TIME.fullmatch(_plain(text))
    if not found or found["min"] is None:
        return None
    try:
        return _clock(found)
    except DateError:
        return None


def _plain(text: str) -> str:
    """Return ``text`` in lower case with one kind of dash, blank and figure."""
    text = unicodedata.normalize("NFKC", text).replace("ํา", "ำ").strip().casefold()
    text = _DASHES.sub("-", text)
    text = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    return str(_WEEKDAY.sub("", " ".join(text.split())))


def _month_named(name: str) -> int | None:
    name = unicodedata.normalize("NFKC", name).casefold().strip(".")
    return MONTHS.get(name) or THAI_MONTHS.get(name.replace(".", ""))


def _day(parts: dict[str, str], *, day_first: bool, buddhist: bool) -> date:
    """Return the day named by the matched parts or say what is wrong with it."""
    thai = buddhist
    if "name" in parts:
        month = _month_named(parts["name"]) or 0
        thai = buddhist or parts["name"].replace(".", "") in THAI_MONTHS
        number = int(parts["d"])
    else:
        month, number = int(parts["m"]), int(parts["d"])
        if not day_first:
            month, number = number, month
    year = _year(parts["y"], thai=thai)
    if not 1 <= month <= 12:
        raise DateError(f"there is no month {month}")
    try:
        return date(year, month, number)
    except ValueError:
        raise DateError(f"there is no day {number} in month {month} of {year}") from None


def _year(text: str, *, thai: bool) -> int:
    year = int(text)
    if len(text) == 2:
        if thai:
            return 2500 + year - _BUDDHIST_OFFSET
        return 2000 + year if year < 50 else 1900 + year
    if year in _BUDDHIST:
        year -= _BUDDHIST_OFFSET
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise DateError(f"the year {text} is out of range")
    return year


def _with_clock(day: date, rest: str) -> Moment:
    """Return ``day`` with the time in ``rest``, which must be a time or nothing."""
    if not rest.strip(" .,;"):
        return Moment(day)
    found = _TIME.fullmatch(rest)
    if not found or (found["min"] is None and not found["half"]):
        raise DateError(f"“{rest.strip()}” behind the date is not a time")
    return Moment(day, _clock(found), _offset(found["zone"]))


def _clock(found: regex.Match[str]) -> time:
    hour, minute, second = int(found["h"]), int(found["min"] or 0), int(found["s"] or 0)
    half = (found["half"] or "")[:1]
    if half in {"a", "p"}:
        if not 1 <= hour <= 12:
            raise DateError(f"there is no hour {hour} before or after noon")
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise DateError(f"there is no time {found.group().strip()}") from None


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone in {"z", "utc"}:
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    if minutes > 14 * 60:
        raise DateError(f"there is no time zone {zone}")
    return -minutes if zone[0] == "-" else minutes


def _from_serial(days: int, part: str) -> Moment:
    """Return the moment of an Excel serial number (days since 1899-12-30, the day's part behind the point)."""
    day = _EXCEL_EPOCH + timedelta(days=days)
    if not part.strip("0"):
        return Moment(day)
    minutes = round(float(f"0.{part}") * 24 * 60)
    moment = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001  a wall clock
    return Moment(moment.date(), moment.time())
