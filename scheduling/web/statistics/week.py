"""The week on one printable sheet."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.services.reports.week import STEPS, Week, week_sheet
from scheduling.web.statistics.common import day_of, page, view_of

# Where the rows of a count are.
_WHERE = {
    "responses": "step=responses",
    "viewed": "step=viewed",
    "invited": "what=invited",
    "arrived": "what=arrived",
    "finished": "what=finished",
    "offers": "offers=1",
    "hired": "step=hires",
}


@allowed(Action.SEE_STATISTICS)
@require_GET
def week(request: SignedIn) -> HttpResponse:
    """Show the sheet of a week (the last whole one by default)."""
    asked, today = view_of(request), timezone.localdate()
    day = day_of(request.GET.get("from", "")) or today - timedelta(days=7)
    monday = day - timedelta(days=day.weekday())
    found = week_sheet(user=request.user, monday=monday, office=asked.piece.office)
    return page(
        request,
        "week",
        asked,
        {
            "week": found,
            "step_words": [(code, STEPS[code], where) for code, where in _WHERE.items()],
            "rows_query": f"{reverse('statistics-rows')}?{urlencode(_slice(found, asked.piece.office))}",
            "earlier": monday - timedelta(days=7),
            "later": monday + timedelta(days=7) if monday + timedelta(days=7) <= today else None,
        },
        bare=True,
    )


def _slice(found: Week, office: int | None) -> dict[str, object]:
    days: dict[str, object] = {"from": found.monday.isoformat(), "to": found.sunday.isoformat()}
    return days | ({"office": office} if office else {})
