"""Pure: what every board adapter offers, and what it is given.

An adapter holds no state of ours: it is given a way to send requests, a place to keep its token, the time, and it
returns records. It never writes to the database. ``jobposts.services`` does the rest.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from jobposts.records import (
    Action,
    CollectionCount,
    Contact,
    EducationRecord,
    ErrorRecord,
    ExperienceRecord,
    Ident,
    LanguageRecord,
    Number,
    Page,
    Promotion,
    Record,
    ResponseRecord,
    ResumeRecord,
    Stamp,
    VacancyRecord,
    WebhookRecord,
    given,
    moment,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

__all__ = [
    "Action",
    "CollectionCount",
    "Contact",
    "EducationRecord",
    "ErrorRecord",
    "ExperienceRecord",
    "HttpAnswer",
    "HttpSession",
    "Ident",
    "JobBoard",
    "LanguageRecord",
    "Limits",
    "Number",
    "Page",
    "Promotion",
    "Record",
    "ResponseBatch",
    "ResponseRecord",
    "ResumeRecord",
    "Stamp",
    "Token",
    "TokenStore",
    "VacancyReadings",
    "VacancyRecord",
    "WebhookRecord",
    "given",
    "moment",
]


class HttpAnswer(Protocol):
    """Any answer that came, whatever its status (``recruit.outbound.Answer``)."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, case-insensitive."""
        ...

    @property
    def body(self) -> bytes:
        """The body, unpacked."""
        ...


class HttpSession(Protocol):
    """A way to send requests (``recruit.outbound.Door``).

    It repeats a GET where that may help and sends everything else once. Where no answer came it raises a
    ``RecruitError`` with ``sent``: whether the request may have reached the other side.
    """

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
        json: Any = None,
    ) -> HttpAnswer:
        """Return the answer, whatever its status."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with its partner; ``expires_at`` is aware, None if the board did not say."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None


class TokenStore(Protocol):
    """Where the token of one account is kept, encrypted.

    ``lock`` gives the exclusive right to refresh (a row lock in a transaction). The client reads the token again
    inside it and saves the new pair before leaving it: a refresh token works once only.
    """

    def read(self) -> Token:
        """Return the token as it stands now."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Hold the exclusive right to refresh."""
        ...

    def save(self, token: Token) -> None:
        """Keep a new token, in the transaction of the lock."""
        ...

    def mark_broken(self, reason: str) -> None:
        """Note that a person must connect the account again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseBatch:
    """One page of responses of one collection, with the running count of that collection.

    The batch with ``last`` closes its collection: its ``count`` is the reconciliation to store. Items that were seen on
    an earlier page (the list moved while it was read) are left out of ``page.items`` and counted in ``count.twice``.
    """

    page: Page[ResponseRecord]
    count: CollectionCount
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an account may still do today; None where the board does not say."""

    views_left: int | None = None
    views_total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyReadings:
    """Figures of one vacancy: the board's own counters."""

    vacancy_id: Ident
    counters: Mapping[str, int] = field(default_factory=dict)
    days: tuple[Mapping[str, Any], ...] = ()


@runtime_checkable
class JobBoard(Protocol):
    """A board account. Every method may raise ``jobposts.errors.BoardError``."""

    system: str
    paused_until: datetime | None

    def check(self) -> Mapping[str, Any]:
        """Test the token; return who the account is."""
        ...

    def vacancies(self) -> Iterator[Page[VacancyRecord]]:
        """Yield the account's vacancies, active and archived, page by page."""
        ...

    def vacancy(self, vacancy_id: Ident) -> VacancyRecord:
        """Return one vacancy."""
        ...

    def responses(
        self,
        vacancy_id: Ident,
        *,
        skip: Callable[[str], bool] | None = None,
        max_pages: int | None = None,
        since: datetime | None = None,
    ) -> Iterator[ResponseBatch]:
        """Yield every response of every collection of the vacancy.

        Args:
            vacancy_id: of the board.
            skip: is given the id of a collection; True leaves it out (a resumed run has done it already).
            max_pages: pages of a collection at most, newest first, for a quick look between full runs.
            since: a quick look too: a collection is left after a page on which everything is older than this.
        """
        ...

    def resume(self, response: ResponseRecord) -> ResumeRecord:
        """Return the full resume behind a response; may cost one of the day's views."""
        ...

    def act(self, response: ResponseRecord, action_id: str, arguments: Mapping[str, str]) -> ResponseRecord:
        """Take one of the steps the board offers for the response and return the response read back."""
        ...

    def publish(self, draft: Mapping[str, Any], *, key: str) -> Promotion:
        """Publish a vacancy. Sent once; ``state`` "unknown" where no answer came."""
        ...

    def prolong(self, vacancy_id: Ident) -> Promotion:
        """Prolong ("renew") a posting. Sent once, as ``publish``."""
        ...

    def read_back(self, promotion: Promotion) -> Promotion:
        """Look on the board for what became of a promotion in the state "unknown"; sends nothing but GETs."""
        ...

    def archive(self, vacancy_id: Ident) -> None:
        """Take a posting off the board; calling it twice changes nothing more."""
        ...
