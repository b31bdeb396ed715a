"""Pure: one request to a board and what its answer means, the same for every board.

A GET may be repeated, so a failure of it is "unavailable". Everything else is sent once: where it is not certain
that the board did nothing, the failure is "unknown_outcome", and the caller reads back instead of sending again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from jobposts.boards.payload import load
from jobposts.errors import BoardError
from recruit.errors import RecruitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobposts.protocol import HttpAnswer, HttpSession

UNREADABLE_TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. ``form`` is sent form-encoded, ``json`` as JSON."""

    method: str
    url: str
    params: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    json: Any = None

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method == "GET"


class Caller:
    """Sends calls to one board's address and to no other: the token must not leave for a link's host."""

    def __init__(self, *, http: HttpSession, base_url: str) -> None:
        self._http = http
        self.base_url = base_url.rstrip("/") + "/"

    def url(self, address: str) -> str:
        """Return the full address of a path or of a link the board gave; refuse another host."""
        full = urljoin(self.base_url, address)
        if urlsplit(full)[:2] != urlsplit(self.base_url)[:2]:
            raise BoardError("The board's link leads to another host.", permanent=True, code="refused")
        return full

    def send(self, call: Call, *, headers: Mapping[str, str]) -> HttpAnswer:
        """Return the answer, whatever its status; raise ``BoardError`` where none came."""
        options: dict[str, Any] = {"params": call.params, "data": call.form, "json": call.json}
        try:
            return self._http.request(call.method, self.url(call.url), headers=headers, **_given(options))
        except BoardError:
            raise
        except RecruitError as error:
            if not call.repeatable and getattr(error, "sent", True):
                raise unknown_outcome() from error
            permanent = bool(getattr(error, "permanent", False))
            raise BoardError(str(error), permanent=permanent, code="unavailable") from error


def unknown_outcome(status: int = 0) -> BoardError:
    """Return the error of a request that may or may not have had its effect."""
    return BoardError(
        "The board may have done what was asked; look there before asking again.",
        permanent=False,
        code="unknown_outcome",
        http_status=status,
    )


def decoded(answer: HttpAnswer) -> Any:
    """Return the JSON of a good answer; None for an empty one. Raises ``BoardError`` "unreadable"."""
    return load(answer.body) if answer.body.strip() else None


def decoded_or_none(answer: HttpAnswer) -> Any:
    """Return the JSON of any answer; None where it is none (boards answer 5xx and blocks with HTML)."""
    try:
        return decoded(answer)
    except BoardError:
        return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the whole seconds of a Retry-After header; None without one or with a date."""
    value = (headers.get("Retry-After") or headers.get("retry-after") or "").strip()
    return float(value[:9]) if value.isascii() and value.isdigit() else None


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
