"""Reading somebody's calendar: when they are taken, and what could not be understood."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.errors import FileRefusedError
from scheduling.ics.busy import read_busy

DAY = {"start": "2026-05-12T00:00:00+00:00", "end": "2026-05-13T00:00:00+00:00", "zone": "Asia/Bangkok"}


def calendar(*events, head=""):
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\n{head}{body}END:VCALENDAR\n".encode()


def taken(*events, head="", **window):
    read = read_busy(calendar(*events, head=head), **{**DAY, **window})
    return [(start[11:16], end[11:16], sure) for start, end, sure in read["periods"]]


def remarks(*events, **window):
    read = read_busy(calendar(*events), **{**DAY, **window})
    return [(one["what"], one["name"], one["count"]) for one in read["remarks"]]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20260512T100000Z\nDTEND:20260512T110000Z", [("10:00", "11:00", True)]),
        ("DTSTART:20260512T100000Z\nDURATION:PT90M", [("10:00", "11:30", True)]),
        ("DTSTART;TZID=Europe/Moscow:20260512T100000\nDURATION:PT1H", [("07:00", "08:00", True)]),
        ("DTSTART;TZID=W. Europe Standard Time:20260512T100000\nDURATION:PT1H", [("08:00", "09:00", True)]),
        ("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260512T100000\nDURATION:PT1H", [("08:00", "09:00", True)]),
        ("DTSTART:20260512T100000\nDURATION:PT1H", [("03:00", "04:00", True)]),
        ("DTSTART;TZID=Customized Time Zone 1:20260512T100000\nDURATION:PT1H", [("03:00", "04:00", False)]),
        ("DTSTART;VALUE=DATE:20260512", [("17:00", "17:00", True)]),
        ("DTSTART;VALUE=DATE:20260512\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20260512T100000Z\nDTEND:20260512T110000Z\nSTATUS:CANCELLED", []),
        ("DTSTART:20260512T100000Z\nDTEND:20260512T110000Z\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20260512T100000Z\nDTEND:20260512T100000Z", []),
        ("DTSTART:20260512T110000Z\nDTEND:20260512T100000Z", []),
        ("DTSTART:20260512T100000Z", []),
    ],
)  # fmt: skip
def test_an_entry_takes_the_time_it_means(event, expected):
    assert taken(event) == expected


def test_our_own_entries_and_what_the_owner_declined_take_no_time():
    ours = "UID:a@turnout\nDTSTART:20260512T100000Z\nDURATION:PT1H"
    declined = "DTSTART:20260512T120000Z\nDURATION:PT1H\nATTENDEE;PARTSTAT=declined:MAILTO:Igor@x.test"

    assert taken(ours, declined, own=["a@turnout"], address="igor@x.test") == []
    assert len(taken(ours, declined)) == 2


@pytest.mark.attack("A154")
def test_repetitions_keep_the_local_hour_over_a_change_of_the_clocks():
    event = "DTSTART;TZID=Europe/Berlin:20260320T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    week = {"start": "2026-03-26T00:00:00+00:00", "end": "2026-04-05T00:00:00+00:00"}

    assert taken(event, **week) == [("08:00", "09:00", True), ("07:00", "08:00", True)]


def test_exceptions_replaced_and_extra_dates_are_followed():
    series = (
        "UID:s\nDTSTART;TZID=Europe/Berlin:20260511T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260515T070000Z\n"
        "EXDATE;TZID=Europe/Berlin:20260512T090000\nRDATE;TZID=Europe/Berlin:20260516T090000"
    )
    moved = "UID:s\nRECURRENCE-ID;TZID=Europe/Berlin:20260513T090000\nDTSTART:20260513T150000Z\nDURATION:PT1H"

    read = read_busy(
        calendar(series, moved), start="2026-05-11T00:00:00+00:00", end="2026-05-20T00:00:00+00:00", zone="UTC"
    )

    assert [start[5:16] for start, _end, _sure in read["periods"]] == [
        "05-11T07:00", "05-13T15:00", "05-14T07:00", "05-15T07:00", "05-16T07:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("FREQ=SECONDLY", "SECONDLY"),
        ("FREQ=MINUTELY;COUNT=5000000", "MINUTELY"),
        ("FREQ=HOURLY;INTERVAL=0", "HOURLY"),
        ("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=0"),
        ("FREQ=SOMETIMES", "FREQ=SOMETIMES"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        ("FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;UNTIL=tomorrow"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused_and_the_first_date_counts(rule, name):
    event = f"DTSTART:20260512T100000Z\nDURATION:PT1H\nRRULE:{rule}"

    assert (taken(event), remarks(event)) == ([("10:00", "11:00", True)], [("rule", name, 1)])


def test_a_daily_rule_of_1970_is_not_followed_day_by_day():
    event = "DTSTART:19700101T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=2"

    assert taken(event, end="2026-05-14T00:00:00+00:00") == [("10:00", "11:00", True)]


def test_a_definition_that_comes_along_explains_its_own_name():
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Customized Time Zone 1\nBEGIN:STANDARD\nDTSTART:16010101T000000\n"
        "TZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\n"
    )

    assert taken("DTSTART;TZID=Customized Time Zone 1:20260512T100000\nDURATION:PT1H", head=zone) == [
        ("04:30", "05:30", True)
    ]


def test_unknown_zones_are_named_and_counted():
    event = "DTSTART;TZID=tzone://Microsoft/Custom:20260512T100000\nDTEND;TZID=tzone://Microsoft/Custom:20260512T110000"

    assert remarks(event) == [("zone", "tzone://Microsoft/Custom", 2)]


def test_a_free_busy_object_is_read_too():
    data = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY;FBTYPE=BUSY:20260512T090000Z/PT1H,20260512T120000Z/20260512T130000Z"
        b"\r\nFREEBUSY;FBTYPE=FREE:20260512T150000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR"
    )

    assert [one[0][11:16] for one in read_busy(data, **DAY)["periods"]] == ["09:00", "12:00"]


@pytest.mark.parametrize("data", [b"", b"<html>Sign in</html>", b"\x00\xff" * 50])
def test_what_is_no_calendar_is_refused(data):
    with pytest.raises(FileRefusedError):
        read_busy(data, **DAY)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_fail(data):
    good = calendar(
        "UID:s\nDTSTART;TZID=Europe/Berlin:20260511T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=9\nEXDATE:20260512T070000Z"
    )
    place = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 20))
    damaged = good[:place] + data.draw(st.binary(max_size=12)) + good[place + cut :]
    try:
        read = read_busy(damaged, **DAY)
    except FileRefusedError:
        return
    start, end = datetime(2026, 5, 12, tzinfo=UTC), datetime(2026, 5, 13, tzinfo=UTC)
    for begins, finishes, _sure in read["periods"]:
        assert datetime.fromisoformat(begins) < end
        assert datetime.fromisoformat(finishes) > start
        assert datetime.fromisoformat(finishes) - datetime.fromisoformat(begins) < timedelta(days=370)
