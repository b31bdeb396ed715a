"""The work behind the figures: time at each step, waiting and idle time, one session's forecast."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import ForecastCheck
from scheduling.services import reports
from scheduling.services.reports import waits
from scheduling.web.statistics import plots
from scheduling.web.statistics.common import page, view_of

SESSIONS_A_PAGE = 25


@allowed(Action.SEE_STATISTICS)
@require_GET
def time(request: SignedIn) -> HttpResponse:
    """Show the funnel as a plot, and how long people stay at each step."""
    asked = view_of(request)
    return page(request, "time", asked, {"funnel": plots.funnel(asked), "stays": reports.stays(asked.piece)})


@allowed(Action.SEE_STATISTICS)
@require_GET
def waiting(request: SignedIn) -> HttpResponse:
    """Show how long people waited and interviewers were idle, session by session, beside the forecast."""
    asked = view_of(request)
    lengths, histogram = waits.wait_lengths(asked.piece)
    listed = Paginator(waits.closed_streams(asked.piece), SESSIONS_A_PAGE).get_page(request.GET.get("page"))
    lines = waits.session_waits(list(listed))
    return page(
        request,
        "waits",
        asked,
        {
            "lengths": lengths,
            "over_40": sum(people for minutes, people in histogram.items() if minutes > 40),
            "plot": plots.wait_bars(histogram, asked.query()),
            "page": listed,
            "lines": lines,
        },
    )


@allowed(Action.SEE_STATISTICS)
@require_GET
def session(request: SignedIn, pk: int) -> HttpResponse:
    """Show how one session's forecast moved and what came of it."""
    one = plots.session_of(request, pk)
    return page(
        request,
        "session",
        view_of(request),
        {
            "session": one,
            "plots": plots.session_plots(one, now=timezone.now()),
            "check": ForecastCheck.objects.filter(session=one).first(),
        },
        bare=True,
    )
