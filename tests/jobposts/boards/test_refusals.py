"""What an answer that is not 2xx means, and whether trying again can help."""

import json

import pytest

from jobposts.boards.headhunter.refusals import refusal as hh_refusal
from jobposts.boards.superjob.client import refusal as sj_refusal
from jobposts.errors import CODES
from tests.jobposts.boards.support import Answer


def answer(status, payload=None, headers=None):
    return Answer(status, headers or {}, b"<html>" if payload is None else json.dumps(payload).encode())


def hh(status, kind, value=None):
    return answer(status, {"errors": [{"type": kind, "value": value}], "request_id": "r-1"})


@pytest.mark.parametrize(
    ("said", "code", "permanent"),
    [
        (hh(403, "vacancies", "not_enough_purchased_services"), "payment_needed", True),
        (hh(403, "vacancies", "quota_exceeded"), "payment_needed", True),
        (hh(403, "api_access_payment", "action_must_be_payed"), "payment_needed", True),
        (hh(403, "vacancies", "duplicate"), "duplicate", True),
        (hh(403, "vacancies", "too_early"), "too_early", False),
        (hh(403, "oauth", "bad_authorization"), "reconnect_needed", True),
        (hh(403, "negotiations", "wrong_state"), "refused", True),
        (hh(400, "bad_argument", "page"), "refused", True),
        (hh(404, "not_found"), "not_found", True),
        (hh(429, "resumes", "view_limit_exceeded"), "view_limit", False),
        (hh(429, "too_many_requests"), "rate_limited", False),
        (answer(429), "rate_limited", False),
        (answer(403), "unavailable", False),
        (answer(502), "unavailable", False),
        (hh(503, "service_unavailable"), "unavailable", False),
        (answer(404), "not_found", True),
        (hh(403, "never_heard_of"), "refused", True),
        (answer(403, {"errors": "text"}), "unavailable", False),
    ],
)
def test_meanings_of_hh_answers(said, code, permanent):
    error = hh_refusal(said, repeatable=True)

    assert (error.code, error.permanent, error.http_status) == (code, permanent, said.status)
    assert error.code in CODES


@pytest.mark.parametrize(
    ("status", "payload", "code", "permanent"),
    [
        (401, {"error": {"code": 401, "message": "Требуется авторизация"}}, "reconnect_needed", True),
        (403, {"error": {"code": 403, "errors": [{"reason": "user_blocked_by_admin"}]}}, "refused", True),
        (404, None, "not_found", True),
        (429, None, "rate_limited", False),
        (500, None, "unavailable", False),
        (403, None, "unavailable", False),
    ],
)
def test_meanings_of_superjob_answers(status, payload, code, permanent):
    error = sj_refusal(answer(status, payload), repeatable=True)

    assert (error.code, error.permanent, error.code in CODES) == (code, permanent, True)


@pytest.mark.parametrize("refusal", [hh_refusal, sj_refusal])
def test_a_broken_server_leaves_the_outcome_of_a_post_unknown(refusal):
    error = refusal(answer(502), repeatable=False)

    assert (error.code, error.permanent) == ("unknown_outcome", False)


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("", None), ("soon", None)])
def test_the_named_wait_is_kept(value, seconds):
    assert hh_refusal(answer(429, {}, {"Retry-After": value}), repeatable=True).retry_after == seconds


def test_the_support_number_is_kept():
    assert hh_refusal(hh(400, "bad_argument"), repeatable=True).request_id == "r-1"
