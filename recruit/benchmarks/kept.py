"""The demo world at the size of a big installation, made once and kept in ``var/bench/``."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

SCALE = 25.0  # 100,000 resumes in 30 days


def demo_url(scale: float = SCALE) -> str:
    """Return the ``DATABASE_URL`` of a kept demo of ``scale``; make it first where there is none, or an outdated one.

    It is a file below ``var/bench/``, or a database of its own where the project runs on PostgreSQL. What the demo is
    made of (its law, its steps, the migrations) is part of its name, so a change of them makes a new one. It takes
    minutes at scale 25.
    """
    name = f"demo_{scale:g}_{_fingerprint()}".replace(".", "_")
    if connection.vendor == "postgresql":
        return _on_postgres(name, scale)
    folder = settings.VAR_DIR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.sqlite3"
    if not path.exists():
        for old in folder.glob(f"demo_{scale:g}_*".replace(".", "_")):
            old.unlink()
        fresh = folder / f"fresh_{os.getpid()}.sqlite3"
        _load(f"sqlite:///{fresh}", scale)
        fresh.replace(path)
    return f"sqlite:///{path}"


@contextmanager
def empty_database() -> Iterator[dict[str, str]]:
    """Give the environment of a migrated, empty database with a folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        if connection.vendor == "postgresql":
            url = f"{_server()}turnout_bench_{os.getpid()}"
            with connection._nodb_cursor() as cursor:  # noqa: SLF001 - how Django makes test databases
                cursor.execute(f'CREATE DATABASE "turnout_bench_{os.getpid()}"')
        env = {"DATABASE_URL": url, "TURNOUT_VAR": folder, "TURNOUT_MODE": "development"}
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "-v0"]
        try:
            subprocess.run(manage, env=os.environ | env, check=True)  # noqa: S603 - our own command
            yield env
        finally:
            if connection.vendor == "postgresql":
                with connection._nodb_cursor() as cursor:  # noqa: SLF001
                    cursor.execute(f'DROP DATABASE "turnout_bench_{os.getpid()}" WITH (FORCE)')


def _on_postgres(name: str, scale: float) -> str:
    database = f"turnout_{name}"
    url = _server()
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - how Django makes test databases
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if cursor.fetchone() is None:
            cursor.execute(f'DROP DATABASE IF EXISTS "{database}_fresh"')
            cursor.execute(f'CREATE DATABASE "{database}_fresh"')
            _load(f"{url}{database}_fresh", scale)
            cursor.execute(f'ALTER DATABASE "{database}_fresh" RENAME TO "{database}"')
    return url + database


def _server() -> str:
    """Return the address of the PostgreSQL server, without the name of a database."""
    at = connection.settings_dict
    login = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    return f"postgresql://{login}@{at['HOST']}:{at['PORT'] or 5432}/"


def _load(url: str, scale: float) -> None:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    env = {**os.environ, "DATABASE_URL": url, "TURNOUT_MODE": "demo"}
    for words in (["migrate", "-v0"], ["demo", f"--scale={scale}", "-v0"]):
        subprocess.run([*manage, *words], env=env, check=True)  # noqa: S603 - our own commands


def _fingerprint() -> str:
    """Return eight letters that change with the demo's law, its steps and the shape of the tables."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def _sources() -> Iterable[Path]:
    root = settings.BASE_DIR
    for pattern in ("recruit/demo/*.py", "*/services/demo*.py", "*/migrations/*.py"):
        yield from sorted(root.glob(pattern))
