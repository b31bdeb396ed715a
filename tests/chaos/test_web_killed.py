"""The web server is killed under load, again and again: nothing acknowledged is lost, nothing is done by half."""

from __future__ import annotations

import random

import pytest

from tests.chaos import rig, world
from tests.chaos.callers import Callers

pytestmark = [pytest.mark.kill, pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.mark.attack("A147")
def test_a_web_server_killed_under_load_loses_nothing_it_acknowledged(tmp_path, soak):
    kills, people, pushes, between = (50, 300, 4000, 60) if soak else (3, 25, 400, 40)
    made, dice = world.make(people), random.Random(8)
    with rig.web(tmp_path) as web:
        with Callers(web.port, world.calls_of(made, pushes)) as callers:
            for number in range(1, kills + 1):
                callers.wait_for(number * between + dice.randrange(between // 2))
                web.kill()
                web.start()
                web.wait_until_ready()
            killed_at = len(callers.acknowledged)
            callers.wait_for(killed_at + between)
        first = world.look()
        acknowledged = set(callers.acknowledged)
        # Everybody asks again for what was not acknowledged, after the time a held key takes to be free.
        world.let_go()
        left = [call for call in world.calls_of(made, pushes) if call.name not in acknowledged]
        with Callers(web.port, left) as again:
            again.wait_for(len(left), seconds=600 if soak else 180)
        again_acknowledged = set(again.acknowledged)
    last = world.look()

    print(
        f"{kills} kills, {killed_at} acknowledged between them, {dict(callers.answers)}; ready after {max(web.waited):.1f} s"
    )
    assert acknowledged - set(first["kept"]) == set()
    assert (first["half_done"], last["half_done"]) == ([], [])
    assert (
        set(last["kept"]) == acknowledged | again_acknowledged == {call.name for call in world.calls_of(made, pushes)}
    )
    assert [
        status for status in {**callers.answers, **again.answers} if isinstance(status, int) and status >= 500
    ] == []
    assert callers.answers["cut off"] > 0
    assert (len(web.waited), max(web.waited) < rig.ready_seconds(soak=soak)) == (kills, True)
