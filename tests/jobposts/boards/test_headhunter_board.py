"""The real hh.ru client against the played hh.ru, over HTTP."""

import threading
from datetime import timedelta

import pytest

from jobposts.boards.headhunter.client import exchange_code
from jobposts.errors import BoardError
from jobposts.protocol import JobBoard, Token
from tests.jobposts.boards.support import AGENT, NOON, Session, Tokens, hh_board, tokens_of


def vacancy_id(world):
    return next(iter(world.openings))


def read_all(board, number, **options):
    batches = list(board.responses(number, **options))
    return [item for batch in batches for item in batch.page.items], [batch.count for batch in batches if batch.last]


def refused(board, call):
    with pytest.raises(BoardError) as caught:
        call(board)
    return caught.value


def test_every_response_of_every_collection_is_read_once(fake, world, session):
    number = vacancy_id(world)
    board = hh_board(fake, session=session)

    items, counts = read_all(board, number)

    assert isinstance(board, JobBoard)
    assert sorted(item.id for item in items) == sorted(str(reply.id) for reply in world.of_vacancy(number))
    assert {count.collection: (count.found, count.seen) for count in counts} == {
        state: (len(world.of_vacancy(number, state)),) * 2
        for state in ("response", "phone_interview", "interview", "hired", "discard_by_employer")
    } | {"unread": (75, 75)}
    assert all(count.complete for count in counts)
    assert {item.vacancy_id for item in items} == {number}


def test_records_hold_what_the_board_knows(fake, world, session):
    reply = world.of_vacancy(vacancy_id(world), "response")[0]

    record = hh_board(fake, session=session).response(reply.id)

    person = reply.person
    assert (record.state, record.resume.owner_id) == ("response", str(61_000_000 + person.number))
    assert record.resume.emails == (() if "email" in person.hidden else (person.email,))
    assert record.resume.first_name == (None if "names_and_photo" in person.hidden else person.first)


def test_a_quick_look_reads_the_newest_page_and_reconciles_nothing(fake, world, session):
    number = vacancy_id(world)

    _, counts = read_all(hh_board(fake, session=session), number, max_pages=1)

    assert {count.limited for count in counts} == {True}
    assert max(count.seen for count in counts) <= 50


def test_a_resumed_run_leaves_out_the_collections_that_are_done(fake, world, session):
    number = vacancy_id(world)

    items, counts = read_all(hh_board(fake, session=session), number, skip=lambda name: name != "interview")

    assert [count.collection for count in counts] == ["interview"]
    assert {item.state for item in items} == {"interview"}


def test_an_expired_token_is_refreshed_once_and_the_request_repeated(fake, world, session, clock):
    tokens = tokens_of(world)
    clock.forward(days=15)

    me = hh_board(fake, session=session, tokens=tokens).check()

    assert me["employer"]["id"] == world.employer
    assert tokens.saves == 1
    assert tokens.token.expires_at == clock() + timedelta(days=14)
    assert [method for method, _ in session.sent] == ["GET", "POST", "GET"]


def test_a_token_that_still_works_is_never_refreshed(fake, world, session, clock):
    tokens = tokens_of(world)
    clock.forward(days=14, seconds=-1)

    hh_board(fake, session=session, tokens=tokens).check()

    assert tokens.saves == 0


def test_many_threads_refresh_once(fake, world, clock):
    tokens = tokens_of(world)
    clock.forward(days=15)
    sessions = [Session() for _ in range(6)]
    threads = [threading.Thread(target=hh_board(fake, session=one, tokens=tokens).check) for one in sessions]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for one in sessions:
        one.close()
    assert (tokens.saves, tokens.broken) == (1, "")


def test_a_spent_refresh_token_asks_a_person_to_connect_again(fake, world, session, clock):
    tokens = tokens_of(world)
    world.spent_refresh.add(tokens.token.refresh)
    clock.forward(days=15)

    error = refused(hh_board(fake, session=session, tokens=tokens), lambda board: board.check())

    assert (error.code, error.permanent, tokens.broken) == (
        "reconnect_needed",
        True,
        "token has already been refreshed",
    )


def test_a_revoked_token_is_not_refreshed(fake, session):
    tokens = Tokens(Token("revoked", "whatever"))

    error = refused(hh_board(fake, session=session, tokens=tokens), lambda board: board.check())

    assert (error.code, [method for method, _ in session.sent]) == ("reconnect_needed", ["GET"])
    assert tokens.broken


