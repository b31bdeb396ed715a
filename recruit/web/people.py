"""The list of people: filters in the address, rows to choose, moves of many with a delay and a way back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application, BulkMove, StageMove, User, Vacancy
from recruit.permissions import Action
from recruit.services import bulk
from recruit.services.applications import move_stage, undo_move
from recruit.states import BulkState, Stage
from recruit.web.access import SignedIn, allowed
from recruit.web.bulk import back_to
from recruit.web.filters import PeopleFilter, filter_context

SORTS = {
    "order": ("priority", "-stage_since", "-pk"),
    "name": ("candidate__name", "pk"),
    "source": ("source__name", "-stage_since", "pk"),
    "since": ("stage_since", "pk"),
    "wish": ("salary_wish", "pk"),
    "away": ("distance_km", "pk"),
}


def waiting_bulks(user: User, *, vacancy: Vacancy | None = None) -> QuerySet[BulkMove]:
    """Return the moves of many that this person made and that still wait, with their number of people."""
    rows = BulkMove.objects.filter(state=BulkState.WAITING, made_by=user)
    if vacancy is not None:
        rows = rows.filter(items__application__vacancy=vacancy)
    return rows.annotate(people=Count("items", distinct=True)).order_by("due_at")


@allowed(Action.SEE_VACANCIES)
@require_GET
def people(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """List people of one vacancy or of all, as the address says."""
    chosen = PeopleFilter.read(request.GET)
    vacancies = Vacancy.objects.visible_to(request.user)
    vacancy = get_object_or_404(vacancies, pk=pk) if pk else vacancies.filter(pk=chosen.vacancy or 0).first()
    stage = request.GET.get("stage", Stage.SHORTLIST if pk else "")
    sort = request.GET.get("sort", "order")
    rows = chosen.apply(Application.objects.visible_to(request.user)).with_people()  # type: ignore[attr-defined]
    if vacancy is not None:
        rows = rows.filter(vacancy=vacancy)
    if stage in Stage.values:
        rows = rows.filter(stage=stage)
    page = Paginator(rows.order_by(*SORTS.get(sort, SORTS["order"])), 50).get_page(request.GET.get("page"))
    context = filter_context(request.user, chosen, page="people")
    return render(
        request,
        "recruit/people.html",
        {
            **context,
            "vacancy": vacancy,
            "fixed": bool(pk),
            "page": page,
            "stage": stage,
            "stage_label": Stage(stage).label if stage in Stage.values else "",
            "stages": Stage.choices,
            "sort": sort,
            "counts": _counts(request.user, vacancy) if pk else [],
            "bulks": waiting_bulks(request.user, vacancy=vacancy),
            "may_move": request.user.may(Action.MOVE_STAGE),
        },
    )


def _counts(user: User, vacancy: Vacancy | None) -> list[dict[str, Any]]:
    rows = Application.objects.visible_to(user).filter(vacancy=vacancy)
    counts = dict(rows.order_by().values_list("stage").annotate(count=Count("pk")))
    return [{"value": value, "label": label, "count": counts.get(value, 0)} for value, label in Stage.choices]


def _delay(word: str, user: User, now: datetime) -> timedelta:
    """Return how long a move of many waits: ``hour``, ``morning`` (10:00 tomorrow, on the person's clock), or not at all."""
    if word == "hour":
        return timedelta(hours=1)
    if word == "morning":
        zone = ZoneInfo(user.time_zone)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(10), tzinfo=zone) - now
    return timedelta(0)


@allowed(Action.MOVE_STAGE)
@require_POST
def move_people(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Move the chosen people to a stage, now or later; Undo takes all of them back."""
    stage = request.POST.get("stage", "")
    chosen = [number for number in request.POST.getlist("people") if number.isdigit()]
    rows = Application.objects.visible_to(request.user).filter(pk__in=chosen)
    if pk is not None:
        rows = rows.filter(vacancy=get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk))
    now = timezone.now()
    delay = _delay(request.POST.get("delay", ""), request.user, now)
    if stage not in Stage.values or not chosen:
        messages.error(request, _("Choose people and a stage."))
        return back_to(request, "people")
    try:
        made = bulk.plan_bulk(
            rows, Stage(stage), at=now, by=request.user, reason=request.POST.get("reason", "")[:64], delay=delay
        )
    except RecruitError as error:
        messages.error(request, error.message)
        return back_to(request, "people")
    messages.success(request, _told(made), extra_tags=reverse("bulk-undo", args=[made.pk]))
    return back_to(request, "people")


def _told(made: BulkMove) -> str:
    if made.state == BulkState.WAITING:
        count = made.items.count()
        words = ngettext(
            "%(count)s person goes to “%(stage)s” later.", "%(count)s people go to “%(stage)s” later.", count
        )
    else:
        count = made.items.exclude(move=None).count()
        words = ngettext("%(count)s person moved to “%(stage)s”.", "%(count)s people moved to “%(stage)s”.", count)
    return words % {"count": count, "stage": Stage(made.stage).label}


@allowed(Action.MOVE_STAGE)
@require_POST
def move_application(request: SignedIn, pk: int) -> HttpResponse:
    """Move one application, and offer to take it back."""
    application = get_object_or_404(Application.objects.visible_to(request.user).select_related("candidate"), pk=pk)
    stage, seen = request.POST.get("stage", ""), request.POST.get("seen", "")
    try:
        if stage in Stage.values:
            if seen in Stage.values:
                # The page showed this stage: whoever moved the person meanwhile is named, nothing is written over.
                application.stage = seen
            move = move_stage(
                application,
                Stage(stage),
                at=timezone.now(),
                by=request.user,
                reason=request.POST.get("reason", "")[:64],
            )
            words = _("%(name)s: %(stage)s") % {"name": application.candidate.display_name, "stage": Stage(stage).label}
            messages.success(request, words, extra_tags=reverse("move-undo", args=[move.pk]))
    except RecruitError as error:
        messages.error(request, error.message)
    return _onward(request, application)


@allowed(Action.MOVE_STAGE)
@require_POST
def move_undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back one move."""
    visible = StageMove.objects.filter(application__in=Application.objects.visible_to(request.user))
    move = get_object_or_404(visible.select_related("application__candidate"), pk=pk)
    try:
        undo_move(move, at=timezone.now(), by=request.user)
        messages.success(request, _("%(name)s is back.") % {"name": move.application.candidate.display_name})
    except RecruitError as error:
        messages.error(request, error.message)
    return back_to(request, reverse("candidate", args=[move.application.candidate_id]))


def _onward(request: SignedIn, application: Application) -> HttpResponse:
    """Go back to the page of ours that the form names, else to the person."""
    target = request.POST.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("candidate", pk=application.candidate_id)
