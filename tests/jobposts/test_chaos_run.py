"""2,000 responses through a board that fails at random, while the worker is killed three times."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from jobposts.fakeboard.faults import Faults
from jobposts.models import BoardResponse, CollectionCheck
from jobposts.services import pulls
from recruit.models import Application, Company, ImportRun
from recruit.states import ImportState
from tests.jobposts.world import connected, played

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]
SHARES = {
    "busy": 0.03,
    "error": 0.03,
    "html": 0.02,
    "blocked": 0.01,
    "captcha": 0.005,
    "cut": 0.03,
    "cut_after": 0.02,
    "slow": 0.02,
    "broken_json": 0.02,
    "slow_seconds": 0.01,
}
REPLIES = 2000
KILLED_AT = (250, 800, 1400)
WORK = """
import django
django.setup()
from recruit.tasks import run_import
run_import.call(run_id={run})
"""


def database_url():
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{made['NAME']}"
    return f"postgresql://{made['USER']}@{made['HOST']}:{made['PORT']}/{made['NAME']}"


def start_worker(run, base, var):
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "recruit.settings",
        "TURNOUT_VAR": str(var),
        "TURNOUT_MODE": "development",
        "PLAYED_BOARD": base.removeprefix("http://"),
        "BOARD_USER_AGENT": "Turnout-tests/1.0 (tests@example.org)",
        "SECRET_KEY": "only-for-tests",
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORK.format(run=run.pk)], env=env, cwd=django_settings.BASE_DIR, start_new_session=True
    )


def work_until(process, enough):
    """Let the worker work until ``enough`` responses are here, then kill it; False if it ended by itself."""
    while process.poll() is None:
        if enough is not None and BoardResponse.objects.count() >= enough:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.005)
    return False


def test_counts_are_equal_nobody_is_doubled_and_every_failure_is_seen(settings, tmp_path):
    Company.current()
    faults = Faults(seed=7, **SHARES)
    with played(settings, vacancies=2, replies=REPLIES, seed=3, faults=faults) as fake:
        account = connected(fake)
        kills, silent_failures = 0, []
        for _ in range(40):
            # What was killed shows no sign of life; that is when the schedule takes it up again.
            ImportRun.objects.filter(state=ImportState.RUNNING).update(beat_at=timezone.now() - timedelta(minutes=9))
            run = pulls.start(account, full=True)
            ImportRun.objects.filter(pk=run.pk).update(options=run.options | {"rate": None})
            enough = KILLED_AT[kills] if kills < len(KILLED_AT) else None
            if work_until(start_worker(run, fake.base, tmp_path), enough):
                kills += 1
                continue
            run.refresh_from_db()
            if run.state == ImportState.DONE:
                break
            if not run.error:
                silent_failures.append(run.pk)

    run.refresh_from_db()
    assert (run.state, kills, silent_failures) == (ImportState.DONE, 3, [])
    assert {row.external_id for row in BoardResponse.objects.all()} == {str(key) for key in fake.world.replies}
    assert Application.objects.count() == BoardResponse.objects.count() == REPLIES
    own = CollectionCheck.objects.exclude(collection="unread")
    assert own.aggregate(found=Sum("found"), seen=Sum("seen")) == {"found": REPLIES, "seen": REPLIES}
    assert sum(check.missing for check in CollectionCheck.objects.all()) == 0
    assert sum(faults.met.values()) > 3
