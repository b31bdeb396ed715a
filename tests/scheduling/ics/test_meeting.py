"""What one recipient is sent: iTIP bytes and the mail around them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from recruit.messaging.mail import as_mail
from recruit.models import Message
from scheduling.ics.meeting import Meeting, cancel_bytes, declinecounter_bytes, request_bytes

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
MEETING = Meeting(
    uid="a1@turnout.example", sequence=2, dtstamp=START - timedelta(days=3), start=START, end=START + timedelta(hours=1),
    summary="Собеседование", description="สัมภาษณ์งาน 16:00\nBangkok", location="Office; floor 2, left",
    organizer_name='ACME, "HR"', organizer_email="r+x.y@reply.example", attendee_name="Иван", attendee_email="ivan@mail.example",
    url="https://t.example/i/x",
)  # fmt: skip


def mail_of(meeting, **fields):
    """Return the mail that carries a meeting, of a message that was never kept."""
    message = Message(**{
        "message_id": "m1@turnout.example", "to_name": meeting.attendee_name, "to_address": meeting.attendee_email,
        "reply_to": meeting.organizer_email, "subject": "Hi", "body": "p", "created_at": START - timedelta(days=3),
        "calendar": request_bytes(meeting).decode(), "calendar_method": "REQUEST", **fields,
    })  # fmt: skip
    return as_mail(message).as_bytes()


def test_cancel_keeps_uid_and_organizer_and_says_cancelled():
    calendar = Calendar.from_ical(cancel_bytes(MEETING))
    event = calendar.events[0]
    assert [calendar["METHOD"], event["UID"], event["SEQUENCE"], event["STATUS"], str(event["ORGANIZER"])] == [
        "CANCEL", "a1@turnout.example", 2, "CANCELLED", "mailto:r+x.y@reply.example",
    ]  # fmt: skip


def test_declinecounter_echoes_the_sequence():
    calendar = Calendar.from_ical(declinecounter_bytes(MEETING))
    assert (calendar["METHOD"], calendar.events[0]["SEQUENCE"]) == ("DECLINECOUNTER", 2)


@pytest.mark.attack("A060")
@pytest.mark.attack("A062")
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_gives_clean_folded_lines_and_one_attendee(text, name):
    data = request_bytes(
        replace(MEETING, summary=text, description=text, location=text, attendee_name=name, organizer_name=name)
    )
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [byte for line in lines for byte in line if byte < 32 or byte == 127] == []
    event = Calendar.from_ical(data).events[0]
    assert ([str(a) for a in event.attendees], event.start) == (["mailto:ivan@mail.example"], START)


def test_mail_has_the_shape_of_google_and_is_the_same_twice():
    first = mail_of(MEETING)

    parts = list(message_from_bytes(first, policy=policy.SMTP).walk())

    assert first == mail_of(MEETING)
    assert [part.get_content_type() for part in parts] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics",
    ]  # fmt: skip
    calendar, attached = parts[3:]
    said = [calendar.get_param(name) for name in ("method", "charset", "component")]
    assert (said, calendar["Content-Disposition"]) == (["REQUEST", "UTF-8", "VEVENT"], None)
    assert calendar.get_payload(decode=True) == attached.get_payload(decode=True) == request_bytes(MEETING)


@pytest.mark.attack("A056")
def test_a_subject_or_name_cannot_add_a_header():
    nasty = replace(MEETING, attendee_name="A\r\nBcc: b@x.example", organizer_name="B\nX: y")

    read = message_from_bytes(mail_of(nasty, subject="S\r\nBcc: b@x.example"), policy=policy.SMTP)

    assert (read["Bcc"], read["X"], read["Subject"]) == (None, None, "S  Bcc: b@x.example")


@pytest.mark.parametrize(
    "change",
    [{"attendee_email": "a@b\r\nBcc: c@d"}, {"start": datetime(2026, 1, 1)}, {"sequence": -1}, {"url": "x\ry"}],
)
def test_what_no_calendar_can_read_is_refused(change):
    with pytest.raises(ValueError):
        replace(MEETING, **change)
