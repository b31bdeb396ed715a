"""The inbox of notices, full resumes with their files, and the steps a board offers."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from jobposts.errors import BoardError
from jobposts.fakeboard.faults import Faults
from jobposts.models import BoardAccount, BoardNotice, BoardResponse
from jobposts.services import accounts, notices, resumes_in, steps
from jobposts.services.tokens import DbTokens
from jobposts.states import NoticeState, ResumeState
from recruit.errors import InvalidInputError
from recruit.models import Application, Resume
from tests.jobposts.world import connected, played, pulled
from tests.recruit.world import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings):
    with played(settings, replies=12) as board:
        yield board


def notice(reply, number="evt-1", kind="NEW_NEGOTIATION_VACANCY"):
    payload = {"topic_id": str(reply.id), "vacancy_id": str(reply.vacancy), "resume_id": None}
    return {"id": number, "subscription_id": "1", "action_type": kind, "user_id": "5", "payload": payload}


def hook(client, account, body):
    return client.post(
        f"/boards/hooks/{account.hook_token}/", json.dumps(body).encode(), content_type="application/json"
    )


@pytest.mark.attack("A111")
def test_a_notice_is_kept_and_answered_at_once_and_a_second_one_is_409(fake, client):
    account = connected(fake)
    reply = next(iter(fake.world.replies.values()))
    requests = fake.world.requests

    started = time.process_time()
    first, again = hook(client, account, notice(reply)), hook(client, account, notice(reply))

    assert (first.status_code, again.status_code) == (204, 409)
    assert time.process_time() - started < 2
    assert (BoardNotice.objects.count(), fake.world.requests) == (1, requests)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": 1}', b"null", b'{"id": null, "action_type": "X"}'])
def test_what_is_no_notice_is_refused(fake, client, body):
    account = connected(fake)
    answer = client.post(f"/boards/hooks/{account.hook_token}/", body, content_type="application/json")
    assert (answer.status_code, BoardNotice.objects.count()) == (400, 0)


def test_an_address_that_was_guessed_is_not_there(client, db):
    assert client.post("/boards/hooks/guessed/", b"{}", content_type="application/json").status_code == 404


def test_a_notice_brings_the_response_as_the_board_has_it(fake):
    account = connected(fake)
    reply = fake.world.add_reply(next(iter(fake.world.openings)), state="response")
    notices.take_notice(account, json.dumps(notice(reply)).encode())

    assert notices.process_notices() == 1

    row = BoardResponse.objects.get()
    assert (row.external_id, row.state) == (str(reply.id), "response")
    assert Application.objects.count() == 1
    assert notices.process_notices() == 0


def test_a_forged_notice_of_a_response_that_is_not_there_is_noted_as_failed(fake):
    account = connected(fake)
    body = notice(next(iter(fake.world.replies.values())))
    body["payload"]["topic_id"] = "1"
    notices.take_notice(account, json.dumps(body).encode())

    notices.process_notices()

    assert BoardNotice.objects.get().state == NoticeState.FAILED
    assert BoardResponse.objects.count() == 0


def test_a_large_notice_is_refused(fake):
    with pytest.raises(InvalidInputError):
        notices.take_notice(connected(fake), b"x" * (notices.MOST_BYTES + 1))


def test_full_resumes_and_their_files_come_newest_first_until_the_views_are_spent(settings):
    with played(settings, vacancies=1, replies=10) as fake:
        account = connected(fake)
        pulled(account)
        fake.world.views_a_day = 9

        resumes_in.fetch_resumes()
        spent = fake.world.requests
        resumes_in.fetch_resumes()

        account.refresh_from_db()
        assert account.paused_until > timezone.now()
        assert fake.world.requests == spent
        fetched = BoardResponse.objects.filter(resume_state=ResumeState.FETCHED)
        assert fetched.count() == 4
        assert Resume.objects.exclude(file="").count() == 4
        full = fetched.first().resume
        assert full.parsed["experience"][0]["company"] == "ООО «Учебная»"
        assert Resume.objects.exclude(file="").first().problem != ""


def test_the_pause_ends_and_the_rest_comes(settings):
    with played(settings, vacancies=1, replies=3) as fake:
        account = connected(fake)
        pulled(account)
        BoardAccount.objects.filter(pk=account.pk).update(paused_until=timezone.now() + timedelta(hours=1))
        assert resumes_in.fetch_resumes() == 0
        BoardAccount.objects.filter(pk=account.pk).update(paused_until=timezone.now() - timedelta(seconds=1))

        assert resumes_in.fetch_resumes() == 3


def test_steps_are_those_the_board_offers_and_are_read_back(fake):
    account = connected(fake)
    pulled(account)
    reply = next(one for one in fake.world.replies.values() if one.state == "response")
    row = BoardResponse.objects.get(external_id=str(reply.id))

    assert [step.id for step in steps.offered(row)] == ["phone_interview", "interview", "discard_by_employer"]
    steps.take_step(row, "interview", {"message": "Приходите"}, by=user())

    assert (row.state, reply.state, steps.state_name(row)) == ("interview", "interview", "Интервью")


def test_a_step_that_needs_words_is_refused_without_them(fake):
    account = connected(fake)
    pulled(account)
    reply = next(one for one in fake.world.replies.values() if one.state == "response")

    with pytest.raises(BoardError):
        steps.take_step(BoardResponse.objects.get(external_id=str(reply.id)), "discard_by_employer", {}, by=user())

    assert reply.state == "response"


def test_notices_are_asked_for_once(fake):
    account = connected(fake)
    accounts.subscribe(account)
    accounts.subscribe(account)

    assert len(fake.world.hooks) == 1
    assert account.hook_id in {str(number) for number in fake.world.hooks}


def test_connecting_by_the_log_in_page_finds_the_account_again(fake):
    by = user()
    first = accounts.connect(system="headhunter", code="one", redirect_uri="https://x.test/back", by=by)
    again = accounts.connect(system="headhunter", code="two", redirect_uri="https://x.test/back", by=by)

    assert (first.pk, first.employer_id, first.name) == (again.pk, "1455", "hh.ru · Ромашка (учебная)")
    assert BoardAccount.objects.count() == 1
    assert "access-" not in BoardAccount.objects.get().access


def test_a_right_to_refresh_that_a_dead_process_holds_runs_out(fake):
    account = connected(fake)
    BoardAccount.objects.filter(pk=account.pk).update(
        refreshing_by="dead", refreshing_until=timezone.now() - timedelta(seconds=1)
    )
    with DbTokens(account.pk).lock():
        assert BoardAccount.objects.get(pk=account.pk).refreshing_by != "dead"


@pytest.mark.django_db(transaction=True)
def test_two_processes_refresh_once(settings):
    with played(settings, replies=0, faults=Faults()) as fake:
        account = connected(fake)
        fake.world.access.update(dict.fromkeys(fake.world.access, timezone.now() - timedelta(minutes=1)))
        seen = []

        def ask():
            from django.db import connections

            try:
                with accounts.opened(BoardAccount.objects.get(pk=account.pk), rate=None) as board:
                    seen.append(board.check()["is_employer"])
            finally:
                connections.close_all()

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert seen == [True, True, True]
    assert len(fake.world.spent_refresh) == 1
