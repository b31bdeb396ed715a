"""Pure: an employer's account on SuperJob 2.0.

Every request carries ``X-Api-App-Id`` (the application's secret key). Status 410 means that the access token has
expired: it is refreshed once, under the store's lock, after reading the token again. Addresses that SuperJob does not
document for employers but public clients use (``hr/vacancies``) are marked "not confirmed" here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobposts.boards.calls import UNREADABLE_TRIES, Call, Caller, decoded, decoded_or_none, retry_after, unknown_outcome
from jobposts.boards.payload import text, whole
from jobposts.boards.superjob.parse import parse_errors
from jobposts.errors import BoardError
from jobposts.protocol import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jobposts.protocol import HttpAnswer, HttpSession, TokenStore

BASE_URL = "https://api.superjob.ru/2.0/"
AUTHORISE_URL = "https://www.superjob.ru/authorize/"
EXPIRED = 410


class SuperJobClient:
    """Sends one account's requests.

    Args:
        http: sends a request once, a GET as often as it sees fit.
        tokens: keeps the account's token pair.
        now: the time, aware.
        app_id: the application's id; ``app_secret``: its secret key, sent with every request.
    """

    def __init__(
        self,
        *,
        http: HttpSession,
        tokens: TokenStore,
        now: Callable[[], datetime],
        app_id: str,
        app_secret: str,
        user_agent: str,
        base_url: str = BASE_URL,
    ) -> None:
        self._caller = Caller(http=http, base_url=base_url)
        self._tokens, self.now = tokens, now
        self._app_id, self._app_secret, self._user_agent = app_id, app_secret, user_agent

    def get(self, url: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of a GET."""
        for attempt in range(UNREADABLE_TRIES):
            answer = self._answer(Call(method="GET", url=url, params=params))
            try:
                return decoded(answer)
            except BoardError:
                if attempt + 1 == UNREADABLE_TRIES:
                    raise
        raise AssertionError  # pragma: no cover

    def change(self, method: str, url: str, *, form: Mapping[str, Any] | None = None, json: Any = None) -> Any:
        """Send a request that changes something, once; return its JSON or None.

        Raises ``BoardError`` "unknown_outcome" where it is not certain that nothing happened.
        """
        answer = self._answer(Call(method=method, url=url, form=form, json=json))
        try:
            return decoded(answer)
        except BoardError as error:
            raise unknown_outcome(answer.status) from error

    def _answer(self, call: Call) -> HttpAnswer:
        token = self._tokens.read()
        answer = self._caller.send(call, headers=self._headers(token))
        if answer.status == EXPIRED:
            answer = self._caller.send(call, headers=self._headers(self._refreshed(token)))
        if 200 <= answer.status < 300:
            return answer
        error = refusal(answer, repeatable=call.repeatable)
        if error.code == "reconnect_needed":
            self._tokens.mark_broken(str(error))
        raise error

    def _headers(self, token: Token) -> dict[str, str]:
        return {
            "User-Agent": self._user_agent,
            "X-Api-App-Id": self._app_secret,
            "Authorization": f"Bearer {token.access}",
        }

    def _refreshed(self, used: Token) -> Token:
        """Return a token newer than ``used``: another process's, or one that is fetched now."""
        with self._tokens.lock():
            current = self._tokens.read()
            if current.access != used.access:
                return current
            form = {"refresh_token": current.refresh, "client_id": self._app_id, "client_secret": self._app_secret}
            # Sent as a form: the official client puts these secrets into the address, where logs keep them.
            answer = self._token_answer(Call(method="POST", url="oauth2/refresh_token/", form=form))
            payload = decoded_or_none(answer)
            if 200 <= answer.status < 300 and text(payload, "access_token"):
                token = read_token(payload, now=self.now())
                self._tokens.save(token)
                return token
        # Outside the lock: an error inside it would roll back what is noted here.
        if answer.status in {400, 401, 403, EXPIRED} and isinstance(payload, dict):
            self._tokens.mark_broken(f"refresh refused ({answer.status})")
            raise BoardError(
                "SuperJob wants a new log-in.", permanent=True, code="reconnect_needed", http_status=answer.status
            )
        raise BoardError(
            "SuperJob did not answer the refresh.", permanent=False, code="unavailable", http_status=answer.status
        )

    def _token_answer(self, call: Call) -> HttpAnswer:
        try:
            return self._caller.send(call, headers={"User-Agent": self._user_agent, "X-Api-App-Id": self._app_secret})
        except BoardError as error:
            raise BoardError("SuperJob did not answer the refresh.", permanent=False, code="unavailable") from error


def read_token(payload: Any, *, now: datetime) -> Token:
    """Return the token pair of a token answer: ``ttl`` is Unix time of the end, ``expires_in`` seconds."""
    end, seconds = whole(payload, "ttl"), whole(payload, "expires_in")
    expires = datetime.fromtimestamp(end, UTC) if end else None if seconds is None else now + timedelta(seconds=seconds)
    return Token(
        access=text(payload, "access_token") or "", refresh=text(payload, "refresh_token") or "", expires_at=expires
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
    form = {"code": code, "redirect_uri": redirect_uri, "client_id": client_id, "client_secret": client_secret}
    caller = Caller(http=http, base_url=base_url)
    call = Call(method="POST", url="oauth2/access_token/", form=form)
    answer = caller.send(call, headers={"User-Agent": user_agent, "X-Api-App-Id": client_secret})
    if not 200 <= answer.status < 300:
        raise refusal(answer, repeatable=True)
    return read_token(decoded(answer), now=now)


def refusal(answer: HttpAnswer, *, repeatable: bool) -> BoardError:
    """Return the error that an answer outside 2xx stands for."""
    if answer.status >= 500 and not repeatable:
        return unknown_outcome(answer.status)
    payload = decoded_or_none(answer)
    records = parse_errors(payload) if isinstance(payload, dict) else ()
    code, permanent = _meaning(answer.status, listed=bool(records))
    said = "; ".join(str(record.error_value or record.error_type or "") for record in records).strip("; ")
    return BoardError(
        f"SuperJob refused ({answer.status}): {said}" if said else f"SuperJob answered {answer.status}.",
        permanent=permanent,
        code=code,
        retry_after=retry_after(answer.headers),
        records=records,
        http_status=answer.status,
    )


def _meaning(status: int, *, listed: bool) -> tuple[str, bool]:
    known = {
        401: ("reconnect_needed", True),
        402: ("payment_needed", True),
        404: ("not_found", True),
        EXPIRED: ("unavailable", False),  # the new token is refused too
        429: ("rate_limited", False),
    }
    if status in known:
        return known[status]
    return ("refused", True) if status < 500 and listed else ("unavailable", False)
