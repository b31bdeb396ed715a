"""How fast the log of past interviews is imported, by the way a recruiter imports it."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from recruit.benchmarks import Row, row
from recruit.models import Office
from recruit.services import imports
from recruit.tasks import run_import

LEAST_ROWS_PER_SECOND = 300.0


def rows() -> list[Row]:
    """Return rows per second of importing the interview log; nothing where the corpora are not there."""
    corpora = Path(os.environ.get("CORPORA", settings.BASE_DIR.parent / "shared" / "corpora"))
    path = corpora / "attendance" / "interviews.csv"
    if not path.exists():
        return []
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
            Office.objects.create(name="Office", time_zone="Asia/Kolkata")
            started = time.perf_counter()
            run = imports.receive(data=path.read_bytes(), filename=path.name, kind="history", by=None).run
            imports.start(run, dry_run=False)
            run_import.call(run_id=run.pk)
            seconds = time.perf_counter() - started
            run.refresh_from_db()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    speed = round(run.created / seconds, 1)
    words = f"rows per second of a history of {run.created} past interviews (at least)"
    return [row(words, speed, "1/s", LEAST_ROWS_PER_SECOND, issue=2, group="imports", at_least=True)]
