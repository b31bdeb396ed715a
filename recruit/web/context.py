"""What every page is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from recruit import contrib
from recruit.models import Company, User


def _rail(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return the groups of the rail that ``user`` may use, with their counts."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in contrib.rail:
        if not user.may(item.action):
            continue
        entry = {
            "label": item.label,
            "url": reverse(item.url_name),
            "count": item.count(user) if item.count else None,
            "current": here == item.url_name,
            "key": item.key,
        }
        groups.setdefault(str(item.group), []).append(entry)
    return [{"label": label, "items": items} for label, items in groups.items()]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the rail and the company; nothing for visitors and for parts that htmx swaps."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or getattr(request, "htmx", False):
        return {}
    return {"rail": _rail(request, user), "company": Company.current()}
