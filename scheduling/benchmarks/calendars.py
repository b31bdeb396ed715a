"""How fast feeds are given and busy calendars are read, at 10,000 events."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.test import Client

from recruit import sandbox
from recruit.benchmarks import Row, row
from recruit.models import Office, User, Vacancy
from recruit.permissions import Role
from scheduling.models import Feed, FeedCopy, FeedDetail, FeedKind, InterviewSession, SessionEvent, SessionVacancy
from scheduling.services import busy_calendars, feed_copies, feeds
from scheduling.services.feed_addresses import path_of
from scheduling.states import SessionState

EVENTS = 10_000
LIMIT_CACHED_MS, LIMIT_NOTHING_S, LIMIT_304_MS = 50.0, 3.0, 5.0
LIMIT_READ_S, LIMIT_READ_MB = 8.0, 300.0


def rows() -> list[Row]:
    """Return milliseconds of a feed of 10,000 events, and time and memory of reading such a calendar in the child."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        measured = _feed_rows()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    return [*measured, *_busy_rows()]


def _row(name: str, value: float, unit: str, limit: float) -> Row:
    return row(name, value, unit, limit, issue=6, group="calendars")


def _best(call: Callable[[], object], times: int) -> float:
    """Return the shortest of ``times`` runs, in seconds: what the machine does besides is not ours."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return min(found)


def _feed_rows() -> list[Row]:
    now = datetime.now(tz=UTC)  # noqa: TID251 - a bench has no clock but the machine's
    owner = User.objects.create_user("bench@turnout.test", None, name="Bench", role=Role.ADMIN)
    office = Office.objects.create(name="Office", address="Tverskaya 1")
    vacancy = Vacancy.objects.create(title="Курьер на склад", openings=5)
    start = now - timedelta(days=60)
    InterviewSession.objects.bulk_create(
        (
            InterviewSession(
                office=office,
                state=SessionState.CLOSED if index < EVENTS // 2 else SessionState.OPEN,
                starts_at=start + timedelta(minutes=15 * index),
                ends_at=start + timedelta(minutes=15 * index + 180),
            )
            for index in range(EVENTS)
        ),
        batch_size=500,
    )
    SessionVacancy.objects.bulk_create(
        (
            SessionVacancy(session_id=pk, vacancy=vacancy)
            for pk in InterviewSession.objects.values_list("pk", flat=True)
        ),
        batch_size=500,
    )
    feed = feeds.create_feed(owner=owner, kind=FeedKind.OFFICE, subject=office, detail=FeedDetail.COUNTS, at=now)
    client, path = Client(headers={"host": "localhost"}), path_of(feed)

    def forget() -> None:
        FeedCopy.objects.all().delete()
        SessionEvent.objects.all().delete()

    forget()
    nothing = _best(lambda: client.get(path), 1)

    def changed() -> None:
        # One event is new to the feed, the bytes of the others are stored.
        Feed.objects.update(mark="")
        feed_copies.current_copy(feed, at=now)

    joined = _best(changed, 10)
    cached = _best(lambda: client.get(path), 5)
    tag = client.get(path).headers["ETag"]
    unchanged = _best(lambda: client.get(path, headers={"if-none-match": tag}), 60)
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304  # noqa: S101 - else nothing was measured
    return [
        _row(f"feed of {EVENTS} events, from nothing, over HTTP", nothing, "s", LIMIT_NOTHING_S),
        _row(f"feed of {EVENTS} events, kept copy, over HTTP", cached * 1000, "ms", LIMIT_CACHED_MS),
        _row(f"feed of {EVENTS} events, joined anew from cached event bytes", joined * 1000, "ms", LIMIT_CACHED_MS),
        _row(f"feed of {EVENTS} events, 304 over HTTP", unchanged * 1000, "ms", LIMIT_304_MS),
    ]


def busy_calendar(events: int) -> bytes:
    """Return a calendar of the kind people have: single entries, whole days, weekly meetings, foreign zones."""
    parts = ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bench//EN\r\n"]
    first = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for index in range(events):
        start = first + timedelta(hours=index % 9000)
        head = f"BEGIN:VEVENT\r\nUID:{index}@bench\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Встреча {index}\r\n"
        people = "".join(f"ATTENDEE;CN=Person {n};PARTSTAT=ACCEPTED:mailto:p{n}@bench.test\r\n" for n in range(2))
        if index % 10 == 0:
            when = (
                f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=40\r\n"
            )
        elif index % 10 == 1:
            when = f"DTSTART;VALUE=DATE:{start:%Y%m%d}\r\nTRANSP:TRANSPARENT\r\n"
        else:
            when = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{start + timedelta(minutes=50):%Y%m%dT%H%M%SZ}\r\n"
        parts.append(f"{head}{when}{people}DESCRIPTION:{'Текст. ' * 20}\r\nEND:VEVENT\r\n")
    return "".join([*parts, "END:VCALENDAR\r\n"]).encode()


def _busy_rows() -> list[Row]:
    data = busy_calendar(EVENTS)
    start = datetime(2026, 6, 1, tzinfo=UTC)
    sandbox.close_children()

    def read() -> None:
        sandbox.run(
            "scheduling.ics.busy.read_busy",
            data,
            limits=busy_calendars.LIMITS,
            start=start.isoformat(),
            end=(start + timedelta(days=120)).isoformat(),
            zone="Europe/Moscow",
        )

    seconds = _best(read, 1)
    memory = _peak_of_children()
    sandbox.close_children()
    return [
        _row(f"reading a busy calendar of {EVENTS} events in the child", seconds, "s", LIMIT_READ_S),
        _row(f"memory of the child that read {EVENTS} events", memory, "MB", LIMIT_READ_MB),
    ]


def _peak_of_children() -> float:
    """Return the most memory, in MB, that any living child of this process has had in use."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            words = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if words.get("PPid", "").strip() == str(os.getpid()) and "VmHWM" in words:
            peaks.append(int(words["VmHWM"].split()[0]) / 1024)
    return max(peaks, default=0.0)
