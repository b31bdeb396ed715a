"""Reading incoming mail: answers, bounces, automatic answers, letters."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.errors import FileRefusedError
from scheduling.ics.mail import read_mail

REPLY = (
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:u@turnout\r\nATTENDEE;PARTSTAT=accepted:MAILTO:Anna@X.test\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def mail(content_type, body, *headers):
    lines = ["From: Anna <anna@x.test>", "To: r+1.2@y.test", "Subject: =?utf-8?b?0J/RgNC40LLQtdGC?=", *headers]
    return ("\r\n".join([*lines, "MIME-Version: 1.0", f"Content-Type: {content_type}", "", body])).encode()


def report(*extra, status="5.1.1"):
    part = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; Anna@x.test\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <m1@y.test>\r\nReply-To: r+1.2@y.test\r\n"
        f"Content-Type: text/calendar; method=REPLY\r\n\r\n{REPLY}\r\n--b--\r\n"
    )
    return mail('multipart/report; report-type=delivery-status; boundary="b"', part, *extra)


def test_the_method_may_stand_in_the_body_alone_and_the_case_of_addresses_is_no_matter():
    read = read_mail(mail("text/calendar", REPLY))

    assert (read["method"], read["from"], read["to"], read["subject"]) == (
        ["REPLY"], "anna@x.test", ["r+1.2@y.test"], "Привет",
    )  # fmt: skip
    assert read["items"][0]["attendees"] == [{"attendee": "anna@x.test", "partstat": "ACCEPTED", "explicit": True}]


def test_the_same_object_twice_in_one_mail_is_one():
    body = (
        f"--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYes\r\n"
        f"--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{REPLY}\r\n--b--\r\n"
        f"--a\r\nContent-Type: application/ics\r\nContent-Disposition: attachment; filename=a.ics\r\n\r\n{REPLY}\r\n--a--\r\n"
    )

    read = read_mail(mail("multipart/mixed; boundary=a", body))

    assert (len(read["items"]), read["method"], read["words"]) == (1, ["REPLY"], "Yes")


def test_a_bounce_names_who_and_why_and_its_enclosed_answer_is_none():
    read = read_mail(report())

    assert (read["items"], read["method"], read["automatic"]) == ([], [], False)
    assert read["bounce"] == {
        "recipient": "anna@x.test", "status": "5.1.1", "action": "failed", "diagnostic": "", "message_id": "m1@y.test",
        "reply_to": ["r+1.2@y.test"],
    }  # fmt: skip


def test_an_old_bounce_of_a_mail_daemon_is_one_too():
    data = mail("text/plain", "Sorry", "X-Failed-Recipients: anna@x.test").replace(
        b"anna@x.test>", b"MAILER-DAEMON@x.test>"
    )

    assert read_mail(data)["bounce"]["recipient"] == "anna@x.test"


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("X-Autoreply: yes", True),
        ("Precedence: auto_reply", True),
        ("Auto-Submitted: auto-generated", False),
        ("Auto-Submitted: no", False),
        ("Precedence: list", False),
    ],
)
def test_automatic_answers_are_told_from_calendar_programs(header, automatic):
    assert read_mail(mail("text/plain", "I am away", header))["automatic"] is automatic


def test_a_page_is_read_without_its_tags():
    assert read_mail(mail("text/html", "<p>I <b>come</b></p>"))["words"] == "I come"


def test_a_mail_nested_without_end_is_refused():
    body, kind = "x", "text/plain"
    for number in range(30):
        body = f"--b{number}\r\nContent-Type: {kind}\r\n\r\n{body}\r\n--b{number}--\r\n"
        kind = f"multipart/mixed; boundary=b{number}"

    with pytest.raises(FileRefusedError):
        read_mail(mail(kind, body))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_fail(data):
    good = report() if data.draw(st.booleans()) else mail("text/calendar; charset=utf-8", REPLY)
    place, cut = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 30))
    damaged = good[:place] + data.draw(st.binary(max_size=12)) + good[place + cut :]
    try:
        answer = read_mail(damaged)
    except FileRefusedError as refusal:
        answer = {"refused": refusal.message}

    # Whatever came, it is told in words that can be kept and shown.
    assert json.loads(json.dumps(answer)) == answer != {}
