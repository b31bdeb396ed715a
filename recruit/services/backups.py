"""One archive of everything an installation holds, and the way back.

Theory of operation: the database is copied first, at one point in time (``VACUUM INTO`` or ``pg_dump``), then the files;
so every file that the copy speaks of is in the archive, unless somebody was erased meanwhile. A manifest lists each
member with its size and SHA-256, and nothing is touched before all of them were checked.

A restored database does not know what happened after the copy was made. ``settle`` therefore sends nothing again
(what was waiting becomes "not known whether sent", for a person to decide), erases again whoever was erased since,
and ends every sign-in and every link for a new password. The key that signs links (``SECRET_KEY``) is never archived.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError
from recruit.models import Channel, Message, SignIn, User, WebhookDelivery
from recruit.services import audit, privacy
from recruit.states import (
    DELIVERY_MOVES,
    MESSAGE_MOVES,
    DeliveryEvent,
    DeliveryState,
    MessageEvent,
    MessageState,
    step,
)

FORMAT = 1
MANIFEST = "manifest.json"
ERASURES = "erasures.jsonl"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PIECE = 1 << 20


# -- make ----------------------------------------------------------------------------------------------------------------


def make(target: Path, *, at: datetime | None = None) -> dict[str, Any]:
    """Write an archive to ``target`` (readable by its owner only) and return its manifest.

    Users may go on working. The archive appears under its name only when it is whole.

    Raises:
        InvalidInputError: ``target`` exists, or the tools of PostgreSQL are missing or refuse.
    """
    if target.exists():
        raise InvalidInputError(_("%(path)s exists already; a backup overwrites nothing.") % {"path": target})
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASES[connection.vendor]
        made_at = at or timezone.now()
        applied = _applied()
        _dump(copy)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "made_at": made_at.isoformat(),
            "vendor": connection.vendor,
            "migrations": applied,
            "members": {},
        }
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with (
                os.fdopen(descriptor, "wb") as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            ):
                for name, path in _members(copy):
                    _add(archive, name, path, manifest["members"])
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
                archive.close()
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return manifest


def _applied() -> list[str]:
    return sorted(".".join(one) for one in MigrationLoader(connection).applied_migrations)


def _members(copy: Path) -> Iterator[tuple[str, Path]]:
    yield copy.name, copy
    if privacy.erasure_list().exists():
        yield ERASURES, privacy.erasure_list()
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"files/{path.relative_to(root).as_posix()}", path


def _add(archive: zipfile.ZipFile, name: str, path: Path, members: dict[str, Any]) -> None:
    """Copy one file in pieces and note the digest of what was copied; a file erased meanwhile is left out."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return
    digest, size = hashlib.sha256(), 0
    with source, archive.open(name, "w", force_zip64=True) as member:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            member.write(piece)
    members[name] = {"bytes": size, "sha256": digest.hexdigest()}


