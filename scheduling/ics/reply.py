"""Reading iTIP objects as real clients write them: replies, counter-proposals, refreshes, cancellations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from scheduling.ics.lines import Component, Line, components, find, unescape
from scheduling.ics.zones import Zones, in_utc, parse_duration, parse_moment

_READ = ("VEVENT", "VFREEBUSY", "VTODO", "VJOURNAL")
MOST_ITEMS = 2000


def address_of(line: Line | None) -> str | None:
    """Return the e-mail of an ORGANIZER or ATTENDEE in lower case; None where there is none."""
    if line is None:
        return None
    value = line.value.strip().strip('"')
    if value[:7].lower() == "mailto:":
        value = value[7:]
    if "@" not in value and "@" in line.params.get("EMAIL", ""):
        value = line.params["EMAIL"]
    return value.strip().removeprefix("mailto:").lower() or None


def read_itip(data: bytes) -> dict[str, Any]:
    """Return ``{"method": [...], "items": [...]}`` of an iCalendar object, JSON-able; values as written.

    An item has ``component``, ``uid``, ``recurrence_id``, ``sequence`` (None: absent or no number), ``dtstamp``,
    ``organizer``, ``comment``, ``dtstart`` and ``attendees`` with ``attendee``, ``partstat`` (``explicit`` says whether it
    stood there), ``delegated_to``, ``delegated_from``. ``starts_at`` and ``ends_at`` are UTC in ISO 8601 where the zone is
    known. Nothing is refused but size and depth (``ValueError``).
    """
    root = components(data)
    calendars = list(find(root, "VCALENDAR")) or [root]
    zones = Zones(root)
    methods: list[str] = []
    items: list[dict[str, Any]] = []
    for calendar in calendars:
        for line in calendar.all("METHOD"):
            word = line.value.strip().upper()
            if word and word not in methods:
                methods.append(word)
        items += [_item(one, zones) for one in find(calendar, *_READ)]
        if len(items) > MOST_ITEMS:
            raise ValueError("This calendar holds too much for an answer.")
    return {"method": methods, "items": items}


def _item(component: Component, zones: Zones) -> dict[str, Any]:
    comment = component.value("COMMENT")
    start = _utc(component.first("DTSTART"), zones)
    end = _utc(component.first("DTEND"), zones)
    if start is not None and end is None and (length := parse_duration(component.value("DURATION") or "")):
        end = _plus(start, length)
    return {
        "component": component.name,
        "uid": _stripped(component.value("UID")),
        "recurrence_id": _stripped(component.value("RECURRENCE-ID")),
        "sequence": _number(component.value("SEQUENCE")),
        "dtstamp": _stripped(component.value("DTSTAMP")),
        "organizer": address_of(component.first("ORGANIZER")),
        "comment": None if comment is None else unescape(comment),
        "dtstart": _stripped(component.value("DTSTART")),
        "starts_at": start.isoformat() if start else None,
        "ends_at": end.isoformat() if end else None,
        "attendees": [_attendee(line) for line in component.all("ATTENDEE")],
    }


def _attendee(line: Line) -> dict[str, Any]:
    partstat = line.params.get("PARTSTAT", "").strip().upper()
    found: dict[str, Any] = {
        "attendee": address_of(line),
        "partstat": partstat or "NEEDS-ACTION",
        "explicit": bool(partstat),
    }
    for name in ("DELEGATED-TO", "DELEGATED-FROM"):
        if word := line.params.get(name):
            # Several may be named; the first is asked about.
            found[name.lower().replace("-", "_")] = address_of(Line(name, word.split(",")[0].strip('" '), {}))
    return found


def _utc(line: Line | None, zones: Zones) -> datetime | None:
    """Return the moment of a property in UTC; None for dates, for unknown zones and for times without one."""
    moment = parse_moment(line.value) if line is not None else None
    if line is None or not isinstance(moment, datetime):
        return None
    if moment.tzinfo is None:
        zone = zones.get(line.params["TZID"]) if "TZID" in line.params else None
        if zone is None:
            return None
        return in_utc(moment, zone)
    return moment


def _plus(start: datetime, length: timedelta) -> datetime | None:
    try:
        return start + length
    except OverflowError:
        return None


def stamp_of(value: str | None) -> datetime | None:
    """Return a DTSTAMP as an aware moment; None where it is missing or no time. A floating one is read as UTC."""
    moment = parse_moment(value or "")
    if isinstance(moment, datetime):
        return in_utc(moment, None)
    if isinstance(moment, date):
        return in_utc(datetime(moment.year, moment.month, moment.day), None)  # noqa: DTZ001 - made aware at once
    return None


def _number(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _stripped(value: str | None) -> str | None:
    return None if value is None else value.strip()
