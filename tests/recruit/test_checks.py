"""``check --deploy`` names what must not go to the open network, and the SQLite that can lose data."""

import pytest

from recruit import checks


@pytest.mark.parametrize(
    ("version", "has_race"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_the_race_is_known_by_the_version_and_its_backports(version, has_race):
    assert checks.sqlite_has_wal_race(version) is has_race


def test_what_is_meant_for_one_machine_alone_is_refused_on_the_open_network(settings):
    settings.OUTBOUND_ALLOW, settings.PUBLIC_URL, settings.MODE = ["127.0.0.1:8000"], "http://turnout.test", "demo"
    before = [one.id for one in checks.check_outside(None)]

    settings.OUTBOUND_ALLOW, settings.PUBLIC_URL, settings.MODE = [], "https://turnout.test", "production"

    assert (before, checks.check_outside(None)) == (["turnout.E001", "turnout.E002", "turnout.E003"], [])


@pytest.mark.parametrize(
    ("engine", "version", "warn", "found"),
    [
        ("django.db.backends.sqlite3", (3, 45, 0), True, ["turnout.W001"]),
        ("django.db.backends.sqlite3", (3, 45, 0), False, []),
        ("django.db.backends.sqlite3", (3, 51, 3), True, []),
        ("django.db.backends.postgresql", (3, 45, 0), True, []),
    ],
)
def test_an_sqlite_with_the_race_is_warned_of_unless_that_is_known(monkeypatch, settings, engine, version, warn, found):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", version)
    settings.WARN_OF_SQLITE = warn

    assert [one.id for one in checks.check_database(None)] == found
