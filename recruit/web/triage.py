"""Triage: one resume a screen, three keys; the next ones wait in the page, a decision is saved behind them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application, Vacancy
from recruit.permissions import Action
from recruit.services import applications, bulk
from recruit.services.comments import add_comment
from recruit.states import Stage
from recruit.web.access import SignedIn, allowed
from recruit.web.filters import PeopleFilter, filter_context
from recruit.web.numbers import is_number
from recruit.web.triage_cards import CARDS_AHEAD, cards_of, counts_of, first_of, queue_of

REASONS = (
    ("far", gettext_lazy("far")),
    ("salary", gettext_lazy("salary")),
    ("experience", gettext_lazy("experience")),
    ("duplicate", gettext_lazy("duplicate")),
    ("other", gettext_lazy("other")),
)
# Decisions further apart than this are two sittings.
SITTING = timedelta(minutes=20)
MOST_UNDO = 20


@allowed(Action.TRIAGE)
@require_GET
def triage(request: SignedIn) -> HttpResponse:
    """Show the next response, with the three after it ready in the page."""
    chosen = PeopleFilter.read(request.GET)
    queue = queue_of(request.user, chosen)
    after = request.GET.get("after", "")
    if after.isdigit():
        queue = queue.exclude(pk=after)
    return render(request, "recruit/triage.html", _context(request, chosen, first_of(queue, CARDS_AHEAD)))


def _context(request: SignedIn, chosen: PeopleFilter, rows: list[Application]) -> dict[str, Any]:
    vacancy = Vacancy.objects.visible_to(request.user).filter(pk=chosen.vacancy).first() if chosen.vacancy else None
    return {
        **filter_context(request.user, chosen, page="triage"),
        "vacancy": vacancy,
        "cards": cards_of(rows),
        "counts": counts_of(request.user, chosen),
        "sitting": _sitting(request, timezone.now()),
        "reasons": REASONS,
        "last": _last(request),
        "wanted": vacancy.wanted_shortlist if vacancy else None,
        "in_script": bool(request.headers.get("X-Triage")),
    }


def _sitting(request: SignedIn, now: datetime) -> dict[str, int] | None:
    """Return how many were decided in this sitting and in how many minutes; None before the first."""
    kept = request.session.get("triage_sitting")
    if not kept or now - datetime.fromisoformat(kept["last"]) > SITTING:
        return None
    minutes = (datetime.fromisoformat(kept["last"]) - datetime.fromisoformat(kept["first"])).total_seconds() / 60
    return {"count": kept["count"], "minutes": max(1, round(minutes))}


def _remember(request: SignedIn, application: Application, now: datetime) -> None:
    """Keep the decision for Undo and for the pace of the sitting."""
    done = [pk for pk in request.session.get("triage_done", []) if pk != application.pk]
    request.session["triage_done"] = [*done, application.pk][-MOST_UNDO:]
    kept = request.session.get("triage_sitting")
    if not kept or now - datetime.fromisoformat(kept["last"]) > SITTING:
        kept = {"first": now.isoformat(), "count": 0}
    request.session["triage_sitting"] = {**kept, "last": now.isoformat(), "count": kept["count"] + 1}


def _last(request: SignedIn) -> Application | None:
    """Return the last decision this person made here, for Undo."""
    done = request.session.get("triage_done", [])
    if not done:
        return None
    rows = Application.objects.visible_to(request.user).select_related("candidate")
    return rows.filter(pk=done[-1]).first()


@allowed(Action.TRIAGE)
@require_POST
def decide(request: SignedIn, pk: int) -> HttpResponse:
    """Record yes, no (with a reason or none) or later; answer with the cards that the page does not have yet."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    reason = request.POST.get("reason", "")[:64]
    # The button of a reason says no by itself.
    decision = "no" if reason else request.POST.get("decision", "")
    now = timezone.now()
    try:
        applications.triage(application, decision, at=now, by=request.user, reason=reason)
    except RecruitError as error:
        return _refused(request, error)
    note = request.POST.get("note", "").strip()
    if note:
        add_comment(application, author=request.user, text=note, at=now)
    _remember(request, application, now)
    return _next(request)


@allowed(Action.TRIAGE)
@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back a decision, a "later" too: the person is the next one again."""
    application = get_object_or_404(Application.objects.visible_to(request.user).with_people(), pk=pk)
    try:
        applications.undo_triage(application, at=timezone.now(), by=request.user)
    except RecruitError as error:
        return _refused(request, error)
    request.session["triage_done"] = [one for one in request.session.get("triage_done", []) if one != pk]
    if not request.headers.get("X-Triage"):
        messages.success(request, _("%(name)s is back.") % {"name": application.candidate.display_name})
        return _back(request)
    application.refresh_from_db()
    chosen = PeopleFilter.read(request.POST)
    return render(request, "recruit/_triage_answer.html", _context(request, chosen, [application]))


def _refused(request: SignedIn, error: RecruitError) -> HttpResponse:
    if request.headers.get("X-Triage"):
        return HttpResponse(error.message, status=error.status, content_type="text/plain; charset=utf-8")
    messages.error(request, error.message)
    return _back(request)


def _next(request: SignedIn) -> HttpResponse:
    """Answer the script with cards beyond those it has; send everybody else to the next person."""
    if not request.headers.get("X-Triage"):
        return _back(request)
    chosen = PeopleFilter.read(request.POST)
    have = [int(word) for word in request.POST.get("have", "").split(",") if is_number(word)][:50]
    ahead = request.POST.get("ahead", "")
    wanted = max(0, CARDS_AHEAD - (int(ahead) if ahead.isdigit() else len(have)))
    rows = first_of(queue_of(request.user, chosen).exclude(pk__in=have), wanted)
    return render(request, "recruit/_triage_answer.html", _context(request, chosen, rows))


def _back(request: HttpRequest) -> HttpResponse:
    query = PeopleFilter.read(request.POST).query
    return redirect(reverse("triage") + (f"?{query}" if query else ""))


@allowed(Action.TRIAGE)
@require_GET
def triage_list(request: SignedIn) -> HttpResponse:
    """List the same responses, to decide on several at once."""
    chosen = PeopleFilter.read(request.GET)
    page = Paginator(queue_of(request.user, chosen), 50).get_page(request.GET.get("page"))
    context = _context(request, chosen, list(page.object_list))
    return render(request, "recruit/triage_list.html", {**context, "page": page})


@allowed(Action.TRIAGE)
@require_POST
def decide_many(request: SignedIn) -> HttpResponse:
    """Say yes or no to the chosen responses; one Undo takes all of them back."""
    chosen = [number for number in request.POST.getlist("people") if number.isdigit()]
    reason = request.POST.get("reason", "")[:64]
    yes = request.POST.get("decision") == "yes"
    rows = Application.objects.visible_to(request.user).untriaged().filter(pk__in=chosen)
    now = timezone.now()
    try:
        made = bulk.plan_bulk(
            rows, Stage.SHORTLIST if yes else Stage.REJECTED, at=now, by=request.user, reason="" if yes else reason
        )
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        count = made.items.exclude(move=None).count()
        words = (
            ngettext("Yes to %(count)s person.", "Yes to %(count)s people.", count)
            if yes
            else ngettext("No to %(count)s person.", "No to %(count)s people.", count)
        )
        messages.success(request, words % {"count": count}, extra_tags=reverse("bulk-undo", args=[made.pk]))
    query = PeopleFilter.read(request.POST).query
    return redirect(reverse("triage-list") + (f"?{query}" if query else ""))
