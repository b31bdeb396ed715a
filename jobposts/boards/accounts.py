"""Pure: a connected account as a board: which class plays which system, and how an account is connected.

Adding a board with an API: its class here, its readers in ``readers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jobposts.boards.headhunter import client as headhunter
from jobposts.boards.headhunter.board import HeadHunterBoard
from jobposts.boards.readers import system_of
from jobposts.boards.superjob import client as superjob
from jobposts.boards.superjob.board import SuperJobBoard
from jobposts.errors import BoardError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from jobposts.protocol import HttpSession, JobBoard, Token, TokenStore

SYSTEMS = ("headhunter", "superjob")
_PAGES = {"headhunter": headhunter.AUTHORISE_URL, "superjob": superjob.AUTHORISE_URL}


def board_of(
    system: str,
    *,
    http: HttpSession,
    tokens: TokenStore,
    now: Callable[[], datetime],
    user_agent: str,
    options: Mapping[str, str],
    paused_until: datetime | None = None,
) -> JobBoard:
    """Return the account of ``system`` ready to use; nothing is sent yet.

    Args:
        system: headhunter or superjob.
        http: a ``recruit.outbound.Door`` of this account.
        tokens: the account's token pair.
        now: the time, aware.
        user_agent: ``Name/1.0 (contact@mail)``.
        options: "base_url" (for the played board); hh: "employer_id", "manager_id", "manager_account_id";
            SuperJob: "app_id", "app_secret".
        paused_until: as the board left it the last time.

    Raises:
        BoardError: "unsupported".
    """
    name = system_of(system)
    if name == "headhunter":
        client = headhunter.HeadHunterClient(
            http=http,
            tokens=tokens,
            now=now,
            user_agent=user_agent,
            manager_account_id=options.get("manager_account_id", ""),
            paused_until=paused_until,
            base_url=options.get("base_url") or headhunter.BASE_URL,
        )
        return HeadHunterBoard(
            client=client, employer_id=options.get("employer_id", ""), manager_id=options.get("manager_id", "")
        )
    if name == "superjob":
        return SuperJobBoard(
            client=superjob.SuperJobClient(
                http=http,
                tokens=tokens,
                now=now,
                app_id=options.get("app_id", ""),
                app_secret=options.get("app_secret", ""),
                user_agent=user_agent,
                base_url=options.get("base_url") or superjob.BASE_URL,
            )
        )
    raise BoardError(f"{system} has no API that can be connected.", permanent=True, code="unsupported")


def log_in_page(system: str, *, client_id: str, redirect_uri: str, state: str, page: str = "") -> str:
    """Return the address a person is sent to; ``state`` ties the answer to their session. ``page``: a played board's."""
    name = system_of(system)
    if name not in _PAGES:
        raise BoardError(f"{system} has no API that can be connected.", permanent=True, code="unsupported")
    query = {"response_type": "code", "client_id": client_id, "state": state, "redirect_uri": redirect_uri}
    return f"{page or _PAGES[name]}?{urlencode(query)}"


def first_token(
    system: str,
    *,
    http: HttpSession,
    code: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    user_agent: str,
    now: datetime,
    base_url: str = "",
) -> Token:
    """Return the first token pair for the ``code`` the log-in page sent back; ``BoardError`` if it is refused."""
    name = system_of(system)
    if name not in _PAGES:
        raise BoardError(f"{system} has no API that can be connected.", permanent=True, code="unsupported")
    exchange = headhunter.exchange_code if name == "headhunter" else superjob.exchange_code
    usual = headhunter.BASE_URL if name == "headhunter" else superjob.BASE_URL
    return exchange(
        http=http,
        code=code,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        user_agent=user_agent,
        now=now,
        base_url=base_url or usual,
    )
