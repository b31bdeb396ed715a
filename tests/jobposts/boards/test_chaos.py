"""Random faults by seed: the board's counts equal what was read, nothing twice, every failure visible."""

import pytest

from jobposts.errors import BoardError
from jobposts.fakeboard.faults import Faults
from jobposts.fakeboard.server import running
from jobposts.fakeboard.world import build_world
from recruit.outbound import Door, Guard
from tests.jobposts.boards.support import Clock, Session, hh_board, sj_board, tokens_of

SHARES = {
    "busy": 0.06,
    "error": 0.04,
    "html": 0.04,
    "blocked": 0.01,
    "captcha": 0.005,
    "cut": 0.05,
    "cut_after": 0.03,
    "slow": 0.02,
    "broken_json": 0.03,
    "slow_seconds": 0.01,
}


def import_all(board, numbers, *, most_runs=40):
    """Read all vacancies as the import does: a run that fails is started again where it stopped."""
    stored, done, failures = {}, {}, []
    for _ in range(most_runs):
        try:
            for number in numbers:
                for batch in board.responses(number, skip=lambda name, of=number: (of, name) in done):
                    stored.update({item.id: item for item in batch.page.items})
                    if batch.last:
                        done[number, batch.count.collection] = batch.count
        except BoardError as error:
            failures.append(error.code)
        else:
            return stored, done, failures
    raise AssertionError(failures)


@pytest.mark.attack("A109")
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("make", [hh_board, sj_board], ids=["hh", "superjob"])
def test_counts_are_equal_and_nothing_is_doubled_under_random_faults(make, seed):
    clock = Clock()
    world = build_world(clock, vacancies=3, replies=700, seed=seed)
    faults = Faults(seed=seed, **SHARES)
    with running(world, faults) as fake:
        session = Session(tries=4)
        stored, done, failures = import_all(make(fake, session=session, tokens=tokens_of(world)), list(world.openings))
        session.close()

    assert {str(key) for key in stored} == {str(key) for key in world.replies}
    assert all(count.complete for count in done.values())
    assert sum(faults.met.values()) > 0
    assert set(failures) <= {"unavailable", "unreadable", "captcha", "rate_limited"}


@pytest.mark.parametrize("seed", range(6))
def test_a_list_that_moves_while_it_is_read_loses_nobody(seed):
    clock = Clock()
    world = build_world(clock, vacancies=1, replies=400, seed=seed)
    for reply in world.replies.values():
        reply.seen = True
    faults = Faults(seed=seed, queue=["moving", "", "moving"] * 5, only="/negotiations/")
    with running(world, faults) as fake:
        session = Session()
        stored, done, _ = import_all(hh_board(fake, session=session), list(world.openings))
        session.close()

    assert faults.met["moving"] > 3
    assert set(stored) == {str(key) for key in world.replies}
    assert all(count.complete for count in done.values())


@pytest.mark.attack("A109")
def test_notices_come_twice_or_never_and_polling_finds_everybody():
    clock = Clock()
    world = build_world(clock, vacancies=1, replies=0, seed=9)
    number = next(iter(world.openings))
    faults = Faults(seed=9, twice=0.3, lost=0.3)
    with running(world, faults) as fake:
        session = Session()
        board = hh_board(fake, session=session)
        board.subscribe(f"{fake.base}/nobody-listens")
        for _ in range(60):
            world.add_reply(number)
        statuses = fake.deliver()
        stored, _, _ = import_all(board, [number])
        session.close()

    assert len(stored) == 60
    assert statuses.count(400) == len(statuses)
    assert 30 < len(statuses) < 90


def test_the_guarded_door_reads_two_thousand_responses_through_faults():
    clock = Clock()
    world = build_world(clock, vacancies=2, replies=2000, seed=11)
    faults = Faults(seed=11, **SHARES)
    with running(world, faults) as fake:
        door = Door(guard=Guard(allow=frozenset({fake.base.removeprefix("http://")})), sleep=lambda _: None)
        stored, done, failures = import_all(hh_board(fake, session=door), list(world.openings))
        door.close()

    assert set(stored) == {str(key) for key in world.replies}
    assert sum(count.found for (_, name), count in done.items() if name != "unread") == 2000
    assert all(count.complete for count in done.values())
    assert set(failures) <= {"unavailable", "unreadable", "captcha", "rate_limited"}


def test_a_post_through_the_door_is_sent_once_and_read_back():
    world = build_world(Clock(), vacancies=1, replies=0)
    faults = Faults(queue=["cut_after"])
    with running(world, faults) as fake:
        door = Door(guard=Guard(allow=frozenset({fake.base.removeprefix("http://")})), sleep=lambda _: None)
        board = hh_board(fake, session=door)
        promotion = board.publish({"name": "Грузчик"}, key="once")
        found = board.read_back(promotion)
        door.close()

    assert (promotion.state, found.state, len(world.payments)) == ("unknown", "done", 1)
