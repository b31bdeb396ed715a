"""What every page of statistics shares: the slice that the address names, the pages' own navigation, tables as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from recruit.models import Office, Vacancy
from recruit.permissions import Action
from recruit.tables.exported import safe_cell
from recruit.web.access import SignedIn
from recruit.web.numbers import is_number
from scheduling.services.reports import Slice

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PERIODS: tuple[tuple[int, _StrPromise], ...] = ((28, _("4 weeks")), (91, _("3 months")), (0, _("All time")))
PAGES: tuple[tuple[_StrPromise, tuple[tuple[str, _StrPromise], ...]], ...] = (
    (
        _("What happened"),
        (
            ("statistics", _("Who came")),
            ("statistics-time", _("Funnel and time")),
            ("statistics-waits", _("Waiting times")),
            ("statistics-sources", _("Sources and money")),
            ("statistics-promotions", _("Promotions")),
            ("statistics-after-hire", _("After the hire")),
            ("statistics-periods", _("Two periods")),
            ("statistics-week", _("Week")),
        ),
    ),
    (
        _("What to expect"),
        (
            ("statistics-ahead", _("Ahead")),
            ("statistics-right", _("Were we right?")),
            ("statistics-backtest", _("Backtest")),
            ("statistics-replays", _("Plans replayed")),
            ("statistics-model", _("Model")),
            ("statistics-fairness", _("Fairness")),
            ("statistics-experiments", _("Experiments")),
        ),
    ),
)
MOST_DAYS = 5000
FIRST_YEAR, LAST_YEAR = 1970, 2200
# What a rate is counted of, as a measure that has rows of its own.
BELOW = {"show": "settled"}


def number_of(value: str) -> int | None:
    """Return the number that ``value`` writes, None where it is none that could be an id."""
    return int(value) if is_number(value) else None


def day_of(value: str) -> date | None:
    """Return the day that ``value`` writes as YYYY-MM-DD; None where it is none, or one that no report needs."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def start_of(day: date) -> datetime:
    """Return the first moment of ``day`` on the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True, kw_only=True)
class View:
    """What the address asks for: the slice, the days of its period, and the query that leads to the same again."""

    piece: Slice
    days: int
    first: date | None
    last: date | None

    def query(self, **more: object) -> str:
        """Return the query of the slice with ``more`` in it."""
        values: dict[str, object] = {
            "days": self.days or "",
            "from": self.first or "",
            "to": self.last or "",
            "vacancy": self.piece.vacancy or "",
            "office": self.piece.office or "",
            "source": self.piece.source or "",
            **more,
        }
        return urlencode({name: value for name, value in values.items() if value != ""})


def view_of(request: SignedIn) -> View:
    """Read the slice from the address; what is not understood is left out, never an error."""
    get = request.GET.get
    days = number_of(get("days", "")) or 0
    days = days if days < MOST_DAYS else 0
    first, last = day_of(get("from", "")), day_of(get("to", ""))
    start = start_of(first) if first else timezone.now() - timedelta(days=days) if days else None
    return View(
        piece=Slice(
            user=request.user,
            start=start,
            end=start_of(last + timedelta(days=1)) if last else None,
            vacancy=number_of(get("vacancy", "")),
            office=number_of(get("office", "")),
            source=number_of(get("source", "")),
        ),
        days=0 if first or last else days,
        first=first,
        last=last,
    )


def page(request: SignedIn, name: str, asked: View, context: dict[str, Any], *, bare: bool = False) -> HttpResponse:
    """Render ``scheduling/statistics/<name>.html`` with the navigation and, unless ``bare``, the form of the slice."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    shared: dict[str, Any] = {
        "asked": asked,
        "query": asked.query(),
        "groups": [
            (title, [(reverse(url), word, url == here) for url, word in pages if _may_open(request, url)])
            for title, pages in PAGES
        ],
        "is_bare": bare,
    }
    if not bare:
        shared |= {
            "periods": PERIODS,
            "vacancies": Vacancy.objects.visible_to(request.user)[:200],
            "offices": Office.objects.visible_to(request.user),
        }
    return render(request, f"scheduling/statistics/{name}.html", shared | context)


def _may_open(request: SignedIn, url: str) -> bool:
    """Return whether a page stands in this person's navigation: groups of people are for administrators."""
    return url != "statistics-fairness" or request.user.may(Action.SEE_AUDIT)


def table_file(name: str, kind: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a table as a file, ``kind`` "csv" or "xlsx"."""
    if kind == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet(name[:31])
        sheet.append([safe_cell(str(title)) for title in head])
        for row in rows:
            sheet.append([safe_cell(value) for value in row])
        out = io.BytesIO()
        book.save(out)
        response = HttpResponse(
            out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
    else:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response.write("\ufeff")
        writer = csv.writer(response)
        writer.writerow([safe_cell(str(title)) for title in head])
        writer.writerows([safe_cell("" if value is None else value) for value in row] for row in rows)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
