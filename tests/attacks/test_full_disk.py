"""A disk without room: the person is told, nothing half done is kept, and work goes on once there is room."""

from __future__ import annotations

import io
import logging
import os
import resource
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from recruit.models import Application, ImportRun, Source
from recruit.permissions import Role
from recruit.services import imports
from recruit.states import ImportState
from recruit.tasks import run_import
from tests.recruit import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.attack("A152")]


@pytest.fixture
def admin():
    client = Client(raise_request_exception=False)
    client.force_login(world.user(Role.ADMIN))
    return client


@contextmanager
def files_of_at_most(size: int):
    """Let no file grow beyond ``size`` bytes: the system refuses the write in the middle, as on a full disk."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def no_room_in_the_database(*, first: str = ""):
    """Let the database have no room for INSERTs, once the statement ``first`` was met thrice: SQLite by its own limit."""
    met, is_full = 0, False

    def execute(run, sql, params, many, context):
        nonlocal met, is_full
        met += bool(first) and sql.startswith(first)
        if sql.startswith("INSERT") and (not first or met >= 3):
            if connection.vendor == "postgresql":
                from psycopg.errors import DiskFull

                raise OperationalError("could not extend file") from DiskFull("could not extend file")
            if not is_full:
                is_full = True
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA page_count")
                    cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        return run(sql, params, many, context)

    if connection.vendor == "sqlite":
        fill_free_pages()
    try:
        with connection.execute_wrapper(execute):
            yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 1073741823")
                cursor.execute("DROP TABLE filler")


def fill_free_pages():
    """Take the pages that earlier tests have left free inside SQLite's file: they are room that no limit counts."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (data BLOB)")
        cursor.execute("PRAGMA page_size")
        size = cursor.fetchone()[0]
        for _ in range(100):
            cursor.execute("PRAGMA freelist_count")
            free = cursor.fetchone()[0]
            if not free:
                break
            cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [max(free - 3, 1) * (size - 4) - 100])


def is_whole() -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return cursor.fetchall() == [("ok",)]


def test_an_upload_that_finds_no_room_is_told_and_leaves_neither_file_nor_import(admin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    table = b"Name,Email\n" + b"\n".join(b"Person %d,p%d@mail.test" % (n, n) for n in range(600_000))
    form = {"kind": "responses", "vacancy": world.vacancy().pk}

    with files_of_at_most(len(table) // 2):
        answer = admin.post("/imports/", {**form, "file": SimpleUploadedFile("people.csv", table)})

    assert (answer.status_code, "No room left" in answer.content.decode()) == (503, True)
    assert (ImportRun.objects.count(), [one for one in tmp_path.rglob("*") if one.is_file()]) == (0, [])
    small = SimpleUploadedFile("people.csv", table[:2000])
    assert admin.post("/imports/", {**form, "file": small}).status_code == 302


def test_a_file_has_its_name_once_it_is_whole_and_two_of_one_name_stand_side_by_side(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    with files_of_at_most(1000), pytest.raises(OSError):
        default_storage.save("resumes/anna.pdf", ContentFile(b"x" * 5000))
    first = default_storage.save("resumes/anna.pdf", ContentFile(b"one"))
    second = default_storage.save("resumes/anna.pdf", ContentFile(b"two"))

    with default_storage.open(first) as one, default_storage.open(second) as two:
        assert one.read() + two.read() == b"onetwo"
    assert (first, len(list(tmp_path.rglob("*.*")))) == ("resumes/anna.pdf", 2)


def test_a_save_that_finds_no_room_says_so_and_works_again_once_there_is_room(admin):
    admin.get("/settings/sources/")
    form = {"name": "N" * 100, "code": "c" * 60, "kind": "agency"}

    with no_room_in_the_database():
        # A page of SQLite may have a little room left: it is full after some rows at the latest.
        answers = [admin.post("/settings/sources/", {**form, "code": f"{form['code']}{n}"}) for n in range(60)]

    full = [one for one in answers if one.status_code == 503]
    kept = sum(one.status_code == 302 for one in answers)
    assert full
    assert all("No room left" in one.content.decode() and "Retry-After" not in one.headers for one in full)
    assert (kept + len(full), Source.objects.filter(name=form["name"]).count(), is_whole()) == (60, kept, True)
    assert admin.post("/settings/sources/", {**form, "code": "after"}).status_code == 302


def test_a_call_of_a_program_that_finds_no_room_has_the_shape_of_every_error(admin, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", full)

    answer = admin.get("/api/v1/no-such-word/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_room")


def test_an_import_that_runs_out_of_room_keeps_whole_batches_and_is_resumed_without_loss(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rows = 2_600
    table = "\n".join(["Name,Email", *(f"Person {n},p{n}@mail.test" for n in range(rows))]).encode()
    options = {"vacancy": world.vacancy().pk}
    run = imports.receive(data=table, filename="p.csv", kind="responses", by=None, options=options).run
    imports.start(run, dry_run=False)

    with no_room_in_the_database(first='UPDATE "recruit_importrun"'), pytest.raises(OperationalError):
        run_import.call(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.created % imports.BATCH, Application.objects.count()) == (ImportState.FAILED, 0, run.created)
    assert 0 < run.created < rows
    imports.resume(run)
    run_import.call(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, Application.objects.count(), is_whole()) == (ImportState.DONE, rows, rows, True)


class Full(io.TextIOBase):
    """A log file on a device without room: every write is refused by the system."""

    met = 0

    def write(self, text: str) -> int:
        self.met += 1
        device = os.open("/dev/full", os.O_WRONLY)
        try:
            return os.write(device, text.encode())
        finally:
            os.close(device)


def test_a_log_that_finds_no_room_breaks_no_page(admin, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logger, full = logging.getLogger("django.request"), Full()
    handler = logging.StreamHandler(full)
    logger.addHandler(handler)
    try:
        answer = admin.get("/no-such-page/")
    finally:
        logger.removeHandler(handler)

    assert (answer.status_code, full.met > 0) == (404, True)
