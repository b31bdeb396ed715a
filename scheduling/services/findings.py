"""What background tasks found and Today shows, asked from the database once a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from recruit.once import once
from scheduling.models import Finding

CLASHES, DRIFT, GOALS = "clashes", "drift", "goals"
_FOR_TODAY = (CLASHES, DRIFT, GOALS)


def keep_finding(name: str, payload: dict[str, Any], *, at: datetime) -> None:
    """Keep ``payload`` in the place of what was found before."""
    Finding.objects.update_or_create(name=name, defaults={"at": at, "payload": payload})


def kept_finding(name: str) -> dict[str, Any]:
    """Return what was last found of one of the names of Today; an empty one before the first look."""
    rows: dict[str, dict[str, Any]] = once(
        "findings", lambda: dict(Finding.objects.filter(name__in=_FOR_TODAY).values_list("name", "payload"))
    )
    return rows.get(name, {})
