"""Pure: what went wrong with a job board, and whether trying again can help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recruit.errors import RecruitError

if TYPE_CHECKING:
    from jobposts.records import ErrorRecord


class BoardError(RecruitError):
    """A board refused, failed or answered what cannot be read.

    Attributes:
        code: stable short name of the reason; see the list in ``CODES``.
        permanent: the same request will fail again until a person changes something.
        retry_after: seconds to wait that the board named; None if it named none.
        records: the errors that the board listed, as read.
        http_status: status of the board's answer; 0 where there was none.
        field: of an unreadable payload: which part of it is not what the documents say.
        request_id: what the board's support asks for; "" if the board gave none.
    """

    code = "board"
    status = 502

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        code: str = "board",
        retry_after: float | None = None,
        records: tuple[ErrorRecord, ...] = (),
        http_status: int = 0,
        request_id: str = "",
        field: str = "",
    ) -> None:
        super().__init__(message, field=field)
        self.permanent = permanent
        self.code = code
        self.retry_after = retry_after
        self.records = records
        self.http_status = http_status
        self.request_id = request_id


CODES = frozenset(
    {
        "unreadable",  # not JSON, not the documented layout, or an HTML page in place of an answer
        "unknown_kind",  # this system has no such kind of payload
        "wrong_side",  # an applicant's view was given to an employer's import
        "reconnect_needed",  # the token is gone for good: a person must connect the account again
        "token_not_expired",  # refreshed too early, another process was quicker: read the token again
        "view_limit",  # the day's resume views are spent: pause the account until tomorrow
        "rate_limited",  # too many requests in a short time
        "captcha",  # the board wants a person to solve a captcha
        "payment_needed",  # the account has not bought what was asked for
        "duplicate",  # the board holds such a vacancy already
        "too_early",  # prolonged too recently
        "refused",  # any other refusal; ``records`` say more
        "not_found",
        "unavailable",  # 5xx, a cut connection, no answer in time
        "unknown_outcome",  # a paid request was sent and no answer came: read back before doing anything
        "unfinished",  # a list could not be read to its end, or its counts do not add up
        "unsupported",  # this board offers no such step
    }
)
