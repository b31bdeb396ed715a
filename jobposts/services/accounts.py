"""Accounts: connecting them, reaching their board, noting how they are."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jobposts.boards.accounts import board_of, first_token, log_in_page
from jobposts.boards.headhunter.board import HeadHunterBoard
from jobposts.boards.payload import words
from jobposts.errors import BoardError
from jobposts.models import BoardAccount, BoardSystem
from jobposts.protocol import JobBoard, Token
from jobposts.services.tokens import DbTokens
from recruit.errors import InvalidInputError, NotFoundError
from recruit.models import SourceKind, User
from recruit.outbound import Door, TokenBucket
from recruit.services import audit
from recruit.services.import_responses import source_called

# Requests a second and at once: hh.ru names no number, its people once spoke of ten a second for an address.
RATE, BURST = 5.0, 5


def app_of(system: str) -> dict[str, str]:
    """Return the application registered with the board, from the environment."""
    return settings.BOARD_APPS.get(system, {})


@contextmanager
def opened(account: BoardAccount, *, rate: float | None = RATE) -> Iterator[JobBoard]:
    """Give the account's board, and keep afterwards what it says of its limits.

    ``BoardError`` "reconnect_needed" where no token is there or a person must log in again.
    """
    if not account.is_connected or account.broken_at is not None:
        raise BoardError("Log in to the board again.", permanent=True, code="reconnect_needed")
    app = app_of(account.system)
    before = TokenBucket(rate=rate, burst=BURST) if rate else None
    door = Door(user_agent=settings.BOARD_USER_AGENT, before_request=before, max_wait_seconds=20.0, total_seconds=60.0)
    board = board_of(
        account.system,
        http=door,
        tokens=DbTokens(account.pk),
        now=timezone.now,
        user_agent=settings.BOARD_USER_AGENT,
        options=account.options
        | {
            "base_url": app.get("base_url", ""),
            "app_id": app.get("client_id", ""),
            "app_secret": app.get("client_secret", ""),
        },
        paused_until=account.paused_until,
    )
    try:
        yield board
    finally:
        door.close()
        if board.paused_until != account.paused_until:
            BoardAccount.objects.filter(pk=account.pk).update(paused_until=board.paused_until)
            account.paused_until = board.paused_until


def log_in_address(system: str, *, state: str, redirect_uri: str) -> str:
    """Return the board's page where a person allows us in; ``InvalidInputError`` where no application is registered."""
    app = app_of(system)
    if not app.get("client_id"):
        raise InvalidInputError(
            "No application is registered with this board: set its client id and secret.", field="system"
        )
    return log_in_page(
        system,
        client_id=app["client_id"],
        redirect_uri=redirect_uri,
        state=state,
        page=app.get("login_url", ""),
    )


def connect(
    *, system: str, code: str, redirect_uri: str, by: User, account: BoardAccount | None = None
) -> BoardAccount:
    """Exchange the board's ``code`` for tokens and keep the account, new or connected again.

    The board says who the token belongs to; the same employer and manager find the account that is there.
    """
    app = app_of(system)
    door = Door(user_agent=settings.BOARD_USER_AGENT)
    try:
        token = first_token(
            system,
            http=door,
            code=code,
            client_id=app.get("client_id", ""),
            client_secret=app.get("client_secret", ""),
            redirect_uri=redirect_uri,
            user_agent=settings.BOARD_USER_AGENT,
            now=timezone.now(),
            base_url=app.get("base_url", ""),
        )
    finally:
        door.close()
    return keep_token(system=system, token=token, by=by, account=account)


def keep_token(*, system: str, token: Token, by: User | None, account: BoardAccount | None = None) -> BoardAccount:
    """Keep a token pair and ask the board who it belongs to."""
    made = account or new_account(system=system)
    DbTokens(made.pk).save(token)
    made.refresh_from_db()
    try:
        with opened(made) as board:
            me = board.check()
            choices = _work_accounts(board)
    except BoardError:
        if account is None:
            made.delete()
        raise
    facts = _facts(system, me)
    twin = (
        BoardAccount.objects.filter(system=system, employer_id=facts["employer_id"], manager_id=facts["manager_id"])
        .exclude(pk=made.pk)
        .first()
    )
    if twin is not None and account is None:
        DbTokens(twin.pk).save(token)
        made.delete()
        made = twin
    BoardAccount.objects.filter(pk=made.pk).update(
        **facts, work_accounts=choices, last_error="", last_error_code="", captcha_url="", next_poll_at=timezone.now()
    )
    made.refresh_from_db()
    audit.note(by, "board.connected", made)
    return made


