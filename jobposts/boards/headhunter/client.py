"""Pure: requests to hh.ru with its token rules, its required headers and the two kinds of 429.

A refresh token works once and only after the access token has expired: nothing is refreshed ahead of time, only on
403 ``oauth/token_expired``, under the store's lock, after reading the token again; then the request is repeated once
(hh refused it, so it had no effect). Source: hhru/api docs/authorization.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from jobposts.boards.calls import UNREADABLE_TRIES, Call, Caller, decoded, decoded_or_none, unknown_outcome
from jobposts.boards.headhunter.notices import parse_errors
from jobposts.boards.headhunter.refusals import refusal
from jobposts.boards.payload import text, whole
from jobposts.errors import BoardError
from jobposts.protocol import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jobposts.protocol import HttpAnswer, HttpSession, TokenStore

BASE_URL = "https://api.hh.ru/"
AUTHORISE_URL = "https://hh.ru/oauth/authorize"
# hh counts resume views by Moscow days; the offset has not changed since 2014.
BOARD_ZONE = timezone(timedelta(hours=3))


class HeadHunterClient:
    """Sends one account's requests.

    Args:
        http: sends a request once, a GET as often as it sees fit.
        tokens: keeps the account's token pair.
        now: the time, aware.
        user_agent: ``Name/1.0 (contact@mail)``; hh refuses requests without one.
        manager_account_id: the work account, where the manager has several.
        paused_until: until then nothing that costs a resume view is sent.
    """

    def __init__(
        self,
        *,
        http: HttpSession,
        tokens: TokenStore,
        now: Callable[[], datetime],
        user_agent: str,
        manager_account_id: str = "",
        paused_until: datetime | None = None,
        base_url: str = BASE_URL,
    ) -> None:
        self._caller = Caller(http=http, base_url=base_url)
        self._tokens, self._now = tokens, now
        self._user_agent, self._account = user_agent, manager_account_id
        self.paused_until = paused_until

    def get(self, url: str, params: Mapping[str, Any] | None = None, *, costs_view: bool = False) -> Any:
        """Return the JSON of a GET; ``costs_view`` marks what counts against the day's resume views."""
        call = Call(method="GET", url=url, params=params)
        for attempt in range(UNREADABLE_TRIES):
            answer = self._answer(call, costs_view=costs_view)
            try:
                return decoded(answer)
            except BoardError:
                if attempt + 1 == UNREADABLE_TRIES:
                    raise
        raise AssertionError  # pragma: no cover

    def download(self, url: str) -> bytes:
        """Return the bytes of a resume file; counts against a daily limit."""
        return self._answer(Call(method="GET", url=url), costs_view=True).body

    def change(self, method: str, url: str, *, form: Mapping[str, Any] | None = None, json: Any = None) -> Any:
        """Send a request that changes something, once; return its JSON or None.

        Raises ``BoardError`` "unknown_outcome" where it is not certain that nothing happened: no answer, a 5xx, or
        a good answer that cannot be read.
        """
        answer = self._answer(Call(method=method, url=url, form=form, json=json), costs_view=False)
        try:
            return decoded(answer)
        except BoardError as error:
            raise unknown_outcome(answer.status) from error

    def _answer(self, call: Call, *, costs_view: bool) -> HttpAnswer:
        """Return a 2xx answer, refreshing the token once where it has expired."""
        if costs_view and self.paused_until is not None and self._now() < self.paused_until:
            raise BoardError(
                "The day's resume views are spent.", permanent=False, code="view_limit", retry_after=self._pause()
            )
        token = self._tokens.read()
        answer = self._caller.send(call, headers=self._headers(token))
        if answer.status == 403 and self._is_expired(answer):
            answer = self._caller.send(call, headers=self._headers(self._refreshed(token)))
        if 200 <= answer.status < 300:
            return answer
        error = refusal(answer, repeatable=call.repeatable)
        if error.code == "token_expired":  # the new token is refused too: clocks apart, or a broken account
            raise BoardError(str(error), permanent=False, code="unavailable", records=error.records, http_status=403)
        if error.code == "reconnect_needed":
            self._tokens.mark_broken(str(error))
        if error.code == "view_limit":
            self._pause_until_tomorrow()
            error.retry_after = self._pause()
        raise error

    def _headers(self, token: Token) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "HH-User-Agent": self._user_agent,
            "Authorization": f"Bearer {token.access}",
        }
        return headers | ({"X-Manager-Account-Id": self._account} if self._account else {})

    def _is_expired(self, answer: HttpAnswer) -> bool:
        return refusal(answer, repeatable=True).code == "token_expired"

    def _refreshed(self, used: Token) -> Token:
        """Return a token newer than ``used``: another process's, or one that is fetched now."""
        broken = ""
        with self._tokens.lock():
            current = self._tokens.read()
            if current.access != used.access:
                return current
            call = Call(
                method="POST", url="token", form={"grant_type": "refresh_token", "refresh_token": current.refresh}
            )
            answer = self._token_answer(call)
            payload = decoded_or_none(answer)
            if 200 <= answer.status < 300 and text(payload, "access_token"):
                token = read_token(payload, now=self._now())
                self._tokens.save(token)
                return token
            if answer.status in {400, 401, 403} and isinstance(payload, dict):
                broken = " ".join(str(record.error_value or record.error_type) for record in parse_errors(payload))
        # Outside the lock: an error inside it would roll back what is noted here.
        if broken == "token not expired":
            raise BoardError(
                "hh.ru calls the token expired and not expired.", permanent=False, code="token_not_expired"
            )
        if broken:
            self._tokens.mark_broken(broken)
            raise BoardError(f"hh.ru wants a new log-in: {broken}.", permanent=True, code="reconnect_needed")
        raise BoardError(
            "hh.ru did not answer the refresh.", permanent=False, code="unavailable", http_status=answer.status
        )

    def _token_answer(self, call: Call) -> HttpAnswer:
        """Return the answer of the token end point; a lost answer is "unavailable" for whoever waits for a GET."""
        try:
            return self._caller.send(call, headers={"User-Agent": self._user_agent, "HH-User-Agent": self._user_agent})
        except BoardError as error:
            raise BoardError("hh.ru did not answer the refresh.", permanent=False, code="unavailable") from error

    def _pause_until_tomorrow(self) -> None:
        today = self._now().astimezone(BOARD_ZONE)
        self.paused_until = datetime(today.year, today.month, today.day, tzinfo=BOARD_ZONE) + timedelta(
            days=1, minutes=5
        )

    def _pause(self) -> float:
        return max(0.0, (self.paused_until - self._now()).total_seconds()) if self.paused_until else 0.0


def read_token(payload: Any, *, now: datetime) -> Token:
    """Return the token pair of a token answer; ``expires_in`` is in seconds."""
    seconds = whole(payload, "expires_in")
    return Token(
        access=text(payload, "access_token") or "",
        refresh=text(payload, "refresh_token") or "",
        expires_at=None if seconds is None else now + timedelta(seconds=seconds),
    )


def exchange_code(
    *,
    http: HttpSession,
    code: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    user_agent: str,
    now: datetime,
    base_url: str = BASE_URL,
) -> Token:
    """Return the first token pair for the ``code`` that the log-in page sent back."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": client_secret,
        "code": code,
        "redirect_uri": redirect_uri,
    }
    caller = Caller(http=http, base_url=base_url)
    answer = caller.send(
        Call(method="POST", url="token", form=form), headers={"User-Agent": user_agent, "HH-User-Agent": user_agent}
    )
    if not 200 <= answer.status < 300:
        raise refusal(answer, repeatable=True)
    return read_token(decoded(answer), now=now)