def test_spent_views_pause_the_account_until_the_boards_midnight(fake, world, session, clock):
    world.views_a_day = 1
    board = hh_board(fake, session=session)
    replies = [reply for reply in world.of_vacancy(vacancy_id(world)) if not reply.resume_deleted][:2]
    first, second = (board.response(reply.id) for reply in replies)
    board.resume(first)

    error = refused(board, lambda it: it.resume(second))
    sent = len(session.sent)
    again = refused(board, lambda it: it.resume(second))

    assert (error.code, error.permanent, again.code) == ("view_limit", False, "view_limit")
    assert board.paused_until.isoformat() == "2026-11-21T00:05:00+03:00"
    assert error.retry_after == (board.paused_until - NOON).total_seconds()
    assert len(session.sent) == sent
    clock.forward(days=1)
    assert board.resume(second).id == second.resume_id


def test_a_deleted_resume_is_not_asked_for(fake, world, session):
    reply = next(iter(world.replies.values()))
    reply.resume_deleted = True
    board = hh_board(fake, session=session)

    error = refused(board, lambda it: it.resume(it.response(reply.id)))

    assert (error.code, error.permanent) == ("not_found", True)


@pytest.mark.parametrize(
    ("fault", "code", "permanent"),
    [
        ("captcha", "captcha", True),
        ("busy", "rate_limited", False),
        ("blocked", "unavailable", False),
        ("html", "unavailable", False),
        ("error", "unavailable", False),
        ("cut", "unavailable", False),
        ("broken_json", "unreadable", False),
    ],
)
def test_a_fault_that_stays_has_its_own_code(fake, faults, session, fault, code, permanent):
    faults.queue = [fault] * 20

    error = refused(hh_board(fake, session=session), lambda board: board.check())

    assert (error.code, error.permanent) == (code, permanent)


def test_a_captcha_says_where_it_is_solved(fake, faults, session):
    faults.queue = ["captcha"]

    error = refused(hh_board(fake, session=session), lambda board: board.check())

    assert [record.captcha_url for record in error.records] == ["https://example.org/captcha"]


def test_a_token_never_leaves_for_another_host(fake, world, session):
    board = hh_board(fake, session=session)

    error = refused(board, lambda it: it.client.get("https://evil.example.org/negotiations/response?vacancy_id=1"))

    assert (error.code, session.sent) == ("refused", [])


def test_a_step_is_taken_as_the_board_offers_it(fake, world, session):
    reply = world.of_vacancy(vacancy_id(world), "response")[0]
    board = hh_board(fake, session=session)

    after = board.act(board.response(reply.id), "phone_interview", {"message": "Приходите", "unknown": "x"})

    assert (after.state, reply.state) == ("phone_interview", "phone_interview")


@pytest.mark.parametrize(("step", "arguments"), [("hired", {}), ("discard_by_employer", {})])
def test_a_step_not_offered_or_without_its_argument_is_not_sent(fake, world, session, step, arguments):
    reply = world.of_vacancy(vacancy_id(world), "response")[0]
    board = hh_board(fake, session=session)

    error = refused(board, lambda it: it.act(it.response(reply.id), step, arguments))

    assert (error.code, reply.state) == ("refused", "response")
    assert {method for method, _ in session.sent} == {"GET"}


def test_a_step_whose_answer_is_lost_is_read_back(fake, world, faults, session):
    reply = world.of_vacancy(vacancy_id(world), "response")[0]
    board = hh_board(fake, session=session)
    record = board.response(reply.id)
    faults.queue = ["", "cut_after"]

    assert board.act(record, "phone_interview", {}).state == "phone_interview"


@pytest.mark.parametrize(
    ("fault", "state", "paid"), [("cut_after", "done", 1), ("cut", "absent", 0), ("html", "absent", 0)]
)
def test_a_publication_whose_answer_is_lost_is_read_back_and_never_sent_again(
    fake, world, faults, session, fault, state, paid
):
    board = hh_board(fake, session=session)
    faults.queue = [fault]

    promotion = board.publish({"name": "Грузчик"}, key="turnout-17")
    found = board.read_back(promotion)

    assert (promotion.state, found.state, len(world.payments)) == ("unknown", state, paid)
    assert [method for method, _ in session.sent].count("POST") == 1
    assert (found.vacancy_id is not None) == (state == "done")


def test_a_publication_is_done_with_its_id(fake, world, session):
    promotion = hh_board(fake, session=session).publish({"name": "Грузчик"}, key="turnout-18")

    assert (promotion.state, world.openings[int(promotion.vacancy_id)].code) == ("done", "turnout-18")


