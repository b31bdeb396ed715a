"""The real SuperJob client against the played SuperJob, over HTTP."""

import pytest

from jobposts.errors import BoardError
from jobposts.protocol import JobBoard
from tests.jobposts.boards.support import sj_board, tokens_of


def test_every_received_resume_is_read_and_counted(fake, world, session):
    for _ in range(180):
        world.add_reply(next(iter(world.openings)))
    number = next(iter(world.openings))
    board = sj_board(fake, session=session)

    batches = list(board.responses(number))

    items = [item for batch in batches for item in batch.page.items]
    assert isinstance(board, JobBoard)
    assert sorted(item.id for item in items) == sorted(reply.id for reply in world.of_vacancy(number))
    assert [(batch.count.found, batch.count.seen, batch.count.complete) for batch in batches if batch.last] == [
        (255, 255, True)
    ]
    assert len(batches) == 3


def test_410_means_expired_and_is_refreshed_once(fake, world, session, clock):
    tokens = tokens_of(world)
    clock.forward(days=15)

    sj_board(fake, session=session, tokens=tokens).check()

    assert (tokens.saves, tokens.broken) == (1, "")
    assert [method for method, _ in session.sent] == ["GET", "POST", "GET"]
    assert not any("secret" in url or "refresh-" in url for _, url in session.sent)


def test_a_spent_refresh_token_asks_a_person_to_connect_again(fake, world, session, clock):
    tokens = tokens_of(world)
    world.spent_refresh.add(tokens.token.refresh)
    clock.forward(days=15)

    with pytest.raises(BoardError) as caught:
        sj_board(fake, session=session, tokens=tokens).check()

    assert (caught.value.code, caught.value.permanent, bool(tokens.broken)) == ("reconnect_needed", True, True)


@pytest.mark.parametrize(("fault", "state", "paid"), [("cut_after", "done", 1), ("cut", "absent", 0)])
def test_a_publication_whose_answer_is_lost_is_read_back(fake, world, faults, session, fault, state, paid):
    board = sj_board(fake, session=session)
    faults.queue = [fault]

    promotion = board.publish({"profession": "Грузчик"}, key="k")
    found = board.read_back(promotion)

    assert (promotion.state, found.state, len(world.payments)) == ("unknown", state, paid)


def test_two_alike_publications_stay_unknown(fake, world, faults, session):
    board = sj_board(fake, session=session)
    board.publish({"profession": "Грузчик"}, key="k")
    faults.queue = ["cut_after"]

    promotion = board.publish({"profession": "Грузчик"}, key="k")

    assert board.read_back(promotion).state == "unknown"


@pytest.mark.parametrize(
    ("draft_town", "state"), [({"id": 999}, "absent"), ({}, "done")], ids=["another town", "no town given"]
)
def test_the_town_tells_publications_apart(fake, faults, session, draft_town, state):
    board = sj_board(fake, session=session)
    faults.queue = ["cut_after"]

    promotion = board.publish({"profession": "Грузчик", "town": draft_town}, key="k")

    assert board.read_back(promotion).state == state


def test_archiving_and_reading_a_vacancy(fake, world, session):
    board = sj_board(fake, session=session)
    number = next(iter(world.openings))

    board.archive(number)

    assert board.vacancy(number).archived is True
    assert {item.id for page in board.vacancies() for item in page.items} == set(world.openings)


def test_steps_are_unsupported_and_resumes_are_read(fake, world, session):
    board = sj_board(fake, session=session)
    response = next(iter(board.responses(next(iter(world.openings))))).page.items[0]

    with pytest.raises(BoardError) as caught:
        board.act(response, "invite", {})

    assert caught.value.code == "unsupported"
    assert board.resume(response).id == response.resume_id


@pytest.mark.parametrize(
    ("fault", "first", "then", "paid"),
    [("", "done", "done", 1), ("cut_after", "unknown", "done", 1), ("cut", "unknown", "absent", 0)],
)
def test_a_prolongation_shows_in_a_later_date(fake, world, faults, session, fault, first, then, paid):
    board = sj_board(fake, session=session)
    faults.queue = ["", fault]

    promotion = board.prolong(next(iter(world.openings)))

    assert (promotion.state, board.read_back(promotion).state, len(world.payments)) == (first, then, paid)


def test_a_quick_look_skips_and_limits(fake, world, session):
    number = next(iter(world.openings))
    board = sj_board(fake, session=session)

    assert list(board.responses(number, skip=lambda name: name == "received")) == []
    assert [batch.count.limited for batch in board.responses(number, max_pages=1)] == [True]
