"""A very large table of responses, imported by a worker of its own while pages are opened and written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from jobposts.benchmarks.boards import table_of
from recruit.benchmarks import Row, row
from recruit.models import Company, ImportRun, User, Vacancy
from recruit.permissions import Role
from recruit.services import imports
from recruit.states import ImportState

ROWS = int(os.environ.get("MILLION_ROWS", "1000000"))
SHORT_ROWS = 50_000
# What a person opens meanwhile; after each page one change is written.
PAGES = ("today", "triage", "vacancies", "search", "imports")
READ_LIMIT_MS = 1000.0
WRITE_LIMIT_MS = 2000.0
MEMORY_LIMIT_MB = 500.0


def rows() -> list[Row]:
    """Return the figures of ``MILLION_ROWS`` rows (1,000,000 unless the environment says otherwise)."""
    return measured(ROWS, group="million")


def short_rows() -> list[Row]:
    """Return the same figures of 50,000 rows: memory does not grow with the table."""
    return measured(SHORT_ROWS, group="large")


def measured(count: int, *, group: str) -> list[Row]:
    """Import ``count`` rows in a worker; return speed, peak memory and times of pages in the meantime."""
    Company.current()
    vacancy = Vacancy.objects.create(title="Courier")
    admin = User.objects.create(email="bench@example.org", name="Bench", role=Role.ADMIN)
    run = _received(count, vacancy)
    own = _peak_mb(os.getpid())
    imports.start(run, dry_run=False)
    with override_settings(ALLOWED_HOSTS=["*"]):
        watch = _Watch(admin, vacancy)
        seconds, memory_mb = _watched(watch, run)
    run.refresh_from_db()
    if run.state != ImportState.DONE or run.created + run.skipped != count:
        msg = f"the import ended as {run.state}: {run.error}"
        raise RuntimeError(msg)
    words = f"while {count} rows of a CSV are imported"
    slow_read, slow_write = (quantiles(times, n=20)[-1] for times in (watch.reads, watch.writes))
    figures = [
        (f"peak memory of the worker {words}, its children included", memory_mb, "MB", MEMORY_LIMIT_MB),
        (f"peak memory of the worker, {count} rows imported and compared with each other", watch.memory_mb, "MB", MEMORY_LIMIT_MB),
        (f"peak memory of the process that takes the file {words}", own, "MB", MEMORY_LIMIT_MB),
        (f"median time of a page {words}", median(watch.reads), "ms", READ_LIMIT_MS),
        (f"95 of 100 pages are answered within, {words}", slow_read, "ms", READ_LIMIT_MS),
        (f"95 of 100 changes are kept within, {words}", slow_write, "ms", WRITE_LIMIT_MS),
    ]  # fmt: skip
    return [
        *(row(name, value, unit, limit, issue=7, group=group) for name, value, unit, limit in figures),
        row(f"rows per second {words} and pages are used", count / seconds, "1/s", 300.0, issue=7, group=group, at_least=True),
    ]  # fmt: skip


def _watched(watch: _Watch, run: ImportRun) -> tuple[float, float]:
    """Let a worker do what is queued while pages are used; return seconds and peak memory in MB of the import alone."""
    started = time.perf_counter()
    worker = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--until-empty"]
    )
    done: tuple[float, float] | None = None
    while worker.poll() is None:
        watch.look(worker.pid, pages=done is None)
        if done is None and not ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING).exists():
            done = time.perf_counter() - started, watch.memory_mb
            print(f"imported in {done[0]:.0f} s, {done[1]:.0f} MB", file=sys.stderr)  # noqa: T201 - it takes long
    return done or (time.perf_counter() - started, watch.memory_mb)


def _received(count: int, vacancy: Vacancy) -> ImportRun:
    """Hand the table in as the web server does: Django has written a large upload to disk."""
    with TemporaryUploadedFile("people.csv", "text/csv", 0, "utf-8") as file:
        for line in table_of(count):
            file.write(line.encode())
        file.size = file.tell()
        file.seek(0)
        options = {"vacancy": vacancy.pk, "source": "bench"}
        return imports.receive(data=file, filename="people.csv", kind="responses", by=None, options=options).run


class _Watch:
    """A person who opens pages and writes, and the memory that the worker has used so far."""

    def __init__(self, user: User, vacancy: Vacancy) -> None:
        self.client = Client()
        self.client.force_login(user, backend="recruit.backends.PasswordBackend")
        self.paths = [reverse(name) for name in PAGES] + [reverse("vacancy", args=[vacancy.pk])]
        self.vacancy = vacancy
        self.user = user
        self.reads: list[float] = []
        self.writes: list[float] = []
        self.memory_mb = 0.0
        for path in self.paths:  # templates are compiled once
            self.client.get(path)

    def look(self, worker: int, *, pages: bool) -> None:
        """Open one page, write one change, measure the memory; then think a little, as people do."""
        self.memory_mb = max(self.memory_mb, sum(map(_peak_mb, _family(worker))))
        time.sleep(0.3)
        if pages:
            self._open()

    def _open(self) -> None:
        started = time.perf_counter()
        path = self.paths[len(self.reads) % len(self.paths)]
        answer = self.client.get(path)
        if answer.status_code != 200:
            msg = f"{path} answered {answer.status_code}"
            raise RuntimeError(msg)
        self.reads.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        Vacancy.objects.filter(pk=self.vacancy.pk).update(hours=f"Looked at {len(self.reads)} times")
        self.writes.append(1000 * (time.perf_counter() - started))


def _family(process: int) -> Iterator[int]:
    """Yield a process and its children."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return
    for child in children.split():
        yield from _family(int(child))


def _peak_mb(process: int) -> float:
    """Return the largest memory that a process has had resident so far, in MB; 0 for one that is gone."""
    try:
        found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0
