"""A real subscriber (vdirsyncer, and khal over what it brought) follows a feed of the running server."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from scheduling.models import FeedDetail, FeedKind
from scheduling.services import changes, feeds
from scheduling.services.feed_addresses import path_of, url_of
from scheduling.services.sessions import cancel_session
from tests.calendar_tools import program
from tests.evolution import Evolution
from tests.recruit import world
from tests.recruit.world import user
from tests.scheduling.world import by, opened

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)

VDIRSYNCER = """
[general]
status_path = "{folder}/status/"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{folder}/items/"
fileext = ".ics"
[storage remote]
type = "http"
url = "{url}"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/items
type = calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
default_timezone = UTC
local_timezone = UTC
"""


class Subscriber:
    """One program with a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "items").mkdir()
        (folder / "khal.conf").write_text(KHAL.format(folder=folder))
        self.env = {
            "HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "XDG_DATA_HOME": str(folder / "data"), "XDG_CACHE_HOME": str(folder / "cache"),
        }  # fmt: skip

    def run(self, *command, check=False, **fields):
        return subprocess.run(
            command, env=self.env | {"VDIRSYNCER_CONFIG": str(self.folder / "vdirsyncer.conf")},
            capture_output=True, text=True, timeout=60, check=check, **fields,
        )  # fmt: skip

    def subscribe(self, url):
        (self.folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=self.folder, url=url))
        self.run(program("vdirsyncer"), "discover", input="y\ny\n", check=True)

    def sees(self, day):
        """Return what the program shows: (beginning, title, called off)."""
        synced = self.run(program("vdirsyncer"), "sync", "--force-delete")
        assert synced.returncode == 0, synced.stderr
        shown = self.run(
            program("khal"), "-c", str(self.folder / "khal.conf"), "list", "--day-format", "",
            "--format", "{start-long}|{title}|{status}", f"{day:%Y-%m-%d}", "10d", check=True,
        )  # fmt: skip
        rows = [line.split("|") for line in shown.stdout.splitlines() if "|" in line]
        return [(start, title, "CANCELLED" in status.upper()) for start, title, status in rows]


def test_a_subscriber_follows_creation_move_call_off_reinstatement_and_rotation(live_server, settings, tmp_path):
    settings.PUBLIC_URL = live_server.url
    office, actor = world.office(), by(user("admin"))
    feed = feeds.create_feed(
        owner=actor.user,
        kind=FeedKind.OFFICE,
        subject=office,
        detail=FeedDetail.COUNTS,
        at=timezone.now(),
        language="en",
    )
    subscriber = Subscriber(tmp_path)
    subscriber.subscribe(url_of(feed))
    now = timezone.now()
    start = (now + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)

    session = opened(office=office, starts_at=start, ends_at=start + 3 * HOUR, title="Склад")
    created = subscriber.sees(start)
    changes.change_session(session, at=now, actor=actor, starts_at=start + 2 * HOUR)
    moved = subscriber.sees(start)
    session.refresh_from_db()
    cancel_session(session, at=now, by=actor.user)
    called_off = subscriber.sees(start)
    changes.reinstate_session(session, at=now, actor=actor)
    reinstated = subscriber.sees(start)
    old = url_of(feed)
    feeds.rotate(feed, at=now)
    replaced = subscriber.sees(now - timedelta(days=1))
    (tmp_path / "second").mkdir()
    second = Subscriber(tmp_path / "second")
    second.subscribe(url_of(feed))

    title, at_nine, at_eleven = "Склад: Courier", f"{start:%Y-%m-%d} 09:00", f"{start:%Y-%m-%d} 11:00"
    assert created == [(at_nine, title, False)]
    assert moved == [(at_eleven, title, False)]
    assert called_off == [(at_eleven, title, True)]
    assert reinstated == [(at_eleven, title, False)]
    # Told once a day where the hour passes midnight.
    assert {name for _start, name, _off in replaced} == {"This calendar address was replaced"}
    assert (old != url_of(feed), second.sees(start)) == (True, [(at_eleven, title, False)])
    assert {reader.name for reader in feed.readers.all()} == {"vdirsyncer"}


@pytest.fixture
def evolution(live_server, settings, tmp_path):
    """Return what makes Evolution subscribe to a path of the running server; it is ended with the test."""
    settings.PUBLIC_URL = live_server.url
    running = []

    def subscribe(path):
        host, _, port = live_server.url.removeprefix("http://").partition(":")
        running.append(Evolution(tmp_path, host=host, port=int(port), path=path))
        return running[-1]

    yield subscribe
    for one in running:
        one.close()


def test_evolution_follows_creation_move_call_off_reinstatement_and_rotation(evolution):
    office, actor, now = world.office(), by(user("admin")), timezone.now()
    feed = feeds.create_feed(
        owner=actor.user, kind=FeedKind.OFFICE, subject=office, detail=FeedDetail.COUNTS, at=now, language="en"
    )
    start = (now + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    session = opened(office=office, starts_at=start, ends_at=start + 3 * HOUR, title="Склад")
    subscriber = evolution(path_of(feed))

    created = subscriber.sees()
    changes.change_session(session, at=now, actor=actor, starts_at=start + 2 * HOUR)
    moved = subscriber.sees()
    session.refresh_from_db()
    cancel_session(session, at=now, by=actor.user)
    called_off = subscriber.sees()
    changes.reinstate_session(session, at=now, actor=actor)
    reinstated = subscriber.sees()
    feeds.rotate(feed, at=now)
    replaced = subscriber.sees()

    title, at_nine, at_eleven = "Склад: Courier", f"{start:%Y%m%d}T090000Z", f"{start:%Y%m%d}T110000Z"
    assert (created, moved) == ([(at_nine, title, False)], [(at_eleven, title, False)])
    assert (called_off, reinstated) == ([(at_eleven, title, True)], [(at_eleven, title, False)])
    assert [name for _start, name, _off in replaced] == ["This calendar address was replaced"]
