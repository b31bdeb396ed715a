"""The week on one printable sheet."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.services.reports.week import STEPS, week_sheet
from scheduling.web.statistics.common import day_of, page, view_of


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
            "step_words": list(STEPS.items())[1:],
            "earlier": monday - timedelta(days=7),
            "later": monday + timedelta(days=7) if monday + timedelta(days=7) <= today else None,
        },
        bare=True,
    )
