"""External calendars: read through the door and in the child, the last good copy kept."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from recruit.errors import InvalidInputError
from scheduling.models import BusyCalendar, BusyTime, Room
from scheduling.services import busy_calendars
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, OPENS, interviewer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def calendar(*lines):
    return ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + "\r\n".join(lines) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").encode()


GOOD = calendar("UID:1", f"DTSTART:{OPENS:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", "SUMMARY:Secret talk")


class Server:
    """A calendar server on this machine; what it answers can be changed."""

    def __init__(self):
        self.status, self.body, self.seen = 200, GOOD, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.seen.append(self.headers.get("If-None-Match"))
                same = self.headers.get("If-None-Match") == '"v1"' and outer.status == 200
                self.send_response(304 if same else outer.status)
                self.send_header("ETag", '"v1"')
                self.end_headers()
                if not same:
                    self.wfile.write(outer.body)

            def log_message(self, *words):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def host(self):
        return f"127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server(settings):
    made = Server()
    settings.OUTBOUND_ALLOW = [made.host]
    yield made
    made.http.shutdown()
    made.http.server_close()


def kept(server, **owner):
    return BusyCalendar.objects.create(
        url=f"http://{server.host}/c.ics", next_read_at=DAY_BEFORE, **(owner or {"interviewer": interviewer()})
    )


def times(row):
    return list(row.times.values_list("starts_at", "ends_at"))


def test_a_calendar_is_read_and_only_its_times_are_kept(server):
    row = busy_calendars.read_calendar(kept(server), at=DAY_BEFORE)

    assert (row.error, row.events, row.failures, times(row)) == ("", 1, 0, [(OPENS, OPENS + HOUR)])
    assert "Secret" not in str(list(BusyCalendar.objects.values())) + str(list(BusyTime.objects.values()))


def test_the_same_day_asks_only_for_news_and_the_next_day_for_the_whole(server):
    row = busy_calendars.read_calendar(kept(server), at=DAY_BEFORE)
    row = busy_calendars.read_calendar(row, at=DAY_BEFORE + HOUR)
    busy_calendars.read_calendar(row, at=DAY_BEFORE + 24 * HOUR)

    assert server.seen == [None, '"v1"', None]
    assert times(row) == [(OPENS, OPENS + HOUR)]


@pytest.mark.parametrize(
    ("status", "body", "words"), [(500, b"", "500"), (404, GOOD, "404"), (200, b"<html>Sign in</html>", "no calendar")]
)
def test_what_cannot_be_read_leaves_the_last_good_copy_and_waits_longer(server, status, body, words, monkeypatch):
    monkeypatch.setattr("recruit.outbound.time.sleep", lambda _seconds: None)
    row = busy_calendars.read_calendar(kept(server), at=DAY_BEFORE)
    server.status, server.body = status, body

    later = busy_calendars.read_calendar(row, at=DAY_BEFORE + 24 * HOUR)

    assert (words in later.error, later.failures, times(later)) == (True, 1, [(OPENS, OPENS + HOUR)])
    assert (later.next_read_at - DAY_BEFORE - 24 * HOUR, later.read_at) == (HOUR, DAY_BEFORE)


def test_an_address_inside_the_own_network_is_refused_by_the_door(server, settings):
    settings.OUTBOUND_ALLOW = []

    row = busy_calendars.read_calendar(kept(server), at=DAY_BEFORE)

    assert (row.failures, row.read_at, server.seen) == (1, None, [])


def test_zones_and_rules_that_are_not_understood_are_shown(server):
    server.body = calendar("DTSTART;TZID=Mars:20260512T100000", "DURATION:PT1H", "RRULE:FREQ=SECONDLY")

    row = busy_calendars.read_calendar(kept(server), at=DAY_BEFORE)

    assert {(one["what"], one["name"]) for one in row.remarks} == {("zone", "Mars"), ("rule", "SECONDLY")}
    assert [time.is_sure for time in row.times.all()] == [False]


def test_a_room_is_read_on_the_clock_of_its_office(server):
    room = Room.objects.create(office=world.office(time_zone="Asia/Bangkok"), name="A")
    server.body = calendar("DTSTART:20260512T100000", "DURATION:PT1H")

    row = busy_calendars.read_calendar(kept(server, room=room), at=DAY_BEFORE)

    assert times(row)[0][0].hour == 3


def test_due_calendars_are_queued_once(server):
    kept(server)

    assert [busy_calendars.read_due(at=DAY_BEFORE + HOUR) for _ in range(2)] == [1, 0]


def test_the_same_calendar_is_kept_once():
    person = interviewer()
    busy_calendars.add_calendar(url="webcals://c.test/a.ics", at=DAY_BEFORE, interviewer=person)

    with pytest.raises(InvalidInputError, match="already"):
        busy_calendars.add_calendar(url="https://c.test/a.ics", at=DAY_BEFORE, interviewer=person)
