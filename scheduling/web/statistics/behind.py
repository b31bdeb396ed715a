"""The rows behind a figure: whatever the figure counts, the address of its link says how to find the same rows again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import Invitation, ReminderExperiment
from scheduling.services import checks, experiments, reports
from scheduling.services.reports import after_hire, hiring, money, promotions, waits
from scheduling.services.reports.measures import MEASURE_WORDS, MEASURES
from scheduling.services.reports.week import offers_made
from scheduling.web.statistics.common import View, day_of, number_of, view_of

ROWS_A_PAGE = 50
# Promotions looked through for the one that an address names.
MOST_PROMOTIONS = 200


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Rows in their order, what they are called, and the table that shows them (``rows/_<shape>.html``)."""

    rows: Any
    title: str
    shape: str


@allowed(Action.SEE_STATISTICS)
@require_GET
def rows(request: SignedIn) -> HttpResponse:
    """List the rows behind a figure; the first name of ``KINDS`` in the address says which."""
    asked = view_of(request)
    kind = next((name for name in KINDS if request.GET.get(name)), "what")
    found = KINDS[kind](request, asked)
    listed = Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "scheduling/statistics/rows.html",
        {
            "page": listed,
            "title": found.title,
            "table": f"scheduling/statistics/rows/_{found.shape}.html",
            "count": listed.paginator.count,
            "first_day": timezone.localdate(asked.piece.start) if asked.piece.start else None,
            "after_day": timezone.localdate(asked.piece.end) if asked.piece.end else None,
        },
    )


def _people(found: QuerySet[Any], title: str) -> Behind:
    listed = found.select_related("candidate", "vacancy", "source").order_by("-applied_at", "-pk")
    return Behind(rows=listed, title=title, shape="people")


def _invitations(found: Any, title: str) -> Behind:
    listed = found.select_related("application__candidate", "application__source", "session__office", "band")
    return Behind(rows=listed.order_by("-session__starts_at", "-pk"), title=title, shape="invitations")


def _at_step(request: SignedIn, asked: View) -> Behind:
    """Return the applications of a step of the funnel, or of a figure that counts hires otherwise."""
    step = request.GET["step"]
    if step == "hires":
        return _people(money.hired_people(asked.piece), _("Hired in this time"))
    if step in reports.STEP_WORDS:
        return _people(reports.people_at(asked.piece, step), str(reports.STEP_WORDS[step]))
    part, _dash, months = step.partition("-")
    if step == "after-hire":
        return _people(after_hire.hires(asked.piece), _("Hired of those who applied in this time"))
    if step in {"started", "rated"}:
        word = _("Started") if part == "started" else _("Rated")
        return _people(after_hire.hires(asked.piece).filter(after_hire.after(part)), word)
    number = number_of(months)
    if part not in {"stayed", "known"} or number not in after_hire.MONTHS:
        raise Http404
    word = (
        _("Still there after %(months)s months")
        if part == "stayed"
        else _("Known whether there after %(months)s months")
    )
    return _people(after_hire.hires(asked.piece).filter(after_hire.after(part, number)), word % {"months": number})


def _measured(request: SignedIn, asked: View) -> Behind:
    """Return the invitations of a measure, cut by a group, a session or an arm, and what they are called."""
    measure = request.GET.get("what", "invited")
    by, key = request.GET.get("by", ""), request.GET.get("key", "")
    if measure not in MEASURES or (by and by not in reports.DIMENSIONS):
        raise Http404
    session = number_of(request.GET.get("session", ""))
    found = checks.watched_people(asked.piece) if request.GET.get("watched") else asked.piece.invitations()
    if session is not None:
        # A day at the desk counts everybody who came, invited or not.
        found = Invitation.objects.visible_to(request.user) if request.GET.get("walk_ins") else found
        found = found.filter(session_id=session)
    found = found.filter(MEASURES[measure])
    title = str(MEASURE_WORDS[measure])
    if by and key:
        cut = reports.DIMENSIONS[by]
        found = cut.rows(found, key)
        title = f"{cut.label}: {_called(by, key)}, {title}"
    return _invitations(found, title)


def _called(by: str, key: str) -> str:
    """Return what people call a group; its key where the address names one that is not there."""
    try:
        return reports.DIMENSIONS[by].names([key]).get(key, key)
    except (ValueError, TypeError):
        return key


