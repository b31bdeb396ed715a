"""A POST with an Idempotency-Key has one effect, however often it is sent."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from recruit.models import IdempotencyKey, Vacancy
from recruit.permissions import Role
from tests.recruit import world
from tests.recruit.api.world import caller, client_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/vacancies/"


def _post(api, key="one", **body):
    return api.post(URL, {"title": "Courier", **body}, headers={"Idempotency-Key": key})


def test_the_same_call_again_gets_the_first_answer_and_has_one_effect():
    api = caller()
    first, second = _post(api), _post(api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert json.loads(second.content) == json.loads(first.content)
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    assert Vacancy.objects.count() == 1


def test_another_body_under_the_same_key_is_refused():
    api = caller()
    _post(api)
    answer = _post(api, title="Driver")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_mismatch")
    assert Vacancy.objects.count() == 1


def test_a_call_that_is_being_answered_is_a_conflict_until_it_is_abandoned():
    api = caller()
    _post(api)
    IdempotencyKey.objects.update(status=None)
    answer = _post(api)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in_progress")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert _post(api).status_code == 201


def test_the_key_of_one_caller_is_nothing_to_another():
    _post(caller())
    _post(caller())
    assert Vacancy.objects.count() == 2


def test_a_refused_input_is_answered_the_same_again():
    api = caller()
    first, second = _post(api, openings=0), _post(api, openings=0)
    assert (first.status_code, second.status_code) == (400, 400)
    assert second.json()["error"] == first.json()["error"]


@pytest.mark.parametrize("key", ["x" * 256, "tab\there"])
def test_a_key_that_cannot_be_stored_names_its_header(key):
    assert list(_post(caller(), key=key).json()["error"]["fields"]) == ["Idempotency-Key"]


def test_a_call_that_is_not_allowed_claims_no_key():
    api = client_of(world.user(Role.DESK))
    assert _post(api).status_code == 403
    assert IdempotencyKey.objects.count() == 0
