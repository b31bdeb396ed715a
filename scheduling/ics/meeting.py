"""One meeting for one recipient, as iTIP bytes (RFC 5546)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

from scheduling.ics.lines import clean_name, clean_text

PRODID = "-//Turnout//Turnout//EN"
Method = Literal["REQUEST", "CANCEL", "DECLINECOUNTER", "PUBLISH"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What one recipient may know of one meeting; it holds no other attendee.

    ``sequence`` and ``dtstamp`` are the stored ones, so that rendering again gives the same bytes. ``dtstamp``, ``start``
    and ``end`` are aware. ``organizer_email`` is the signed reply address. Raises ``ValueError`` for a naive time, an end
    that is not after the start, a negative sequence, an empty UID or an address that is not a plain ``local@domain``.
    """

    uid: str
    sequence: int
    dtstamp: datetime
    start: datetime
    end: datetime
    summary: str
    organizer_name: str
    organizer_email: str
    attendee_name: str
    attendee_email: str
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"

    def __post_init__(self) -> None:
        """Refuse what no calendar program could read."""
        if any(moment.utcoffset() is None for moment in (self.dtstamp, self.start, self.end)):
            raise ValueError("A meeting needs times with a zone.")
        if self.end <= self.start:
            raise ValueError("A meeting must end after it starts.")
        if self.sequence < 0 or not self.uid:
            raise ValueError("A meeting needs a UID and a sequence of 0 or more.")
        if re.search(r"[\s\x00-\x1f\x7f]", self.url + self.uid):
            raise ValueError("A URL or a UID has no blanks or control characters.")
        for address in (self.organizer_email, self.attendee_email):
            if not re.fullmatch(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]+", address):
                raise ValueError("An organizer and an attendee need a plain e-mail address.")


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if cleaned := clean_name(name):
        person.params["CN"] = cleaned
    return person


def _event(meeting: Meeting, method: Method) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.dtstamp.astimezone(UTC))
    event.add("dtstart", meeting.start.astimezone(UTC))
    event.add("dtend", meeting.end.astimezone(UTC))
    event.add("summary", vText(clean_name(meeting.summary)))
    for key, text in (("description", meeting.description), ("location", meeting.location)):
        if text:
            event.add(key, vText(clean_text(text)))
    if meeting.url:
        event.add("url", meeting.url)
    event.add("organizer", _person(meeting.organizer_name, meeting.organizer_email))
    if method != "PUBLISH":
        event.add("attendee", _attendee(meeting, method), encode=False)
    if method != "DECLINECOUNTER":
        event.add("status", "CANCELLED" if method == "CANCEL" else meeting.status)
    return event


def _attendee(meeting: Meeting, method: Method) -> vCalAddress:
    attendee = _person(meeting.attendee_name, meeting.attendee_email)
    if method == "REQUEST":
        attendee.params.update(
            {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
        )
    return attendee


def _bytes(meeting: Meeting, method: Method) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, method))
    return bytes(calendar.to_ical())


def request_bytes(meeting: Meeting) -> bytes:
    """Return the iTIP REQUEST (RFC 5546, 3.2.2): an invitation or an update, in UTC. ``ValueError`` if it is cancelled."""
    if meeting.status == "CANCELLED":
        raise ValueError("A cancelled meeting is sent as CANCEL, not as REQUEST.")
    return _bytes(meeting, "REQUEST")


def cancel_bytes(meeting: Meeting) -> bytes:
    """Return the iTIP CANCEL (RFC 5546, 3.2.5); the caller has raised ``sequence`` by one."""
    return _bytes(meeting, "CANCEL")


def declinecounter_bytes(meeting: Meeting) -> bytes:
    """Return the iTIP DECLINECOUNTER (RFC 5546, 3.2.8); ``sequence`` is that of the refused COUNTER."""
    return _bytes(meeting, "DECLINECOUNTER")


def publish_bytes(meeting: Meeting) -> bytes:
    """Return the event as a file to be added to a calendar (PUBLISH, RFC 5546, 3.2.1): nobody is asked to answer by mail."""
    return _bytes(meeting, "PUBLISH")
