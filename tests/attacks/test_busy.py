"""A database that is held by another writer or is away: reading goes on, writing says so, and nothing is half done."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection
from django.test import Client

from recruit.models import Team
from recruit.permissions import Role
from tests.recruit import world


@pytest.fixture
def admin():
    client = Client(raise_request_exception=False)
    client.force_login(world.user(Role.ADMIN))
    return client


@pytest.mark.attack("A150")
@pytest.mark.django_db(transaction=True)
def test_while_another_writer_holds_sqlite_pages_are_read_and_a_save_says_busy(admin):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    admin.get("/vacancies/")  # what is made at the first look is made
    before = Team.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
    try:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            read = admin.get("/settings/teams/")
            saved = admin.post("/settings/teams/new/", {"name": "Night shift"})
            holder.execute("ROLLBACK")
    finally:
        connection.close()

    assert (read.status_code, saved.status_code, saved.headers["Retry-After"]) == (200, 503, "5")
    assert "Nothing was changed" in saved.content.decode()
    assert Team.objects.count() == before


@pytest.mark.attack("A150")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings/privacy/", "/api/v1/no-such-word/"])
def test_a_database_that_is_away_is_503_for_people_and_programs(admin, monkeypatch, path):
    def away(*_args, **_kwargs):
        raise OperationalError("server closed the connection unexpectedly: host=10.0.0.7 user=turnout")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)

    answer = admin.get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"10.0.0.7" not in answer.content