def new_account(*, system: str, name: str = "") -> BoardAccount:
    """Make an account without a token."""
    if system not in BoardSystem.values:
        raise InvalidInputError("Choose a board.", field="system")
    label = str(BoardSystem(system).label)
    return BoardAccount.objects.create(
        system=system,
        name=name or label,
        source=source_called(label, kind=SourceKind.BOARD),
        hook_token=secrets.token_urlsafe(32),
    )


def _work_accounts(board: JobBoard) -> list[dict[str, str]]:
    """Return the work accounts of hh.ru's manager; a board without them, or one that will not say, gives none."""
    if not isinstance(board, HeadHunterBoard):
        return []
    try:
        found = board.accounts()
    except BoardError:
        return []
    return [
        {"id": words(one, "id"), "name": words(one, "employer", "name") or words(one, "id")}
        for one in found
        if words(one, "id")
    ]


def _facts(system: str, me: Any) -> dict[str, str]:
    if system == BoardSystem.HEADHUNTER:
        named = words(me, "employer", "name")
        return {
            "employer_id": words(me, "employer", "id"),
            "manager_id": words(me, "manager", "id"),
            "name": f"hh.ru · {named}"[:120] if named else "hh.ru",
        }
    number = words(me, "id")
    return {"employer_id": number, "manager_id": number, "name": "SuperJob"}


def switch(account: BoardAccount, *, on: bool, by: User) -> None:
    """Switch polling and everything else that asks the board on or off."""
    BoardAccount.objects.filter(pk=account.pk).update(is_on=on, next_poll_at=timezone.now())
    audit.note(by, "board.on" if on else "board.off", account)


def disconnect(account: BoardAccount, *, by: User) -> None:
    """Forget the tokens; postings, responses and money stay."""
    with transaction.atomic():
        BoardAccount.objects.filter(pk=account.pk).update(
            access="", refresh="", token_expires_at=None, broken_at=None, broken_reason="", hook_id=""
        )
        audit.note(by, "board.disconnected", account)


def subscribe(account: BoardAccount) -> None:
    """Have the board send its notices here, where it has any; polling goes on beside them."""
    if account.system != BoardSystem.HEADHUNTER:
        raise InvalidInputError("This board sends no notices; it is polled.", field="system")
    url = settings.PUBLIC_URL + reverse("board-hook", args=[account.hook_token])
    with opened(account) as board:
        number = board.subscribe(url)  # type: ignore[attr-defined]  # hh.ru alone has notices
    BoardAccount.objects.filter(pk=account.pk).update(hook_id=str(number or ""))
    account.refresh_from_db()


def note_success(account: BoardAccount) -> None:
    """Note that the board was read without an error."""
    BoardAccount.objects.filter(pk=account.pk).update(
        last_success_at=timezone.now(), last_error="", last_error_code="", captcha_url=""
    )


def note_error(account: BoardAccount, error: BoardError) -> None:
    """Note what went wrong, for the health page; a captcha's address with it."""
    changes: dict[str, Any] = {
        "last_error_at": timezone.now(),
        "last_error": str(error)[:300],
        "last_error_code": error.code[:32],
    }
    if error.code == "captcha":
        changes["captcha_url"] = captcha_address(account, error)
    BoardAccount.objects.filter(pk=account.pk).update(**changes)


def captcha_address(account: BoardAccount, error: BoardError) -> str:
    """Return where a person solves the captcha, "" where the board named no address; hh.ru wants to know the way back."""
    given = next((found for one in error.records if (found := one.captcha_url or one.fallback_url)), "")
    if not given.startswith(("https://", "http://")):
        return ""
    if any(one.captcha_url for one in error.records) and "backurl=" not in given:
        back = quote(f"{settings.PUBLIC_URL}{reverse('board-account', args=[account.pk])}", safe="")
        given = f"{given}{'&' if '?' in given else '?'}backurl={back}"
    return given if len(given) <= 500 else ""


def account_by_token(token: str) -> BoardAccount:
    """Return the account whose notices come to this address."""
    found = BoardAccount.objects.filter(hook_token=token).first()
    if found is None:
        raise NotFoundError("There is no such address.")
    return found
