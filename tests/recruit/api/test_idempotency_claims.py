"""A POST with an Idempotency-Key is done once, whatever happens to the first call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from recruit.api.base import ABANDONED_AFTER
from recruit.models import IdempotencyKey, Vacancy
from tests.recruit import world

pytestmark = pytest.mark.django_db
VACANCIES = "/api/v1/vacancies/"
COURIER = {"title": "Courier", "openings": 3}


def post(client, body=None, *, key: str, path: str = VACANCIES):
    return client.post(path, body if body is not None else COURIER, headers={"Idempotency-Key": key})


@pytest.mark.attack("A071")
def test_the_same_call_is_done_once_and_answered_the_same(caller):
    client = caller()

    first, second = post(client, key="k1"), post(client, key="k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert Vacancy.objects.count() == 1


def test_without_a_key_every_call_counts(caller):
    client = caller()

    client.post(VACANCIES, COURIER)
    client.post(VACANCIES, COURIER)

    assert Vacancy.objects.count() == 2


@pytest.mark.attack("A071")
def test_a_refusal_is_repeated_too(caller):
    client = caller()

    first, second = post(client, {"title": ""}, key="k1"), post(client, {"title": ""}, key="k1")

    assert (first.status_code, second.status_code, second.headers["Idempotent-Replayed"]) == (400, 400, "true")
    assert second.json()["error"] == first.json()["error"]


@pytest.mark.parametrize(
    ("body", "path"), [({"title": "Cook", "openings": 3}, VACANCIES), (COURIER, f"{VACANCIES}?really=1")]
)
def test_a_key_used_for_another_call_is_refused(caller, body, path):
    client = caller()
    post(client, key="k1")

    answer = post(client, body, key="k1", path=path)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_mismatch")
    assert list(answer.json()["error"]["fields"]) == ["Idempotency-Key"]
    assert Vacancy.objects.count() == 1


def test_the_same_word_of_two_callers_is_two_keys(caller):
    first, second = post(caller(), key="k1"), post(caller(), key="k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


def unfinished(client, key: str) -> None:
    """Leave the claim of a call that has not answered."""
    post(client, key=key)
    Vacancy.objects.all().delete()
    IdempotencyKey.objects.update(status=None, body=None)


def test_a_call_that_is_being_answered_is_not_begun_again(caller):
    client = caller()
    unfinished(client, "k1")

    answer = post(client, key="k1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in_progress")
    assert Vacancy.objects.count() == 0


def test_an_abandoned_claim_may_be_taken_again(caller):
    client = caller()
    unfinished(client, "k1")
    IdempotencyKey.objects.update(created_at=timezone.now() - ABANDONED_AFTER - timedelta(seconds=1))

    answer = post(client, key="k1")

    assert (answer.status_code, Vacancy.objects.count()) == (201, 1)


def broken_disk(execute, sql, params, many, context):
    """Fail where the vacancy is written, as a full disk would."""
    if sql.startswith('UPDATE "recruit_vacancy"'):
        msg = "no space left"
        raise OSError(msg)
    return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_ours_frees_the_key(caller):
    client = caller()
    path = f"{VACANCIES}{world.vacancy().pk}/move/"

    with connection.execute_wrapper(broken_disk):
        first = post(client, {"event": "pause"}, key="k1", path=path)
    second = post(client, {"event": "pause"}, key="k1", path=path)

    assert (first.status_code, second.status_code) == (500, 200)
    assert "Idempotent-Replayed" not in second.headers


@pytest.mark.attack("A147")
@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_cut_off_before_its_answer_is_kept_has_done_nothing(caller):
    client = caller()

    def cut_off(execute, sql, params, many, context):
        if sql.startswith('UPDATE "recruit_idempotencykey"'):
            raise SystemExit
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut_off), pytest.raises(SystemExit):
        post(client, key="k1")
    left = Vacancy.objects.count()
    IdempotencyKey.objects.update(created_at=timezone.now() - ABANDONED_AFTER - timedelta(seconds=1))
    again = post(client, key="k1")

    assert (left, again.status_code, Vacancy.objects.count()) == (0, 201, 1)


@pytest.mark.parametrize("key", ["k" * 256, "a\tb"])
def test_a_key_that_is_too_long_or_not_printable_names_itself(caller, key):
    answer = post(caller(), key=key)

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["Idempotency-Key"])
    assert Vacancy.objects.count() == 0
