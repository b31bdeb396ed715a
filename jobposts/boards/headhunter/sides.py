"""Pure: whose view an hh.ru payload is. An employer's import must not take an applicant's answer for its own."""

from __future__ import annotations

from typing import Any

from jobposts.boards.payload import at, rows

# Keys that hh documents for the applicant's view only.
_APPLICANT_RESUME = frozenset(
    {
        "access",
        "next_publish_at",
        "can_publish_or_update",
        "new_views",
        "total_views",
        "views_url",
        "finished",
        "auto_hide_time",
    }
)
_APPLICANT_NEGOTIATION = frozenset({"decline_allowed"})
_APPLICANT_VACANCY = frozenset({"adv_response_url", "sort_point_distance"})
_GROUPS = ("suitable", "already_applied", "not_published", "unavailable")


def is_applicants(kind: str, payload: Any) -> bool:
    """Tell whether the payload (one thing or a list of them) is what an applicant sees.

    Args:
        kind: resume, negotiation or vacancy, with or without ``_list``.
        payload: the decoded answer.
    """
    kind = kind.removesuffix("_list")
    if kind == "resume" and any(isinstance(at(payload, group), list) for group in _GROUPS):
        return True
    return any(_marked(kind, row) for row in (rows(payload, "items") or [payload]))


def _marked(kind: str, row: Any) -> bool:
    if not isinstance(row, dict):
        return False
    if kind == "resume":
        return any(row.get(key) is not None for key in _APPLICANT_RESUME)
    if kind == "negotiation":
        return bool(_APPLICANT_NEGOTIATION & row.keys()) or ("employer_state" not in row and "actions" not in row)
    return kind == "vacancy" and (bool(_APPLICANT_VACANCY & row.keys()) or bool(row.get("relations")))
