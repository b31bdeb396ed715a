"""A resume that does not come: why is kept; what passes by itself is tried again, a few times."""

import pytest

from jobposts.boards.headhunter.board import HeadHunterBoard
from jobposts.errors import BoardError
from jobposts.models import BoardResponse
from jobposts.services import resumes_in
from jobposts.services.resumes_in import MOST_TRIES
from tests.jobposts.world import connected, played, pulled

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(settings):
    with played(settings, vacancies=1, replies=3) as fake:
        found = connected(fake)
        pulled(found)
        BoardResponse.objects.exclude(resume_state="wanted").delete()
        assert BoardResponse.objects.exists()
        yield found


def fault(monkeypatch, code, *, permanent=False):
    def fails(*_args, **_named):
        raise BoardError("the board says no", permanent=permanent, code=code)

    monkeypatch.setattr(HeadHunterBoard, "resume", fails)


def states() -> set[tuple[str, int, str]]:
    return set(BoardResponse.objects.values_list("resume_state", "resume_tries", "resume_error"))


@pytest.mark.parametrize(
    ("code", "permanent", "state"),
    [
        ("not_found", True, "gone"),
        ("refused", True, "hidden"),
        ("payment_needed", True, "hidden"),
        ("bad_answer", True, "failed"),
        ("network", False, "wanted"),
    ],
)
def test_each_refusal_has_a_state_of_its_own(account, monkeypatch, code, permanent, state):
    fault(monkeypatch, code, permanent=permanent)

    assert resumes_in.fetch_for(account) == 0
    assert states() == {(state, 1, "the board says no")}


def test_what_may_pass_is_given_up_after_a_few_tries(account, monkeypatch):
    fault(monkeypatch, "network")

    for _ in range(MOST_TRIES + 3):
        resumes_in.fetch_for(account)

    assert states() == {("failed", MOST_TRIES, "the board says no")}


@pytest.mark.parametrize("code", ["view_limit", "reconnect_needed", "captcha", "rate_limited"])
def test_a_limit_of_the_whole_account_is_no_fault_of_a_resume_and_stops_the_rest(account, monkeypatch, code):
    fault(monkeypatch, code)

    assert resumes_in.fetch_for(account) == 0

    account.refresh_from_db()
    assert (states(), account.last_error_code) == ({("wanted", 0, "")}, code)


def test_an_account_without_anything_to_fetch_is_left_alone(account):
    BoardResponse.objects.update(resume_state="fetched")

    assert resumes_in.fetch_for(account) == 0


def test_a_pdf_that_does_not_come_leaves_the_record(account, monkeypatch):
    type(account).objects.filter(pk=account.pk).update(fetches_files=True)
    account.refresh_from_db()

    def no_file(*_args, **_named):
        raise BoardError("no file", permanent=False, code="network")

    monkeypatch.setattr(HeadHunterBoard, "resume_file", no_file)

    assert resumes_in.fetch_for(account) == BoardResponse.objects.count()
    assert {state for state, _tries, _error in states()} == {"fetched"}
