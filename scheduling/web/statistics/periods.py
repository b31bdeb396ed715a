"""Two periods side by side, with an honest test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.services.reports.measures import RATE_WORDS
from scheduling.services.reports.periods import RateChange, compare_periods
from scheduling.statistics.rates import RATES
from scheduling.web.statistics.common import BELOW, View, day_of, page, start_of, view_of

USUAL_DAYS = 14


@allowed(Action.SEE_STATISTICS)
@require_GET
def periods(request: SignedIn) -> HttpResponse:
    """Compare every rate of two periods; without days in the address, the last two weeks and those before."""
    asked = view_of(request)
    before, after = two_periods(request)
    wrong = ""
    if before[0] > before[1] or after[0] > after[1]:
        wrong = _("The last day does not lie before the first.")
    elif before[1] >= after[0]:
        wrong = _("The periods overlap: the first must end before the second begins.")
    changes = [] if wrong else compared(asked, before, after)
    verdicts = {
        "too_few": _("too few people to say"),
        "no_clear_difference": _("no clear difference"),
        "higher": _("higher"),
        "lower": _("lower"),
    }
    return page(
        request,
        "periods",
        asked,
        {
            "has_own_days": True,
            "before": before,
            "after": after,
            "wrong": wrong,
            "own_query": urlencode(
                {
                    "a1": before[0],
                    "a2": before[1],
                    "b1": after[0],
                    "b2": after[1],
                    "office": asked.piece.office or "",
                    "vacancy": asked.piece.vacancy or "",
                }
            ),
            "before_query": asked.query(**_days(before)),
            "after_query": asked.query(**_days(after)),
            "changes": [
                {
                    "change": one,
                    "above": RATES[one.name][0][0],
                    "below": BELOW.get(one.name, RATES[one.name][1][0]),
                    "word": RATE_WORDS[one.name],
                    "verdict": verdicts[one.comparison.verdict]
                    if one.is_sure or one.comparison.verdict in {"too_few", "no_clear_difference"}
                    else _("not certain after looking at %(count)s rates") % {"count": len(changes)},
                }
                for one in changes
            ],
        },
    )


Days = tuple[date, date]


def two_periods(request: SignedIn) -> tuple[Days, Days]:
    """Return the first and last days of both periods: of the address, else the last two weeks and those before."""
    today = timezone.localdate()
    after = _bounds(request, "b", today - timedelta(days=USUAL_DAYS - 1), today)
    length = (after[1] - after[0]).days + 1
    return _bounds(request, "a", after[0] - timedelta(days=length), after[0] - timedelta(days=1)), after


def compared(asked: View, before: Days, after: Days) -> list[RateChange]:
    """Return every rate of both periods."""
    sides = [
        replace(asked.piece, start=start_of(first), end=start_of(last + timedelta(days=1)))
        for first, last in (before, after)
    ]
    return compare_periods(sides[0], sides[1])


def _days(bounds: tuple[date, date]) -> dict[str, str]:
    return {"days": "", "from": bounds[0].isoformat(), "to": bounds[1].isoformat()}


def _bounds(request: SignedIn, name: str, first: date, last: date) -> tuple[date, date]:
    return day_of(request.GET.get(f"{name}1", "")) or first, day_of(request.GET.get(f"{name}2", "")) or last
