"""The one guarded door for outbound HTTP: boards, calendars, SMS gateways and webhooks go through it.

What it promises:

* only http and https, only public addresses. The address is checked when the connection is made and that very
  address is connected to, so a name that resolves differently a moment later (DNS rebinding) gains nothing;
  every hop of a redirect is a new check. ``OUTBOUND_ALLOW`` (host:port words) is the only exception;
* every request ends: time-outs for connecting, for a silence and for the whole, a limit on the body's size after
  unpacking, at most three redirects;
* only what may be repeated is repeated: GET and HEAD, on 429, 5xx and broken connections, with growing pauses
  that honour Retry-After. POST and the others are sent once, whatever happens: see ``OutboundError.sent``.

The environment's proxies and netrc are not used.
"""

from __future__ import annotations

import json as jsonlib
import random
import threading
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, NewConnectionError

from recruit.outbound_guard import AddressRefusedError, Guard, GuardedPools, OutboundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["AddressRefusedError", "Answer", "Door", "Guard", "OutboundError", "TokenBucket", "guard_from_settings"]

USER_AGENT = "Turnout/1.0"
MAX_REDIRECTS = 3
SAFE_TO_REPEAT = frozenset({"GET", "HEAD"})
RETRIED = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECRET_FREE = frozenset({"accept", "accept-language", "user-agent", "if-none-match", "if-modified-since"})
_NOT_SENDABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
)
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; any status, for the caller to judge."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(repr=False)  # may hold a secret of the other side

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as UTF-8, with a mark where it is not."""
        return self.body.decode("utf-8-sig", errors="replace")

    def json(self) -> Any:
        """Return the body's JSON; raise ``OutboundError`` if it is none (an HTML page with status 200)."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError):
            raise OutboundError(f"The answer (status {self.status}) is not JSON.", sent=True) from None

    def retry_after(self, *, now: float) -> float | None:
        """Return the seconds to wait that the answer names, given ``now`` as Unix time; None if it names none."""
        value = self.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - now) if value else None
        except (ValueError, OverflowError):
            return None


