"""Writing feeds: events as text once, feeds by joining them (RFC 5545, PUBLISH of RFC 5546, names of RFC 7986)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scheduling.ics.hours import Stretch
from scheduling.ics.lines import clean_name, escape, fold
from scheduling.ics.meeting import PRODID

# Names of CSS3 that calendar programs show well; RFC 7986, 5.9.
COLORS = (
    "teal",
    "steelblue",
    "slateblue",
    "mediumvioletred",
    "firebrick",
    "darkorange",
    "olive",
    "seagreen",
    "slategray",
)
REFRESH = "PT1H"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event of a feed; times are aware, ``sequence`` and ``dtstamp`` the stored ones."""

    uid: str
    sequence: int
    dtstamp: datetime
    start: datetime
    end: datetime
    summary: str
    organizer_name: str
    organizer_email: str
    description: str = ""
    location: str = ""
    url: str = ""
    is_off: bool = False


def _utc(moment: datetime) -> str:
    # strftime takes ten times as long, and a feed holds thousands of times.
    text = moment.astimezone(UTC).isoformat()
    return f"{text[:4]}{text[5:7]}{text[8:13]}{text[14:16]}{text[17:19]}Z"


def _param(text: str) -> str:
    """Return a parameter value: quoted where it holds a colon, semicolon or comma, which may not stand alone."""
    word = clean_name(text)
    return f'"{word}"' if any(char in word for char in ":;,") else word


def event_text(entry: Entry) -> str:
    """Return the VEVENT of ``entry``, folded, with CRLF; the same entry gives the same text."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.dtstamp)}",
        f"LAST-MODIFIED:{_utc(entry.dtstamp)}",
        f"DTSTART:{_utc(entry.start)}",
        f"DTEND:{_utc(entry.end)}",
        f"SUMMARY:{escape(clean_name(entry.summary))}",
    ]
    if entry.description:
        lines.append(f"DESCRIPTION:{escape(entry.description)}")
    if entry.location:
        lines.append(f"LOCATION:{escape(entry.location)}")
    if entry.url:
        lines.append(f"URL:{entry.url}")
    name = _param(entry.organizer_name)
    lines += [
        f"ORGANIZER{name and f';CN={name}'}:mailto:{entry.organizer_email}",
        f"STATUS:{'CANCELLED' if entry.is_off else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if entry.is_off else 'OPAQUE'}",
        "END:VEVENT",
    ]
    return "".join(fold(line) for line in lines)


def feed_bytes(events: Iterable[str], *, name: str, color: str) -> bytes:
    """Return the feed: a calendar without a UID of its own (it makes vdirsyncer see one event), with name and hints."""
    word = escape(clean_name(name))
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{word}",
        f"X-WR-CALNAME:{word}",
        f"COLOR:{color if color in COLORS else COLORS[0]}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    return "".join([*map(fold, head), *events, "END:VCALENDAR\r\n"]).encode()


def free_busy_bytes(
    taken: Sequence[Stretch],
    *,
    uid: str,
    stamp: datetime,
    start: datetime,
    end: datetime,
    organizer_name: str,
    organizer_email: str,
) -> bytes:
    """Return the taken times of [``start``, ``end``) as one VFREEBUSY (RFC 5546, 3.3.1)."""
    name = _param(organizer_name)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "METHOD:PUBLISH",
        "BEGIN:VFREEBUSY",
        f"UID:{uid}",
        f"DTSTAMP:{_utc(stamp)}",
        f"DTSTART:{_utc(start)}",
        f"DTEND:{_utc(end)}",
        f"ORGANIZER{name and f';CN={name}'}:mailto:{organizer_email}",
        *(f"FREEBUSY;FBTYPE=BUSY:{_utc(max(begin, start))}/{_utc(min(stop, end))}" for begin, stop in taken),
        "END:VFREEBUSY",
        "END:VCALENDAR",
    ]
    return "".join(map(fold, lines)).encode()