def _between(request: SignedIn, column: str) -> Q:
    """Return the condition that ``least`` and ``most`` of the address put on ``column``; below 0 counts as 0."""
    least, most = (number_of(request.GET.get(name, "")) for name in ("least", "most"))
    found = Q()
    if least:
        found &= Q(**{f"{column}__gte": least})
    if most is not None:
        found &= Q(**{f"{column}__lte": most})
    return found


def _stayed(request: SignedIn, asked: View) -> Behind:
    """Return what a length of the funnel is counted of, the longest first."""
    code = request.GET["stay"]
    if code not in hiring.STAYS:
        raise Http404
    found = hiring.stay_rows(asked.piece, code).filter(_between(request, "hours"))
    of_application = "" if code == "viewed" else "application__"
    listed = found.select_related(f"{of_application}candidate", f"{of_application}vacancy", f"{of_application}source")
    return Behind(rows=listed.order_by("-hours", "-pk"), title=str(hiring.STAYS[code]), shape="lengths")


def _waited(request: SignedIn, asked: View) -> Behind:
    """Return who was seen in a stream, the longest wait first."""
    found = waits.wait_rows(asked.piece, number_of(request.GET.get("session", ""))).filter(_between(request, "waited"))
    listed = found.select_related("application__candidate", "session__office", "interviewer", "band")
    return Behind(rows=listed.order_by("-waited", "-pk"), title=_("Minutes from arrival to interview"), shape="waits")


def _paid(request: SignedIn, asked: View) -> Behind:
    """Return the money of the slice: each spend, and the part of it that falls on the days of the slice."""
    del request
    first = timezone.localdate(asked.piece.start) if asked.piece.start else None
    after = timezone.localdate(asked.piece.end) if asked.piece.end else None
    paid = sorted(money.spends(asked.piece), key=lambda spend: (spend.starts_on, spend.pk), reverse=True)
    found: list[dict[str, Any]] = [{"spend": spend, "part": money.part_within(spend, first, after)} for spend in paid]
    return Behind(
        rows=[one for one in found if one["part"] or not one["spend"].amount], title=_("Money"), shape="money"
    )


def _promoted(request: SignedIn, asked: View) -> Behind:
    """Return the responses of a promotion's days: of a part of them, or of one day."""
    pk = number_of(request.GET["promotion"])
    whole = replace(asked.piece, start=None, end=None)
    known = promotions.promotions(whole, today=timezone.localdate(), most=MOST_PROMOTIONS)
    one = next((one for one in known if one.spend.pk == pk), None)
    if one is None:
        raise Http404
    day = day_of(request.GET.get("day", ""))
    days = (day, day) if day else one.days_of(request.GET.get("part", "all"))
    title = f"{one.spend.source}: {one.spend.vacancy}"
    if days is None:
        return Behind(rows=[], title=title, shape="people")
    return _people(promotions.responses_of(one, request.user, first=days[0], last=days[1]), title)


def _offered(request: SignedIn, asked: View) -> Behind:
    """Return the offers made in the slice."""
    del request
    found = offers_made(asked.piece).select_related("application__candidate", "application__vacancy")
    return Behind(rows=found, title=_("Offers"), shape="offers")


def _in_arm(request: SignedIn, asked: View) -> Behind:
    """Return the invitations of one arm of an experiment whose end is known, or of those who came."""
    trial = get_object_or_404(ReminderExperiment, pk=number_of(request.GET["trial"]) or 0)
    arm = request.GET.get("arm", "")
    found = experiments.settled_of(trial, arm, came_only=request.GET.get("what") == "arrived")
    found = found.filter(pk__in=Invitation.objects.visible_to(asked.piece.user))
    return _invitations(found, f"{trial.name}: {experiments.arm_word(trial.subject, arm)}")


def _checked(request: SignedIn, asked: View) -> Behind:
    """Return the closed sessions that forecasts were held against; ``promised``: those whose plan made a promise."""
    found = checks.checked(asked.piece).select_related("session__office")
    if request.GET["checks"] == "promised":
        found = found.exclude(promised=None)
    return Behind(rows=found, title=_("Closed sessions and their forecasts"), shape="checks")


KINDS: dict[str, Callable[[SignedIn, View], Behind]] = {
    "step": _at_step,
    "stay": _stayed,
    "wait": _waited,
    "paid": _paid,
    "promotion": _promoted,
    "offers": _offered,
    "trial": _in_arm,
    "checks": _checked,
    "what": _measured,
}
