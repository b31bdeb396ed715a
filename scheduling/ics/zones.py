"""Time zones as calendars name them: IANA names, Windows names, path-like names, definitions that come along.

A name that nothing explains is unknown. It is never taken for UTC in silence: whoever asks decides and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduling.ics.lines import Component, find

_UTC_NAMES = frozenset({"UTC", "GMT", "Z", "ETC/UTC", "ETC/GMT", "TZONE://MICROSOFT/UTC", "COORDINATED UNIVERSAL TIME"})
_MOST_DEFINITION_LINES = 2000


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Return every IANA name by its lower-case form; the machine's own zone is none."""
    return {name.lower(): name for name in available_timezones() if name not in {"localtime", "Factory"}}


@lru_cache(maxsize=512)
def known_zone(name: str) -> tzinfo | None:
    """Return the zone of an IANA, Windows or path-like name; None for any other word.

    >>> known_zone("/mozilla.org/20050126_1/Europe/Berlin"), known_zone("W. Europe Standard Time")
    (zoneinfo.ZoneInfo(key='Europe/Berlin'), zoneinfo.ZoneInfo(key='Europe/Berlin'))
    """
    word = name.strip().strip('"')
    if word.upper() in _UTC_NAMES:
        return UTC
    parts = word.split("/")
    for guess in (word, WINDOWS_TO_OLSON.get(word, ""), "/".join(parts[-2:]), "/".join(parts[-3:])):
        found = _names().get(guess.lower())
        if found is not None:
            return ZoneInfo(found)
    return None


class Zones:
    """The zones of one calendar: names first, then the definitions that it brings along."""

    def __init__(self, root: Component) -> None:
        self._defined = {line.strip().strip('"'): one for one in find_zones(root) if (line := one.value("TZID"))}
        self._kept: dict[str, tzinfo | None] = {}

    def get(self, name: str) -> tzinfo | None:
        """Return the zone called ``name``; None where nothing explains it."""
        word = name.strip().strip('"')
        if word not in self._kept:
            self._kept[word] = known_zone(word) or self._from_definition(word)
        return self._kept[word]

    def _from_definition(self, word: str) -> tzinfo | None:
        component = self._defined.get(word)
        if component is None:
            return None
        text = _text_of(component)
        if text.count("\r\n") > _MOST_DEFINITION_LINES:
            return None
        try:
            definition: Any = Timezone.from_ical(text)
            zone: tzinfo = definition.to_tz()
            # A definition may be accepted and fail when it is used.
            datetime(2026, 1, 15, 12, tzinfo=zone).utcoffset()
            datetime(2026, 7, 15, 12, tzinfo=zone).utcoffset()
        except Exception:  # noqa: BLE001 - foreign definitions fail in every way; the name is then unknown
            return None
        return zone


def find_zones(root: Component) -> list[Component]:
    """Return the VTIMEZONE components of a calendar."""
    return list(find(root, "VTIMEZONE"))


def _text_of(component: Component) -> str:
    lines = [f"BEGIN:{component.name}"]
    for line in component.lines:
        params = "".join(f';{key}="{word}"' for key, word in line.params.items())
        lines.append(f"{line.name}{params}:{line.value}")
    inner = "".join(_text_of(one) for one in component.inside)
    return "\r\n".join(lines) + "\r\n" + inner + f"END:{component.name}\r\n"


def parse_moment(value: str) -> datetime | date | None:
    """Return a DATE or DATE-TIME value: aware in UTC where it ends in Z, else naive; None for what is neither."""
    text = value.strip()
    try:
        if len(text) == 8:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        if len(text) in {15, 16} and text[8] in "Tt":
            numbers = [int(text[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (9, 11), (11, 13), (13, 15))]
            zone = UTC if text[15:] in {"Z", "z"} else None
            # Second 60 is a leap second; calendars have no other use for it.
            year, month, day, hour, minute, second = numbers
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None
    return None


def in_utc(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return ``moment`` in UTC; a naive one is read in ``zone``. A skipped local time is moved as the clocks were."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone or UTC)
    try:
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return aware.replace(tzinfo=UTC)


def parse_duration(value: str) -> timedelta | None:
    """Return a DURATION (RFC 5545, 3.3.6), such as ``PT1H30M``, ``P1D``, ``-P2W``; None for anything else."""
    text = value.strip().upper()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    if not text.startswith("P") or len(text) > 40:
        return None
    seconds, number = 0, ""
    sizes = {"W": 604800, "D": 86400, "H": 3600, "M": 60, "S": 1}
    for char in text[1:]:
        if char.isascii() and char.isdigit():
            number += char
        elif char == "T" and not number:
            continue
        elif char in sizes and number:
            seconds += int(number) * sizes[char]
            number = ""
        else:
            return None
    try:
        return None if number else timedelta(seconds=sign * seconds)
    except OverflowError:
        return None