def test_a_duplicate_and_a_bad_field_are_refused_with_their_reasons(fake, world, session):
    board = hh_board(fake, session=session)
    board.publish({"name": "Грузчик"}, key="a")

    twin = refused(board, lambda it: it.publish({"name": "Грузчик"}, key="b"))
    empty = refused(board, lambda it: it.publish({"name": ""}, key="c"))

    assert (twin.code, len(twin.records[0].found_ids)) == ("duplicate", 1)
    assert (empty.code, empty.records[0].error_value, empty.records[0].error_reason) == ("refused", "name", "is_empty")
    assert board.publish({"name": "Грузчик"}, key="d", ignore_duplicates=True).state == "done"


@pytest.mark.parametrize(("fault", "state", "paid"), [("cut_after", "done", 1), ("cut", "absent", 0)])
def test_a_prolongation_whose_answer_is_lost_is_read_back(fake, world, faults, session, fault, state, paid):
    board = hh_board(fake, session=session)
    faults.queue = ["", fault]

    promotion = board.prolong(vacancy_id(world))

    assert (promotion.state, board.read_back(promotion).state, len(world.payments)) == ("unknown", state, paid)


def test_prolonging_again_at_once_is_too_early(fake, world, session):
    board = hh_board(fake, session=session)
    done = board.prolong(vacancy_id(world))

    error = refused(board, lambda it: it.prolong(vacancy_id(world)))

    assert (done.state, error.code, len(world.payments)) == ("done", "too_early", 1)


def test_archiving_twice_changes_nothing_more(fake, world, session):
    board = hh_board(fake, session=session)

    board.archive(vacancy_id(world))
    board.archive(vacancy_id(world))

    listed = [item for page in board.vacancies() for item in page.items]
    assert sorted((str(item.id), item.archived) for item in listed) == sorted(
        (str(row.id), row.archived) for row in world.openings.values()
    )


def test_subscribing_twice_keeps_one_webhook(fake, world, session):
    board = hh_board(fake, session=session)

    first = board.subscribe("http://127.0.0.1:9/hook")
    second = board.subscribe("http://127.0.0.1:9/hook", types=("VACANCY_CHANGE",))

    assert (first, len(world.hooks)) == (second, 1)
    board.unsubscribe(first)
    assert world.hooks == {}


def test_limits_and_files_are_read(fake, world, session):
    board = hh_board(fake, session=session)
    reply = next(row for row in world.replies.values() if not row.resume_deleted)
    resume = board.resume(board.response(reply.id))

    assert board.resume_file(resume)[:5] == b"%PDF-"
    assert board.limits().views_left == world.views_a_day - 2


def test_a_log_in_code_gives_the_first_pair(fake, world, session):
    token = exchange_code(
        http=session,
        code="fake-code",
        client_id="1",
        client_secret="s",
        redirect_uri="http://127.0.0.1/back",
        user_agent=AGENT,
        now=NOON,
        base_url=fake.base,
    )

    assert (token.access in world.access, token.expires_at) == (True, NOON + timedelta(days=14))
    assert "access" not in repr(token)


def test_a_request_without_a_contact_address_is_refused(fake, session):
    answer = session.request("GET", f"{fake.base}/me", headers={"User-Agent": "curl"})

    assert answer.status == 400


def test_an_archived_vacancy_is_restored_as_a_new_publication(fake, world, session):
    board = hh_board(fake, session=session)
    board.archive(vacancy_id(world))

    promotion = board.restore(vacancy_id(world), {"name": "Снова кассир"}, key="again")

    assert (promotion.kind, promotion.state, len(world.payments)) == ("republication", "done", 1)
    assert board.read_back(promotion) == promotion


def test_manager_and_billing_are_edited_in_requests_of_their_own(fake, world, session):
    board = hh_board(fake, session=session)

    board.edit(vacancy_id(world), {"name": "Старший кассир", "manager": {"id": "1"}, "billing_type": {"id": "free"}})

    assert [method for method, _ in session.sent] == ["PUT", "PUT", "PUT"]
    assert board.vacancy(vacancy_id(world)).title == "Старший кассир"
    assert board.statistics(vacancy_id(world))["items"][0]["views"] == 120


def test_responses_are_marked_read(fake, world, session):
    board = hh_board(fake, session=session)
    reply = world.of_vacancy(vacancy_id(world))[0]

    board.mark_read((board.response(reply.id),))

    assert reply.seen
    assert [account["id"] for account in board.accounts()] == ["1"]


def test_what_hh_does_not_offer_is_unsupported(fake, world, session):
    board = hh_board(fake, session=session)
    reply = next(row for row in world.replies.values() if not row.resume_deleted)

    file_error = refused(board, lambda it: it.resume_file(it.resume(it.response(reply.id)), "doc"))
    name_error = refused(board, lambda it: it.dictionary("me"))

    assert (file_error.code, name_error.code) == ("unsupported", "unsupported")
