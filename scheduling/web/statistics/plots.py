"""The plots of the pages: each with its words and the table behind it; the same ones are given as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.templatetags.parts import clock, day, num, points, share, short
from recruit.web.access import SignedIn, allowed
from recruit.web.numbers import is_number
from scheduling.models import InterviewSession, Plan
from scheduling.services import reports
from scheduling.services.reports import fans, money, waits
from scheduling.states import CAME, PlanState
from scheduling.statistics import plots as drawn
from scheduling.statistics.scores import Bin
from scheduling.web.statistics.common import View, view_of


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A drawn plot: its name in addresses, its SVG, and the same figures as a table."""

    name: str
    title: str
    svg: SafeString
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    address: str


def made(name: str, title: str, svg: str, head: Sequence[str], rows: Sequence[Sequence[str]], address: str) -> Plot:
    """Return a plot that is given as a file at ``address``."""
    # The plotting functions escape every text they are given.
    return Plot(name=name, title=title, svg=mark_safe(svg), head=head, rows=rows, address=address)  # noqa: S308


def _plot(name: str, title: str, svg: str, head: Sequence[str], rows: Sequence[Sequence[str]], query: str) -> Plot:
    return made(name, title, svg, head, rows, f"{reverse('statistics-plot', args=[name])}?{query}")


def _span(low: float, high: float) -> str:
    return f"{points(low)}–{points(high)} %"


def trend(asked: View) -> Plot:
    """Return the show rate week by week, with its range."""
    lines = [line for line in reports.rate_lines(asked.piece, "week") if line.show.of][-26:]
    title = _("Show rate by week")
    marks = [drawn.TrendPoint(line.key, line.show.value or 0.0, line.show.low, line.show.high) for line in lines]
    rows = [
        [line.key, f"{line.show.count} / {line.show.of}", share(line.show.value), _span(line.show.low, line.show.high)]
        for line in lines
    ]
    head = [_("Week from"), _("Came of settled"), _("Seen"), _("Range, 9 in 10")]
    return _plot("trend", title, drawn.trend(marks, words=_in_words(title, rows)), head, rows, asked.query())


def _in_words(title: str, rows: Sequence[Sequence[str]], most: int = 8) -> str:
    """Return a plot in words, for whoever does not see it; the table beside it holds the rest."""
    return f"{title}: " + "; ".join(", ".join(row) for row in rows[:most]) if rows else f"{title}: –"


def funnel(asked: View) -> Plot:
    """Return the steps from response to hire as bars."""
    steps = [(str(reports.STEP_WORDS[step.name]), step.count) for step in reports.hiring_funnel(asked.piece)]
    title = _("From response to hire")
    rows = [[word, num(count)] for word, count in steps]
    svg = drawn.funnel_bars(steps, words=_in_words(title, rows, 9))
    return _plot("funnel", title, svg, [_("Step"), _("People")], rows, asked.query())


def reliability(bins: Sequence[Bin], query: str) -> Plot:
    """Return predicted against seen, in bins of equally many people."""
    title = _("Predicted and seen")
    dots = [drawn.Dot(one.forecast, one.came.value or 0.0, one.came.low, one.came.high, one.people) for one in bins]
    rows = [
        [
            share(one.forecast),
            f"{one.came.count} / {one.people}",
            share(one.came.value),
            _span(one.came.low, one.came.high),
        ]
        for one in bins
    ]
    head = [_("Predicted"), _("Came"), _("Seen"), _("Range, 9 in 10")]
    return _plot(
        "reliability", title, drawn.reliability_plot(dots, words=_in_words(title, rows, 10)), head, rows, query
    )


def quadrant(lines: Sequence[money.SourceLine], query: str) -> Plot:
    """Return the sources by volume, show rate and price of an arrival."""
    title = _("Sources: how many come, how reliably, at what price")
    shown = [line for line in lines if line.show.value is not None]
    marks = [
        (
            line.name,
            line.counts["arrived"],
            line.show.value or 0.0,
            line.cost.per["arrived"] if line.cost.money else None,
        )
        for line in shown
    ]
    rows = [
        [
            line.name,
            num(line.counts["arrived"]),
            share(line.show.value),
            num(line.cost.per["arrived"]) if line.cost.money else "–",
        ]
        for line in shown
    ]
    svg = drawn.quadrant(marks, words=_in_words(title, rows), across=_("people who came"), up=_("show rate"))
    head = [_("Source"), _("Came"), _("Show rate"), _("Price of an arrival")]
    return _plot("quadrant", title, svg, head, rows, query)


