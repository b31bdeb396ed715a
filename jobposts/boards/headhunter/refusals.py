"""Pure: what an hh.ru answer that is not 2xx means. The status decides; the body says which refusal it is.

Sources: hhru/api docs/errors.md, hh OpenAPI. A 5xx and a block of the protection service come as HTML. There are
two kinds of 429: too many requests now (wait a little) and the day's resume views spent (stop until tomorrow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobposts.boards.calls import decoded_or_none, retry_after, unknown_outcome
from jobposts.boards.headhunter.notices import parse_errors
from jobposts.errors import BoardError

if TYPE_CHECKING:
    from jobposts.protocol import HttpAnswer
    from jobposts.records import ErrorRecord

# (type, value) of hh -> (our code, permanent). A value of None stands for any.
_MEANINGS: dict[tuple[str, str | None], tuple[str, bool]] = {
    ("resumes", "view_limit_exceeded"): ("view_limit", False),
    ("resumes", "total_view_limit"): ("view_limit", False),
    ("captcha_required", None): ("captcha", True),
    ("oauth", "token_expired"): ("token_expired", False),
    ("oauth", None): ("reconnect_needed", True),
    ("manager_accounts", None): ("refused", True),
    ("api_access_payment", None): ("payment_needed", True),
    ("vacancies", "not_enough_purchased_services"): ("payment_needed", True),
    ("vacancies", "quota_exceeded"): ("payment_needed", True),
    ("vacancies", "duplicate"): ("duplicate", True),
    ("vacancies", "too_early"): ("too_early", False),
    ("negotiations", "not_enough_purchased_services"): ("payment_needed", True),
    ("negotiations", "limit_exceeded"): ("rate_limited", False),
}


def refusal(answer: HttpAnswer, *, repeatable: bool) -> BoardError:
    """Return the error that an answer outside 2xx stands for.

    Args:
        answer: of the board.
        repeatable: whether the request was a GET; a 5xx on anything else has an unknown outcome.
    """
    payload = decoded_or_none(answer)
    listed_all = parse_errors(payload) if isinstance(payload, dict) else ()
    records = tuple(record for record in listed_all if record.error_type)
    code, permanent = _meaning(answer.status, records)
    if answer.status >= 500 and not repeatable:
        return unknown_outcome(answer.status)
    listed = "; ".join(_words(record) for record in records)
    return BoardError(
        f"hh.ru refused ({answer.status}): {listed}" if listed else f"hh.ru answered {answer.status}.",
        permanent=permanent,
        code=code,
        retry_after=retry_after(answer.headers),
        records=records,
        http_status=answer.status,
        request_id=next((record.request_id for record in records if record.request_id), "")
        or answer.headers.get("X-Request-Id", ""),
    )


def _meaning(status: int, records: tuple[ErrorRecord, ...]) -> tuple[str, bool]:
    for record in records:
        kind = record.error_type or ""
        for key in ((kind, record.error_value), (kind, None)):
            if key in _MEANINGS:
                return _MEANINGS[key]
    if status == 429:
        return "rate_limited", False
    if status == 404:
        return "not_found", True
    if status >= 500 or not records:
        # A 403 page of the protection service in front of hh.ru passes by itself.
        return "unavailable", False
    return "refused", True


def _words(record: ErrorRecord) -> str:
    return " ".join(str(part) for part in (record.error_type, record.error_value, record.error_reason) if part)
