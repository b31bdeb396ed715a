"""Figures of the pages as tables to keep: CSV or XLSX, the same numbers as on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recruit.models import Company
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.services import reports
from scheduling.services.reports import promotions, waits
from scheduling.services.reports.week import STEPS, week_sheet
from scheduling.web.statistics.common import day_of, table_file, view_of
from scheduling.web.statistics.periods import compared, two_periods

Row = Sequence[object]
# Sessions worked out at once; a file may have thousands.
CHUNK = 200
MOST_PROMOTIONS = 200
WEEK_COUNTS = tuple(STEPS)[1:]


def _time(request: SignedIn) -> Iterator[Row]:
    yield ["step", "people", "median_hours", "fastest_tenth_hours", "slowest_tenth_hours"]
    for one in reports.stays(view_of(request).piece):
        yield [one.code, one.hours.people, one.hours.median, one.hours.low, one.hours.high]


def _waits(request: SignedIn) -> Iterator[Row]:
    yield [
        "session", "office", "starts_at", "came", "seen", "left_unseen",
        "wait_mean_minutes", "wait_planned_minutes", "idle_minutes", "idle_planned_minutes",
    ]  # fmt: skip
    found = waits.closed_streams(view_of(request).piece)
    for start in range(0, found.count(), CHUNK):
        for line in waits.session_waits(list(found[start : start + CHUNK])):
            session = line.session
            yield [
                session.pk, session.office.name, session.starts_at.astimezone(session.office.zone).isoformat(),
                line.came, line.seen, line.left_unseen, line.wait_mean, line.wait_forecast, line.idle,
                line.idle_forecast,
            ]  # fmt: skip


def _periods(request: SignedIn) -> Iterator[Row]:
    yield [
        "rate", "before_count", "before_of", "before", "after_count", "after_of", "after",
        "difference", "low", "high", "p_value", "verdict",
    ]  # fmt: skip
    before, after = two_periods(request)
    if not before[0] <= before[1] < after[0] <= after[1]:
        return
    for one in compared(view_of(request), before, after):
        side = one.comparison
        yield [
            one.name, side.before.count, side.before.of, side.before.value, side.after.count, side.after.of,
            side.after.value, side.difference, side.low, side.high, one.p_value,
            side.verdict if one.is_sure or side.verdict not in {"higher", "lower"} else "not_certain",
        ]  # fmt: skip


def _promotions(request: SignedIn) -> Iterator[Row]:
    yield [
        "source", "vacancy", "first_day", "last_day", "money", "currency", "responses_before", "days_before",
        "responses_during", "days_during", "responses_after", "days_after", "extra", "extra_low", "extra_high",
        "half_life_days", "advice",
    ]  # fmt: skip
    for one in promotions.promotions(view_of(request).piece, today=timezone.localdate(), most=MOST_PROMOTIONS):
        extra = one.effect.extra or (None, None, None)
        counts = [number for part in (one.before, one.during, one.after) for number in (sum(part), len(part))]
        yield [
            one.spend.source.name, str(one.spend.vacancy), one.spend.starts_on, one.spend.ends_on,
            float(one.spend.amount), one.spend.currency, *counts, *extra, one.effect.half_life_days,
            one.again.advice if one.again else None,
        ]  # fmt: skip


def _week(request: SignedIn) -> Iterator[Row]:
    asked = view_of(request)
    day = day_of(request.GET.get("from", "")) or timezone.localdate() - timedelta(days=7)
    yield ["source", "money", "currency", *WEEK_COUNTS, "show_rate", "show_low", "show_high"]
    found = week_sheet(user=request.user, monday=day - timedelta(days=day.weekday()), office=asked.piece.office)
    for line in [*found.lines, found.total]:
        counts = [line.counts.get(name, 0) for name in WEEK_COUNTS]
        show = [line.show.value, line.show.low, line.show.high] if line.show.of else [None, None, None]
        yield [line.name, line.money, Company.current().currency, *counts, *show]


FILES: dict[str, Callable[[SignedIn], Iterator[Row]]] = {
    "time": _time,
    "waits": _waits,
    "periods": _periods,
    "promotions": _promotions,
    "week": _week,
}


@allowed(Action.EXPORT)
@require_GET
def table(request: SignedIn, name: str, kind: str) -> HttpResponse:
    """Give the figures of a page as a table."""
    if name not in FILES or kind not in {"csv", "xlsx"}:
        raise Http404
    audit.note(request.user, "statistics.exported", by=name, kind=kind)
    rows = FILES[name](request)
    head = [str(title) for title in next(rows)]
    return table_file(name, kind, head, rows)
