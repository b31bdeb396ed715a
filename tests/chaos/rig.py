"""Processes that a test starts, kills and starts again: web server, worker, and a PostgreSQL of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from recruit.management.commands.up import web_command
from tests.recruit.messaging.sink import free_port

READY_SECONDS = 10.0
# The short form runs beside other tests on a busy machine; ``make soak`` keeps to the promise itself.
BUSY = 4.0


def ready_seconds(*, soak: bool) -> float:
    """Return within how many seconds a server has to be ready again."""
    return READY_SECONDS if soak else BUSY * READY_SECONDS


NOBODY = 65534


def database_url() -> str:
    """Return the test database as another process is told of it."""
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{made['NAME']}"
    return f"postgresql://{made['USER']}@{made['HOST']}:{made['PORT']}/{made['NAME']}"


def environment(var: Path, url: str = "", **more: str) -> dict[str, str]:
    """Return the environment of a process of the product: the database at ``url``, its files below ``var``."""
    return {
        **os.environ,
        "DATABASE_URL": url or database_url(),
        "DJANGO_SETTINGS_MODULE": "recruit.settings",
        "TURNOUT_MODE": "development",
        "TURNOUT_VAR": str(var),
        "SECRET_KEY": "only-for-tests",
        "LOG_LEVEL": "CRITICAL",
        **more,
    }


def manage(*words: str, env: dict[str, str]) -> None:
    """Run a command of the product to its end."""
    subprocess.run([sys.executable, str(settings.BASE_DIR / "manage.py"), *words], env=env, check=True)


@dataclass
class Process:
    """A process with all it starts in a group of its own."""

    command: list[str]
    env: dict[str, str]
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(
            self.command, env=self.env, cwd=settings.BASE_DIR, start_new_session=True, stdout=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """End the whole group at once, without a word."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None


def worker(var: Path, **more: str) -> Process:
    """Return a worker on the test database."""
    return Process([sys.executable, str(settings.BASE_DIR / "manage.py"), "work"], environment(var, **more))


@dataclass
class Web(Process):
    """The web server as ``make run`` starts it."""

    port: int = 0
    waited: list[float] = field(default_factory=list)

    def wait_until_ready(self, *, since: float | None = None) -> None:
        """Return once ``/readyz`` says so, and note after how many seconds from ``since`` (monotonic) or from now."""
        began = time.monotonic() if since is None else since
        while True:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    break
            assert time.monotonic() - began < 6 * READY_SECONDS, "the server does not get ready"
            time.sleep(0.05)
        self.waited.append(time.monotonic() - began)


@contextmanager
def web(var: Path, url: str = "") -> Iterator[Web]:
    """Run a web server on the database at ``url``; the test's own where it is empty."""
    port = free_port()
    made = Web(web_command("127.0.0.1", port), environment(var, url), port=port)
    made.start()
    try:
        made.wait_until_ready()
        made.waited.clear()
        yield made
    finally:
        made.kill()


def server_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, or None where it is not installed."""
    beside = Path("/usr/lib/postgresql")
    folders = [Path(found).parent for name in ("initdb",) if (found := shutil.which(name))]
    folders += sorted(beside.glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@dataclass
class Cluster:
    """A PostgreSQL of the test's own, run by a user without rights: its port, its folder."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://turnout@127.0.0.1:{self.port}/postgres"

    def _run(self, *words: str) -> None:
        # PostgreSQL refuses to run as root.
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([str(self.programs / words[0]), *words[1:]], cwd=self.folder, check=True, **who, **quiet)

    def make(self) -> None:
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "turnout", "-A", "trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        words = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", words, "-w", "start")

    def stop(self) -> None:
        """Stop without a checkpoint and without asking: what was committed is in the log alone."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")


@contextmanager
def cluster(programs: Path) -> Iterator[Cluster]:
    """Run a PostgreSQL while the block is open; its folder is one that a user without rights can enter."""
    with tempfile.TemporaryDirectory(prefix="turnout-cluster-") as folder:
        made = Cluster(programs, Path(folder), free_port())
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
