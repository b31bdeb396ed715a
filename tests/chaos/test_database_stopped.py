"""A PostgreSQL of the test's own is stopped without warning under load, again and again, and started again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings

from tests.chaos import rig, world
from tests.chaos.callers import Callers

pytestmark = [pytest.mark.kill]


def beside(*words: str, env: dict[str, str]) -> Any:
    """Ask ``tests.chaos.side``, which is connected to the test's own database."""
    command = [sys.executable, "-m", "tests.chaos.side", *words]
    return json.loads(subprocess.run(command, env=env, cwd=settings.BASE_DIR, check=True, capture_output=True).stdout)


@pytest.mark.attack("A148")
def test_a_database_stopped_under_load_loses_nothing_that_was_acknowledged(tmp_path, soak):
    programs = rig.server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed here")
    stops, people, pushes, between = (20, 150, 2000, 60) if soak else (2, 15, 300, 40)
    dice = random.Random(8)
    with rig.cluster(programs) as database:
        env = rig.environment(tmp_path, database.url)
        rig.manage("migrate", "-v0", env=env)
        made = beside("make", str(people), env=env)
        calls = world.calls_of(made, pushes)
        with rig.web(tmp_path, database.url) as web:
            with Callers(web.port, calls) as callers:
                for number in range(1, stops + 1):
                    callers.wait_for(number * between + dice.randrange(between // 2))
                    database.stop()
                    time.sleep(0.3)
                    since = time.monotonic()
                    database.start()
                    web.wait_until_ready(since=since)
                stopped_at = len(callers.acknowledged)
                callers.wait_for(stopped_at + between)
            first = beside("look", env=env)
            acknowledged = set(callers.acknowledged)
            beside("let-go", env=env)
            left = [call for call in calls if call.name not in acknowledged]
            with Callers(web.port, left) as again:
                again.wait_for(len(left), seconds=600 if soak else 180)
        last = beside("look", env=env)

    print(
        f"{stops} stops, {stopped_at} acknowledged between them, {callers.answers}; ready after {max(web.waited):.1f} s"
    )
    assert acknowledged - set(first["kept"]) == set()
    assert (first["half_done"], last["half_done"]) == ([], [])
    assert set(last["kept"]) == acknowledged | again.acknowledged == {call.name for call in calls}
    # While the database is away every answer says so, and none calls it a fault.
    faults = [status for status in callers.answers if isinstance(status, int) and status >= 500]
    assert (faults, again.answers[503]) == ([503], 0)
    assert (len(web.waited), max(web.waited) < rig.ready_seconds(soak=soak)) == (stops, True)
