"""The worker: tries again, takes over, keeps the schedule, and loses nothing when it is killed."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from recruit import queue, worker
from recruit.models import Message, Schedule, WorkerBeat
from recruit.queue import enqueue
from recruit.states import MessageState
from recruit.worker import LEASE, MOST_ATTEMPTS, Worker, periodic, reap, retry, run_schedule, start_schedule
from tests.recruit.world import NINE, message

pytestmark = pytest.mark.django_db(transaction=True)
READY, RUNNING, FAILED, DONE = (
    TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL,
)  # fmt: skip


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as travelled:
        yield travelled


def row() -> DBTaskResult:
    return DBTaskResult.objects.get()


# -- names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", queue.names())
def test_every_name_that_can_be_queued_is_a_task(name):
    task = queue.resolve(name)

    assert (task.module_path, callable(task.func)) == (name, True)


def test_every_periodic_task_is_listed():
    assert [name for name in periodic() if name not in queue.names()] == []
    assert dict(queue.tasks()) == {name: queue.resolve(name) for name in queue.names()}


@pytest.mark.parametrize("name", ["os.system", "recruit.tasks.deliver", ""])
def test_no_other_name_is_resolved(name):
    with pytest.raises(LookupError, match="not registered"):
        enqueue(name)

    assert DBTaskResult.objects.count() == 0


# -- one task ------------------------------------------------------------------------------------------------------------


def test_a_task_is_done_once(clock):
    enqueue("recruit.tasks.deliver_due")
    mine = Worker()

    assert [mine.work_once(), mine.work_once()] == [True, False]
    assert (row().status, row().return_value, row().worker_ids) == (DONE, 0, [mine.name])


def test_a_task_waits_for_its_time(clock):
    enqueue("recruit.tasks.deliver_due", run_after=timezone.now() + timedelta(minutes=5))

    early = Worker().work_once()
    clock.shift(301)

    assert (early, Worker().work_once(), row().status) == (False, True, DONE)


def test_a_failing_task_is_tried_three_times_with_a_growing_pause(clock):
    enqueue("recruit.tasks.run_import", wrong="argument")
    mine, pauses = Worker(), []

    for _ in range(MOST_ATTEMPTS):
        assert mine.work_once()
        task = row()
        if task.status == READY:
            pauses.append((task.run_after - timezone.now()).total_seconds())
            assert mine.work_once() is False
            clock.move_to(task.run_after + timedelta(seconds=1))

    assert (pauses, row().status, len(row().worker_ids), mine.work_once()) == ([15, 45], FAILED, 3, False)
    assert row().exception_class_path == "builtins.TypeError"


def test_a_task_nobody_knows_any_more_does_not_stop_the_worker(clock):
    enqueue("recruit.tasks.deliver_due")
    DBTaskResult.objects.update(task_path="gone.module.task")
    enqueue("recruit.tasks.deliver_due")
    mine = Worker()

    assert [mine.work_once(), mine.work_once()] == [True, True]
    assert sorted(DBTaskResult.objects.values_list("task_path", "status")) == [
        ("gone.module.task", READY),
        ("recruit.tasks.deliver_due", DONE),
    ]


def test_only_a_failed_task_is_put_back():
    enqueue("recruit.tasks.deliver_due")

    assert (retry(row()), row().status) == (False, READY)


# -- workers that fell silent --------------------------------------------------------------------------------------------


def held_by(name: str, *, since: timedelta) -> DBTaskResult:
    task = DBTaskResult.objects.get(pk=enqueue("recruit.tasks.deliver_due"))
    DBTaskResult.objects.filter(pk=task.pk).update(
        status=RUNNING, worker_ids=[name] if name else [], started_at=timezone.now() - since
    )
    return task


def beat(name: str, *, ago: timedelta) -> None:
    at = timezone.now() - ago
    WorkerBeat.objects.create(worker=name, started_at=at, beat_at=at)


def test_what_a_silent_worker_holds_goes_back_and_nothing_else(clock):
    second = timedelta(seconds=1)
    beat("silent", ago=LEASE + second)
    beat("alive", ago=LEASE - second)
    silent = held_by("silent", since=LEASE + second)
    unknown = held_by("never seen", since=LEASE + second)
    nameless = held_by("", since=LEASE + second)
    alive = held_by("alive", since=10 * LEASE)
    fresh = held_by("silent", since=LEASE - second)

    assert reap() == 3

    states = {task.pk: task.status for task in DBTaskResult.objects.all()}
    assert [states[one.pk] for one in (silent, unknown, nameless)] == [READY] * 3
    assert [states[one.pk] for one in (alive, fresh)] == [RUNNING] * 2


def test_a_task_that_was_put_back_is_done_by_the_next(clock):
    held_by("silent", since=2 * LEASE)
    reap()
    mine = Worker()

    assert (mine.work_once(), row().status, row().worker_ids) == (True, DONE, ["silent", mine.name])


def test_a_worker_started_again_in_the_same_place_is_another_one(clock):
    dead, successor = Worker(), Worker()
    held_by(dead.name, since=2 * LEASE)
    successor.beat()

    assert (reap(), row().status) == (1, READY)


def test_workers_of_long_ago_are_forgotten(clock):
    beat("old", ago=timedelta(days=2))
    beat("recent", ago=timedelta(hours=2))

    reap()

    assert [one.worker for one in WorkerBeat.objects.all()] == ["recent"]


def test_a_worker_gives_a_sign_of_life_while_a_task_takes_long(monkeypatch):
    monkeypatch.setattr(worker, "BEAT_EVERY", timedelta(seconds=0.05))
    mine = Worker()
    mine.beat()
    first = WorkerBeat.objects.get(worker=mine.name).beat_at

    with mine.beating():
        deadline = time.monotonic() + 10
        while WorkerBeat.objects.get(worker=mine.name).beat_at == first and time.monotonic() < deadline:
            time.sleep(0.02)

    assert WorkerBeat.objects.get(worker=mine.name).beat_at > first


# -- the schedule --------------------------------------------------------------------------------------------------------


def test_the_schedule_is_written_once(clock):
    start_schedule()
    Schedule.objects.update(every_seconds=7)

    start_schedule()

    assert set(Schedule.objects.values_list("task", "every_seconds")) == {(name, 7) for name in periodic()}


def test_a_turn_of_the_schedule_is_taken_once_by_two(clock):
    start_schedule()

    assert [run_schedule(), run_schedule()] == [len(periodic()), 0]
    assert sorted(DBTaskResult.objects.values_list("task_path", flat=True)) == sorted(periodic())


def test_the_one_who_read_too_early_takes_no_turn(clock):
    start_schedule()
    cut = []

    def other_first(execute, sql, params, many, context):
        if sql.startswith('UPDATE "recruit_schedule"') and not cut:
            cut.append(sql)
            Schedule.objects.update(next_run_at=timezone.now() + timedelta(hours=1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(other_first):
        started = run_schedule()

    assert (started, len(cut), DBTaskResult.objects.count()) == (0, 1, 0)


def test_a_task_that_no_app_registers_any_more_leaves_the_schedule(clock):
    Schedule.objects.create(task="gone.tasks.work", every_seconds=30, next_run_at=timezone.now())

    start_schedule()

    assert set(Schedule.objects.values_list("task", flat=True)) == set(periodic())


def test_what_is_due_runs_again_after_its_time(clock):
    start_schedule()
    run_schedule()
    clock.shift(31)

    assert run_schedule() == sum(seconds <= 31 for seconds in periodic().values())

    schedule = Schedule.objects.get(task="recruit.tasks.deliver_due")
    assert (schedule.last_run_at, schedule.next_run_at) == (timezone.now(), timezone.now() + timedelta(seconds=30))


# -- the process ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def _signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
def test_a_worker_empties_the_queue_and_says_goodbye(settings):
    rows = [message(), message()]

    call_command("work", until_empty=True)

    assert [Message.objects.get(pk=one.pk).state for one in rows] == [MessageState.SENT, MessageState.SENT]
    assert (WorkerBeat.objects.count(), DBTaskResult.objects.exclude(status=DONE).count()) == (0, 0)
    assert len(list(settings.MAIL_DIR.iterdir())) == 2


@pytest.mark.attack("A149")
@pytest.mark.usefixtures("_signals")
def test_a_worker_that_is_told_to_stop_stops(monkeypatch):
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.01)
    mine = Worker()
    idle = []

    def once():
        idle.append(1)
        os.kill(os.getpid(), signal.SIGTERM)
        return False

    monkeypatch.setattr(mine, "work_once", once)
    mine.run()

    assert (len(idle), WorkerBeat.objects.count()) == (1, 0)


def test_a_task_that_took_three_workers_down_takes_no_fourth(clock):
    enqueue("recruit.tasks.deliver_due")

    for number in range(MOST_ATTEMPTS):
        row().claim(f"worker-{number}")
        clock.shift(LEASE * 2)
        reap()

    assert (row().status, len(row().worker_ids)) == (FAILED, MOST_ATTEMPTS)