class TokenBucket:
    """A rate limit for one account in one process: ``rate`` requests a second, ``burst`` at once."""

    def __init__(
        self,
        *,
        rate: float,
        burst: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("rate must be over 0 and burst at least 1")
        self._rate, self._burst, self._clock, self._sleep = rate, burst, clock, sleep
        self._lock = threading.Lock()
        self._free = float(burst)
        self._at = clock()

    def __call__(self) -> None:
        """Wait until the next request may be sent, and count it."""
        with self._lock:
            now = self._clock()
            self._free = min(float(self._burst), self._free + (now - self._at) * self._rate) - 1.0
            self._at = now
            wait = -self._free / self._rate
        if wait > 0:
            self._sleep(wait)


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(pool_connections=4, pool_maxsize=4, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002
        self.poolmanager = GuardedPools(self._guard, num_pools=connections, maxsize=maxsize, block=block, **kwargs)


class Door:
    """A way out for one account: its headers, rate limit and kept connections. Threads may share it.

    Args:
        user_agent: boards ask for a name and a contact address.
        headers: sent with every request, to the first host only.
        connect_seconds, silence_seconds, total_seconds: time-outs; the last is for one attempt's whole body.
        retries: how often a GET is repeated. max_wait_seconds: a longer Retry-After is not waited for: the
            answer is returned, so that the caller can pause the account.
        max_bytes: of a body after unpacking.
        before_request: called before every attempt; a ``TokenBucket``.
        guard: by default the one of the settings.
    """

    def __init__(
        self,
        *,
        user_agent: str = USER_AGENT,
        headers: Mapping[str, str] | None = None,
        connect_seconds: float = 5.0,
        silence_seconds: float = 30.0,
        total_seconds: float = 120.0,
        retries: int = 4,
        max_wait_seconds: float = 60.0,
        max_bytes: int = 20 * 1024 * 1024,
        before_request: Callable[[], None] | None = None,
        guard: Guard | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._guard = guard or guard_from_settings()
        self._headers = {"User-Agent": user_agent, **(headers or {})}
        self._timeout = (connect_seconds, silence_seconds)
        self._total = total_seconds
        self._retries, self._max_wait, self._max_bytes = retries, max_wait_seconds, max_bytes
        self._before = before_request
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(_NoCookies())
        adapter = _GuardedAdapter(self._guard)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def get(self, url: str, **options: Any) -> Answer:
        """``request`` with GET: repeated where that may help."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        """``request`` with POST: sent once."""
        return self.request("POST", url, **options)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
        json: Any = None,
        files: Any = None,
    ) -> Answer:
        """Return the answer to the request, whatever its status.

        Raises:
            AddressRefusedError: scheme or address is not allowed; nothing was sent.
            OutboundError: no answer in time, a broken connection, a body too large, too many redirects.
        """
        method = method.upper()
        tries = self._retries + 1 if method in SAFE_TO_REPEAT else 1
        body = {"params": params, "data": data, "json": json, "files": files}
        sending = {**self._headers, **(headers or {})}
        for attempt in range(1, tries + 1):
            pause = min(30.0, 0.5 * 2 ** (attempt - 1)) * (0.5 + self._jitter() / 2)
            try:
                answer = self._follow(method, url, sending, body)
            except OutboundError as error:
                if error.permanent or attempt == tries:
                    raise
            else:
                if answer.status not in RETRIED or attempt == tries:
                    return answer
                asked = answer.retry_after(now=self._clock())
                if asked is not None and asked > self._max_wait:
                    return answer
                pause = max(pause, asked or 0.0)
            self._sleep(pause)
        raise AssertionError  # pragma: no cover  the last try returns or raises

    def _follow(self, method: str, url: str, headers: Mapping[str, str], body: dict[str, Any]) -> Answer:
        """Return the answer behind at most three redirects; only GET and HEAD follow them."""
        headers = dict(headers)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._once(method, url, headers, body)
            target = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not target or method not in SAFE_TO_REPEAT:
                return answer
            new = urljoin(answer.url, target)
            old_parts, new_parts = urlsplit(answer.url), urlsplit(new)
            if (old_parts.scheme, new_parts.scheme) == ("https", "http"):
                raise AddressRefusedError("The address leads to one without encryption.")
            if old_parts[:2] != new_parts[:2]:
                headers = {name: value for name, value in headers.items() if name.lower() in _SECRET_FREE}
            url, body = new, {}
        raise OutboundError("The address leads on and on.", permanent=True)

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: dict[str, Any]) -> Answer:
        self._guard.check_url(url)
        if self._before is not None:
            self._before()
        until = time.monotonic() + self._total
        try:
            response = self._session.request(
                method, url, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True, **body
            )
            try:
                content = self._read(response, until)
            finally:
                response.close()
        except _NOT_SENDABLE:
            raise AddressRefusedError("This is not a web address.") from None
        except requests.exceptions.SSLError as error:
            raise OutboundError("The other side's certificate is not valid.", permanent=True) from error
        except requests.ConnectTimeout as error:
            raise OutboundError("The other side did not answer in time.") from error
        except requests.Timeout as error:
            raise OutboundError("The other side did not answer in time.", sent=True) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            sent = not isinstance(_cause(error), NewConnectionError)
            raise OutboundError("The other side cannot be reached.", sent=sent) from error
        return Answer(response.status_code, CaseInsensitiveDict(response.headers), content, response.url or url)

    def _read(self, response: requests.Response, until: float) -> bytes:
        """Return the body, read as it comes, within the limits of size and time."""
        parts: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self._max_bytes:
                raise OutboundError("The answer is too large.", permanent=True, sent=True)
            if time.monotonic() > until:
                raise OutboundError("The other side did not answer in time.", sent=True)
            parts.append(chunk)
        return b"".join(parts)


class _NoCookies(DefaultCookiePolicy):
    """Nothing is remembered from one answer to the next."""

    def set_ok(self, cookie: object, request: object) -> bool:  # noqa: ARG002
        return False


def guard_from_settings() -> Guard:
    """Return the guard with the exceptions of ``settings.OUTBOUND_ALLOW``."""
    from django.conf import settings

    return Guard(allow=frozenset(word.strip().lower() for word in settings.OUTBOUND_ALLOW))


def _cause(error: BaseException) -> BaseException:
    """Return the urllib3 error inside a requests error."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", inner)
    return reason if isinstance(reason, BaseException) else error
