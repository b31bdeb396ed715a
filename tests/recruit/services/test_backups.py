"""A drill: back up, go on, lose everything, restore; nothing is sent again and nobody erased comes back."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from recruit.errors import InvalidInputError
from recruit.messaging.deliver import deliver_due
from recruit.models import Candidate, Channel, Erasure, Message, SignIn, User
from recruit.services import backups, privacy
from recruit.states import MessageState
from tests.attacks.world import PASSWORD, person, sign_in
from tests.recruit import world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'postgresql' and shutil.which('pg_dump') is None",
        reason="pg_dump is not on this machine",
    ),
]


@pytest.fixture
def archive(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "files"
    (settings.MEDIA_ROOT / "resumes").mkdir(parents=True)
    (settings.MEDIA_ROOT / "resumes" / "anna.pdf").write_bytes(b"%PDF anna")
    return tmp_path / "backups" / "night.zip"


def states() -> dict[int, str]:
    return dict(Message.objects.values_list("pk", "state"))


@pytest.mark.attack("A162")
def test_a_restore_brings_back_rows_and_files_as_of_the_backup(archive, settings):
    anna = world.candidate("Anna Petrova", email="anna@mail.test")
    call_command("backup", archive)
    later = world.candidate("Boris Later", email="boris@mail.test")
    Candidate.objects.filter(pk=anna.pk).update(name="Lost")
    (settings.MEDIA_ROOT / "resumes" / "anna.pdf").write_bytes(b"overwritten")
    (settings.MEDIA_ROOT / "resumes" / "later.pdf").write_bytes(b"%PDF later")

    call_command("restore", archive, replace=True)

    assert Candidate.objects.get(pk=anna.pk).name == "Anna Petrova"
    assert not Candidate.objects.filter(pk=later.pk).exists()
    assert [one.name for one in sorted((settings.MEDIA_ROOT / "resumes").iterdir())] == ["anna.pdf"]
    assert (settings.MEDIA_ROOT / "resumes" / "anna.pdf").read_bytes() == b"%PDF anna"
    assert archive.stat().st_mode & 0o077 == 0


def test_what_waited_at_the_backup_is_not_sent_after_the_restore(archive, mailoutbox):
    waiting = world.message()
    taken = world.message(state=MessageState.SENDING, claimed_by="worker-1", claimed_at=timezone.now())
    call_list = world.message(channel=Channel.CALL)
    sent = world.message(state=MessageState.SENT)
    backups.make(archive)

    counts = backups.restore(archive, at=timezone.now())
    deliver_due(worker="drill")

    assert counts["messages"] == 2
    assert states() == {
        waiting.pk: MessageState.UNKNOWN,
        taken.pk: MessageState.UNKNOWN,
        call_list.pk: MessageState.NEW,
        sent.pk: MessageState.SENT,
    }
    assert mailoutbox == []


def test_the_parked_are_counted_on_the_probe(archive, client):
    world.message()
    backups.make(archive)
    assert client.get("/readyz").json()["messages_unknown"] == 0

    backups.restore(archive, at=timezone.now())

    assert client.get("/readyz").json()["messages_unknown"] == 1


def test_who_was_erased_after_the_backup_is_erased_again(archive):
    anna = world.candidate("Anna Petrova", email="anna@mail.test")
    backups.make(archive)
    privacy.erase_person(anna, at=timezone.now(), by=None, reason=Erasure.Reason.REQUEST)

    counts = backups.restore(archive, at=timezone.now())

    assert counts["erased"] == 1
    assert Candidate.objects.get(pk=anna.pk).erased_at is not None
    assert "Anna" not in Candidate.objects.get(pk=anna.pk).name
    assert Erasure.objects.get(candidate_id=anna.pk).reason == Erasure.Reason.REPLAY


def test_on_an_empty_machine_the_erasures_of_the_archive_are_kept(archive):
    anna = world.candidate("Anna Petrova", email="anna@mail.test")
    privacy.erase_person(anna, at=timezone.now(), by=None, reason=Erasure.Reason.REQUEST)
    listed = privacy.erasure_list().read_text()
    backups.make(archive)
    privacy.erasure_list().unlink()

    backups.restore(archive, at=timezone.now())
    backups.restore(archive, at=timezone.now())

    assert privacy.erasure_list().read_text() == listed


def test_sign_ins_and_links_for_a_password_end_with_the_restore(archive, client):
    who = person()
    sign_in(client, who, PASSWORD)
    assert client.get("/").status_code == 200
    stamp = User.objects.get(pk=who.pk).reset_stamp
    backups.make(archive)

    backups.restore(archive, at=timezone.now())

    assert client.get("/").status_code == 302
    assert SignIn.objects.filter(ended_at=None).count() == 0
    assert User.objects.get(pk=who.pk).reset_stamp == stamp + 1


@pytest.mark.attack("A162")
def test_a_backup_under_writers_is_of_one_point_in_time(archive):
    """Each writer adds a candidate and its contact in one transaction: the copy holds both or neither."""
    stop = threading.Event()
    failed: list[Exception] = []

    def write(number: int) -> None:
        try:
            for turn in range(200):
                if stop.is_set():
                    return
                with transaction.atomic():
                    world.candidate(f"Writer {number}", email=f"w{number}-{turn}@mail.test")
        except Exception as error:  # noqa: BLE001 - told by the main thread
            failed.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in writers:
        one.start()
    backups.make(archive)
    stop.set()
    for one in writers:
        one.join()
    written = Candidate.objects.count()

    backups.restore(archive, at=timezone.now())

    assert failed == []
    assert Candidate.objects.count() <= written
    assert Candidate.objects.filter(contacts=None).count() == 0
    with connection.cursor() as cursor:
        connection.check_constraints()
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)


def altered(archive: Path, name: str, data: bytes | None, *, told: dict | None = None) -> Path:
    """Return a copy of ``archive`` with one member changed, added, or left out; ``told``: changes to the manifest."""
    bad = archive.with_name("bad.zip")
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(bad, "w") as made:
        members = {one: good.read(one) for one in good.namelist()}
        members[backups.MANIFEST] = json.dumps(json.loads(members[backups.MANIFEST]) | (told or {})).encode()
        if data is None:
            members.pop(name)
        else:
            members[name] = data
        for one, content in members.items():
            made.writestr(one, content)
    return bad


ALTERED = [
    ("files/resumes/anna.pdf", b"%PDF other"),
    ("files/resumes/anna.pdf", None),
    ("files/more.pdf", b"more"),
    ("../outside.txt", b"x"),
    ("manifest.json", b"{"),
    ("manifest.json", None),
]


def test_an_archive_that_was_altered_replaces_nothing(archive, settings):
    backups.make(archive)
    kept = world.candidate("Kept")

    for name, data in ALTERED:
        with pytest.raises(CommandError):
            call_command("restore", altered(archive, name, data), replace=True)

    assert Candidate.objects.get().pk == kept.pk
    assert (settings.MEDIA_ROOT / "resumes" / "anna.pdf").read_bytes() == b"%PDF anna"


def test_a_member_that_points_outside_is_refused_even_when_the_manifest_lists_it(archive):
    manifest = backups.make(archive)
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of b"x"
    members = manifest["members"] | {"files/../../outside.txt": {"bytes": 1, "sha256": digest}}
    bad = altered(archive, "files/../../outside.txt", b"x", told={"members": members})

    with pytest.raises(InvalidInputError, match="points outside"):
        backups.check(bad)


def test_a_backup_of_a_newer_version_is_refused_by_name(archive):
    manifest = backups.make(archive)
    newer = [*manifest["migrations"], "recruit.9999_from_tomorrow"]
    with zipfile.ZipFile(archive) as good:
        data = good.read("files/resumes/anna.pdf")
    bad = altered(archive, "files/resumes/anna.pdf", data, told={"migrations": newer})

    with pytest.raises(InvalidInputError, match="9999_from_tomorrow"):
        backups.check(bad)


def test_without_replace_the_archive_is_only_checked(archive, capsys):
    backups.make(archive)
    world.candidate("Kept")

    call_command("restore", archive)

    assert Candidate.objects.count() == 1
    assert "Nothing was changed" in capsys.readouterr().out


def test_a_backup_overwrites_nothing_and_leaves_no_half_archive(archive, monkeypatch):
    backups.make(archive)
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", archive)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_add", full)
    with pytest.raises(OSError, match="No space"):
        backups.make(archive.with_name("second.zip"))
    assert [one.name for one in archive.parent.iterdir()] == ["night.zip"]


def test_missing_tools_of_postgresql_are_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(InvalidInputError, match="install PostgreSQL's client programs"):
        backups._postgres("pg_dump")


def test_the_copy_of_sqlite_can_be_read_by_itself(archive, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the copy is PostgreSQL's own format")
    world.candidate("Anna Petrova")
    backups.make(archive)

    with zipfile.ZipFile(archive) as whole:
        whole.extract("database.sqlite3", tmp_path)
    with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as copy:
        assert copy.execute("SELECT name FROM recruit_candidate").fetchall() == [("Anna Petrova",)]
