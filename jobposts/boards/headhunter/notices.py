"""Pure: hh.ru errors (API and OAuth) and webhooks.

An API error is ``{"errors": [{type, value?, reason?}], "request_id"?}``; the token end point answers as RFC 6749
says, ``{error, error_description}``. A webhook is ``{id, subscription_id, action_type, user_id, payload}``.
"""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import at, ident, need_object, rows, stamp, table, text, whole
from jobposts.records import ErrorRecord, Stamp, WebhookRecord

_MOMENTS = (
    "negotiation_date",
    "response_date",
    "transferred_at",
    "prolongation_date",
    "creation_date",
    "archivation_date",
)


def parse_errors(payload: Any) -> tuple[ErrorRecord, ...]:
    """Return the errors of an answer, of a token answer, or of one error without its envelope."""
    if isinstance(payload, list):
        return tuple(_error(row, payload) for row in payload)
    body = need_object(payload, "error")
    if isinstance(body.get("errors"), list):
        return tuple(_error(row, body) for row in rows(body, "errors"))
    if "error" in body:
        return (
            ErrorRecord(
                error_type=text(body, "error"),
                error_value=text(body, "error_description"),
                request_id=text(body, "request_id"),
                raw=body,
            ),
        )
    return (_error(body, body),)


def _error(row: Any, body: Any) -> ErrorRecord:
    return ErrorRecord(
        error_type=text(row, "type") or text(row),
        error_value=text(row, "value"),
        error_reason=text(row, "reason"),
        error_field=text(row, "field") or text(row, "pointer"),
        code=whole(row, "code"),
        request_id=text(body, "request_id"),
        captcha_url=text(row, "captcha_url"),
        fallback_url=text(row, "fallback_url"),
        allowed_accounts=tuple(found for entry in rows(row, "allowed_accounts") if (found := text(entry, "id"))),
        found_ids=tuple(ident(entry, "id") for entry in rows(row, "items")),
        raw=row,
    )


def parse_webhook(payload: Any) -> WebhookRecord:
    """Return the notice; fields of a later version are ignored, an unknown event keeps its name."""
    body = need_object(payload, "webhook")
    inner = table(body, "payload")
    return WebhookRecord(
        id=ident(body, "id"),
        event=text(body, "action_type"),
        subscription_id=ident(body, "subscription_id"),
        user_id=ident(body, "user_id"),
        negotiation_id=ident(inner, "topic_id"),
        resume_id=ident(inner, "resume_id"),
        vacancy_id=ident(inner, "vacancy_id"),
        employer_id=ident(inner, "employer_id"),
        employer_manager_id=ident(inner, "employer_manager_id"),
        from_state=text(inner, "from_state"),
        state=text(inner, "to_state"),
        occurred_at=_moment(inner),
        raw=body,
    )


def _moment(inner: Any) -> Stamp:
    """Return the moment: under a documented key, else under the first that ends as all of them do."""
    for key in (*_MOMENTS, *(key for key in inner if str(key).endswith(("_at", "_date")))):
        if at(inner, key):
            return stamp(inner, key)
    return None