def _dump(copy: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={copy}", str(connection.settings_dict["NAME"]))


def _postgres(program: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL against the database of the settings; the password goes by the environment."""
    path = shutil.which(program)
    if path is None:
        raise InvalidInputError(
            _("%(program)s was not found: install PostgreSQL's client programs on this machine, then try again.")
            % {"program": program}
        )
    given = connection.settings_dict
    environment = dict(os.environ)
    for name, value in (
        ("PGHOST", given["HOST"]),
        ("PGPORT", given["PORT"]),
        ("PGUSER", given["USER"]),
        ("PGPASSWORD", given["PASSWORD"]),
    ):
        if value:
            environment[name] = str(value)
    ran = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        raise InvalidInputError(
            _("%(program)s refused: %(words)s") % {"program": program, "words": ran.stderr.strip()[-300:]}
        )


# -- check ---------------------------------------------------------------------------------------------------------------


def check(source: Path) -> dict[str, Any]:
    """Return the manifest of an archive in which every member is what it says.

    Raises:
        InvalidInputError: it is no archive of ours, a member is missing, extra or altered, its database is of another
            kind, or a newer version made it.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            _check_members(archive, manifest)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InvalidInputError(
            _("%(path)s is no whole backup: %(words)s") % {"path": source, "words": error}
        ) from error
    if manifest["vendor"] != connection.vendor:
        raise InvalidInputError(
            _("The backup is of %(theirs)s and this installation runs on %(ours)s.")
            % {"theirs": manifest["vendor"], "ours": connection.vendor}
        )
    known = {".".join(one) for one in MigrationLoader(None).disk_migrations}
    apps = {one.partition(".")[0] for one in known}
    newer = [one for one in manifest["migrations"] if one.partition(".")[0] in apps and one not in known]
    if newer:
        raise InvalidInputError(
            _("A newer version made this backup (%(names)s): install that version first.")
            % {"names": ", ".join(newer[:3])}
        )
    return manifest


def _check_members(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    members = manifest["members"]
    if manifest["format"] != FORMAT or DATABASES[manifest["vendor"]] not in members:
        raise ValueError("unknown format")
    if sorted(archive.namelist()) != sorted([MANIFEST, *members]):
        raise ValueError("other members than the manifest lists")
    for name, told in members.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise ValueError(f"member {name!r} points outside")
        if name not in {ERASURES, DATABASES[manifest["vendor"]]} and path.parts[0] != "files":
            raise ValueError(f"member {name!r} is unknown")
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
        if digest.hexdigest() != told["sha256"]:
            raise ValueError(f"member {name!r} was altered")


# -- restore -------------------------------------------------------------------------------------------------------------


def restore(source: Path, *, at: datetime) -> dict[str, int]:
    """Put an archive in place of what this installation holds, settle it, and return what was settled.

    Stop web and worker processes first. Everything is checked before anything is replaced.

    Raises:
        InvalidInputError: as ``check``; or PostgreSQL's tools are missing or refuse.
    """
    manifest = check(source)
    root = Path(settings.MEDIA_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as name, zipfile.ZipFile(source) as archive:
        folder = Path(name)
        for member in manifest["members"]:
            archive.extract(member, folder)
        (folder / "files").mkdir(exist_ok=True)
        _load(folder / DATABASES[connection.vendor])
        if root.exists():
            root.rename(folder / "before")
        (folder / "files").rename(root)
        if (folder / ERASURES).exists():
            _merge_erasures(folder / ERASURES)
    call_command("migrate", interactive=False, verbosity=0)
    return settle(at=at)


def _load(copy: Path) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(copy)) as source,
            closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as target,
        ):
            found = source.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise InvalidInputError(_("The database in the backup is damaged: %(words)s") % {"words": found})
            source.backup(target)
        return
    _postgres(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}",
        str(copy),
    )


def _merge_erasures(archived: Path) -> None:
    """Add what only the archive lists to this machine's list; the later erasures stand only in the machine's own."""
    kept = privacy.erasure_list()
    known = set(kept.read_text(encoding="utf-8").splitlines()) if kept.exists() else set()
    added = [line for line in archived.read_text(encoding="utf-8").splitlines() if line and line not in known]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in added)


def settle(*, at: datetime) -> dict[str, int]:
    """Make a restored database safe to work with; return how many rows of each kind were touched."""
    with transaction.atomic():
        counts = {"messages": _park_messages(), "webhooks": _park_webhooks(at=at)}
        Session.objects.all().delete()
        counts["sign_ins"] = SignIn.objects.filter(ended_at=None).update(ended_at=at, session_key="")
        # A link for a new password holds the stamp: none that was mailed before works any more.
        User.objects.update(reset_stamp=F("reset_stamp") + 1)
    counts["erased"] = privacy.replay_erasures(privacy.erasure_list(), at=at)
    audit.note(None, "backup.restored", None, **counts)
    return counts


def _park_messages() -> int:
    """Let no worker send what waited: calls and texts sent by hand wait for a person anyway."""
    by_worker = Message.objects.filter(channel__in=[Channel.EMAIL, Channel.SMS])
    why = _("Restored from a backup: it may have been sent since.")
    parked = 0
    for state, event in ((MessageState.NEW, MessageEvent.PARK), (MessageState.SENDING, MessageEvent.LOSE)):
        after = step(MESSAGE_MOVES, state, event)
        parked += by_worker.filter(state=state).update(state=after, claimed_at=None, claimed_by="", error=why)
    return parked


def _park_webhooks(*, at: datetime) -> int:
    parked = 0
    for state, event in ((DeliveryState.WAITING, DeliveryEvent.PARK), (DeliveryState.SENDING, DeliveryEvent.GIVE_UP)):
        after = step(DELIVERY_MOVES, state, event)
        rows = WebhookDelivery.objects.filter(state=state)
        parked += rows.update(state=after, claimed_at=None, done_at=at, error="restored from a backup")
    return parked
