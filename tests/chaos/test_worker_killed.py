"""The worker is killed while invitations leave for a mail server: none is lost, none differs, repeats are counted."""

from __future__ import annotations

import email.utils
import random
import time
from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from recruit.messaging.deliver import SENDER_DIED
from recruit.models import Message, Schedule, WorkerBeat
from recruit.states import MessageState
from tests.chaos import rig
from tests.recruit.messaging.sink import Sink, running
from tests.scheduling import world as day

pytestmark = [pytest.mark.kill, pytest.mark.both, pytest.mark.django_db(transaction=True)]


def invite(people: int) -> set[str]:
    """Invite ``people`` to tomorrow; return the Message-IDs that must arrive."""
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=30)
    session = day.opened(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    for number in range(people):
        day.invited(session, f"Invited {number}", email=f"i{number}@mail.test")
    Message.objects.update(not_before=timezone.now())
    return set(Message.objects.values_list("message_id", flat=True))


def let_the_lease_run_out() -> None:
    """Let what the dead worker held be seen to be stale, and the schedule be due."""
    long_ago = timezone.now() - timedelta(minutes=30)
    Message.objects.filter(state=MessageState.SENDING).update(claimed_at=long_ago)
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(started_at=long_ago)
    WorkerBeat.objects.update(beat_at=long_ago)
    Schedule.objects.update(next_run_at=timezone.now())


def wait_for(condition, *, seconds: float = 180.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


@pytest.mark.attack("A134")
def test_a_worker_killed_while_it_sends_loses_nothing_and_nobody_is_told_two_things(tmp_path, soak):
    kills, people, at_most = (200, 1500, 6) if soak else (4, 24, 4)
    names, dice = invite(people), random.Random(8)
    with running(Sink(slow=0.03)) as sink:
        worker = rig.worker(tmp_path, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(sink.port))
        for _ in range(kills):
            worker.start()
            before, more = len(sink.mails), dice.randint(1, at_most)
            wait_for(lambda before=before, more=more: len(sink.mails) >= before + more)
            time.sleep(dice.uniform(0.0, 0.06))
            worker.kill()
            let_the_lease_run_out()
        left = people - Message.objects.filter(state=MessageState.SENT).count()
        sink.slow = 0.0
        worker.start()
        wait_for(lambda: Message.objects.filter(state=MessageState.SENT).count() == people, seconds=300)
        worker.kill()

    told = defaultdict(set)
    for mail in sink.mails:
        told[email.utils.parseaddr(mail["To"])[1]].add(bytes(mail))
    repeats = len(sink.names) - len(set(sink.names))
    counted = set(Message.objects.filter(error=SENDER_DIED).values_list("message_id", flat=True))
    print(f"{kills} kills over {people} messages: {repeats} repeats, {len(counted)} counted as perhaps sent twice")
    assert left > 0, "the kills came too late"
    assert (set(sink.names), len(told)) == (names, people)
    # Byte for byte the same mail, with the same UID and SEQUENCE in its calendar: a repeat changes nothing.
    assert {address: len(mails) for address, mails in told.items() if len(mails) != 1} == {}
    assert {name for name in sink.names if sink.names.count(name) > 1} - counted == set()
    assert repeats <= kills