def wait_bars(histogram: dict[int, int], query: str) -> Plot:
    """Return how many people waited how long, in steps of five minutes."""
    title = _("Minutes from arrival to interview")
    steps: dict[int, int] = {}
    for minutes, people in histogram.items():
        steps[min(minutes // 5, 24)] = steps.get(min(minutes // 5, 24), 0) + people
    last = max(steps, default=0)
    items = [(f"{5 * step}–{5 * step + 4}" if step < 24 else "120+", steps.get(step, 0)) for step in range(last + 1)]
    rows = [[label, num(people)] for label, people in items]
    svg = drawn.bars([drawn.Bar(label, people) for label, people in items], words=_in_words(title, rows))
    return _plot("waits", title, svg, [_("Minutes"), _("People")], rows, query)


def session_plots(session: InterviewSession, *, now: datetime) -> list[Plot]:
    """Return the fan of a session's forecast over time, and its bands against the plan."""
    zone = session.office.zone
    found = fans.session_fan(session, now=now)
    title = _("How the forecast moved")
    marks = [
        drawn.FanPoint(f"{day(one.at, zone)} {clock(one.at, zone)}", one.low, one.middle, one.high)
        for one in found.moments
    ]
    rows = [
        [mark.label, num(one.invited), num(one.arrived), f"{one.low}–{one.high}", num(one.middle)]
        for mark, one in zip(marks, found.moments, strict=True)
    ]
    svg = drawn.fan(
        marks,
        target=session.target,
        came=found.came,
        words=_in_words(title, rows, 12),
        target_words=_("target %(target)s") % {"target": session.target},
    )
    head = [_("When"), _("Invited"), _("Here"), _("Forecast, 9 in 10"), _("Middle")]
    plots = [_plot("fan", title, svg, head, rows, f"session={session.pk}")]
    bands = _bands(session, zone)
    return [*plots, bands] if bands is not None else plots


def _bands(session: InterviewSession, zone: ZoneInfo) -> Plot | None:
    plan: Plan | None = session.plans.filter(state__in=[PlanState.SENT, PlanState.APPROVED]).order_by("revision").last()
    if plan is None or not plan.outputs.get("bands"):
        return None
    came: dict[int, int] = {}
    bands = list(session.bands.all())
    for band in session.invitations.filter(state__in=CAME, is_walk_in=False).values_list("band_id", flat=True):
        came[band or 0] = came.get(band or 0, 0) + 1
    is_over = session.ends_at <= timezone.now()
    items = [
        drawn.BandBar(
            label=clock(band.starts_at, zone),
            expected=float(of["expected"]),
            low=float(of["q05"]),
            high=float(of["q95"]),
            came=came.get(band.pk, 0) if is_over or band.pk in came else None,
        )
        for band, of in zip(bands, plan.outputs["bands"], strict=False)
    ]
    title = _("Arrival times against the plan")
    rows = [
        [
            item.label,
            short(item.expected),
            f"{item.low:.0f}–{item.high:.0f}",
            "–" if item.came is None else str(item.came),
        ]
        for item in items
    ]
    head = [_("Arrival time"), _("Expected"), _("9 in 10"), _("Came")]
    return _plot(
        "bands", title, drawn.bands(items, words=_in_words(title, rows, 16)), head, rows, f"session={session.pk}"
    )


def session_of(request: SignedIn, number: int) -> InterviewSession:
    """Return a session that the person may see."""
    rows = InterviewSession.objects.visible_to(request.user).select_related("office").prefetch_related("bands")
    return get_object_or_404(rows, pk=number)


def _reliability(asked: View) -> Plot:
    return reliability(reports.how_right(asked.piece)[0], asked.query())


def _quadrant(asked: View) -> Plot:
    return quadrant(money.costs_by_source(asked.piece), asked.query())


def _waits(asked: View) -> Plot:
    return wait_bars(waits.waits(asked.piece), asked.query())


PLOTS: dict[str, Callable[[View], Plot]] = {
    "trend": trend,
    "funnel": funnel,
    "reliability": _reliability,
    "quadrant": _quadrant,
    "waits": _waits,
}


@allowed(Action.SEE_STATISTICS)
@require_GET
def plot_file(request: SignedIn, name: str) -> HttpResponse:
    """Give a plot as an SVG file that draws the same on its own."""
    found: Plot | None = None
    if name in PLOTS:
        found = PLOTS[name](view_of(request))
    elif name in {"fan", "bands"} and is_number(request.GET.get("session", "")):
        session = session_of(request, int(request.GET["session"]))
        found = next((one for one in session_plots(session, now=timezone.now()) if one.name == name), None)
    if found is None:
        raise Http404
    response = HttpResponse(drawn.standalone(found.svg), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return response


__all__ = ["PLOTS", "Plot", "plot_file", "session_plots"]
