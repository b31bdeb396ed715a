"""Connecting an account, from the log-in page to the first request."""

from urllib.parse import parse_qs, urlsplit

import pytest

from jobposts.boards.accounts import SYSTEMS, board_of, first_token, log_in_page
from jobposts.errors import BoardError
from jobposts.protocol import JobBoard
from tests.jobposts.boards.support import AGENT, Tokens

APP = {"client_id": "7", "client_secret": "s", "redirect_uri": "http://127.0.0.1:9/back"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_person_logs_in_and_the_account_works(fake, world, session, system):
    base = fake.base + ("/2.0/" if system == "superjob" else "/")
    page = log_in_page(
        system, client_id="7", redirect_uri=APP["redirect_uri"], state="s-1", page=f"{fake.base}/oauth/authorize"
    )
    back = parse_qs(urlsplit(session.request("GET", page).headers["Location"]).query)
    token = first_token(
        system, http=session, code=back["code"][0], user_agent=AGENT, now=world.now(), base_url=base, **APP
    )
    board = board_of(
        system,
        http=session,
        tokens=Tokens(token),
        now=world.now,
        user_agent=AGENT,
        options={"base_url": base, "app_id": "7", "app_secret": "s"},
    )

    assert (back["state"], isinstance(board, JobBoard), board.system) == (["s-1"], True, system)
    assert board.check()["email"] == "manager@example.org"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_code_that_is_refused_gives_no_token(fake, world, session, system):
    base = fake.base + ("/2.0/" if system == "superjob" else "/")

    with pytest.raises(BoardError) as caught:
        first_token(system, http=session, code="", user_agent=AGENT, now=world.now(), base_url=base, **APP)

    assert (caught.value.code, caught.value.http_status) == ("refused", 400)


def test_real_log_in_pages_are_those_of_the_boards():
    pages = [log_in_page(system, client_id="7", redirect_uri="https://x.example/b", state="s") for system in SYSTEMS]

    assert [urlsplit(page)[:3] for page in pages] == [
        ("https", "hh.ru", "/oauth/authorize"),
        ("https", "www.superjob.ru", "/authorize/"),
    ]


def test_a_system_without_an_api_is_refused(session):
    for call in (
        lambda: board_of("lever", http=session, tokens=Tokens(None), now=None, user_agent=AGENT, options={}),
        lambda: log_in_page("lever", client_id="", redirect_uri="", state=""),
        lambda: first_token("lever", http=session, code="", user_agent=AGENT, now=None, **APP),
    ):
        with pytest.raises(BoardError) as caught:
            call()
        assert caught.value.code == "unsupported"
