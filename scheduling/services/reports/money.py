"""What a response, an arrival, an interview and a hire of each source cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from recruit.models import Application, Company, Source, Spend, StageMove, Vacancy
from recruit.permissions import SEES_ALL
from recruit.states import Stage
from scheduling.services.reports.rates import counts_by
from scheduling.services.reports.slices import Slice
from scheduling.statistics.funnel import SourceCost, cost_per
from scheduling.statistics.rates import Rate, rate

PAID_FOR = ("responses", "invited", "arrived", "finished", "hired")


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """One source: counts, show rate, money of the company's currency and what one of each count costs.

    ``other_money`` tells what was paid in other currencies: it is never added up with ours.
    """

    code: str
    name: str
    counts: dict[str, int]
    show: Rate
    cost: SourceCost
    other_money: dict[str, float]


def spends(piece: Slice) -> list[Spend]:
    """Return the money that this user may see: of vacancies that are visible to them, or of no vacancy at all."""
    rows = Spend.objects.select_related("source", "vacancy")
    if piece.user.role not in SEES_ALL:
        rows = rows.filter(Q(vacancy=None) | Q(vacancy__in=Vacancy.objects.visible_to(piece.user)))
    if piece.vacancy is not None:
        rows = rows.filter(vacancy_id=piece.vacancy)
    if piece.office is not None:
        rows = rows.filter(vacancy__office_id=piece.office)
    if piece.source is not None:
        rows = rows.filter(source_id=piece.source)
    if piece.start is not None:
        rows = rows.filter(ends_on__gte=timezone.localdate(piece.start))
    if piece.end is not None:
        rows = rows.filter(starts_on__lt=timezone.localdate(piece.end))
    return list(rows)


def part_within(spend: Spend, first: date | None, after: date | None) -> float:
    """Return the money of ``spend`` that falls on days from ``first`` (included) to ``after`` (not included)."""
    days = (spend.ends_on - spend.starts_on).days + 1
    start = max(spend.starts_on, first) if first else spend.starts_on
    end = min(spend.ends_on + timedelta(days=1), after) if after else spend.ends_on + timedelta(days=1)
    return float(spend.amount) * max((end - start).days, 0) / days


def money_by_source(piece: Slice, rows: Iterable[Spend] | None = None) -> dict[int, dict[str, float]]:
    """Return source -> currency -> money spent within the slice; a spend over days is shared out evenly."""
    first = timezone.localdate(piece.start) if piece.start else None
    after = timezone.localdate(piece.end) if piece.end else None
    found: dict[int, dict[str, float]] = {}
    for spend in spends(piece) if rows is None else rows:
        of = found.setdefault(spend.source_id, {})
        of[spend.currency] = of.get(spend.currency, 0.0) + part_within(spend, first, after)
    return found


def hires_by_source(piece: Slice) -> dict[int, int]:
    """Return source -> applications that were hired within the slice (by the day of the move)."""
    rows: Any = (
        _hires(piece).values_list("application__source_id").annotate(n=Count("application", distinct=True)).order_by()
    )
    return dict(rows)


def hired_people(piece: Slice) -> QuerySet[Application]:
    """Return the applications that ``hires_by_source`` counts."""
    return Application.objects.filter(pk__in=_hires(piece).values("application_id"))


def _hires(piece: Slice) -> QuerySet[StageMove]:
    bounds = {"at__gte": piece.start, "at__lt": piece.end}
    whole = Slice(user=piece.user, vacancy=piece.vacancy, office=piece.office, source=piece.source)
    return StageMove.objects.filter(
        whole.of_application("application__"),
        new=Stage.HIRED,
        undone_by=None,
        **{name: value for name, value in bounds.items() if value is not None},
    )


def costs_by_source(piece: Slice) -> list[SourceLine]:
    """Return every source that brought a response or cost money; the largest number of arrivals first.

    Counted by when it happened: responses by the day of the response, arrivals by the day of the session, hires by
    the day of the move. Five statements.
    """
    currency = Company.current().currency
    responses: dict[int, int] = dict(piece.applications().values_list("source_id").annotate(n=Count("pk")).order_by())
    money, hires = money_by_source(piece), hires_by_source(piece)
    of_days = {str(group.keys["key"]): dict(group.counts) for group in counts_by(piece, "source")}
    names = dict(Source.objects.values_list("pk", "name"))
    lines = []
    for pk, name in names.items():
        counted = of_days.get(str(pk), {})
        if not (responses.get(pk) or counted or money.get(pk)):
            continue
        counts = {
            "responses": responses.get(pk, 0),
            "hired": hires.get(pk, 0),
            **{key: counted.get(key, 0) for key in ("invited", "arrived", "no_show", "finished")},
        }
        paid = dict(money.get(pk, {}))
        lines.append(
            SourceLine(
                code=str(pk),
                name=name,
                counts=counts,
                show=rate(counts["arrived"], counts["arrived"] + counts["no_show"], level=0.9),
                cost=cost_per(paid.pop(currency, 0.0), counts, PAID_FOR),
                other_money=paid,
            )
        )
    return sorted(lines, key=lambda line: (-line.counts["arrived"], line.name))
