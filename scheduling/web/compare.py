"""Compare those who were held, decide about them, and see what each of them will be told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application, Vacancy
from recruit.permissions import Action
from recruit.services.applications import move_stage
from recruit.states import Stage
from recruit.web.access import SignedIn, allowed
from recruit.web.numbers import is_number
from scheduling.models import InterviewSession, Invitation, Scorecard
from scheduling.services import decisions, scorecards
from scheduling.services.attendance import applicants_of, chances_of, current_model
from scheduling.services.decisions import Choice, Decision, NoReason
from scheduling.services.matrix import Row, matrix_of
from scheduling.states import InvitationState
from scheduling.web.points import points_of

SIDE_BY_SIDE = 6
# Own rating and marks this far apart are worth a word.
FAR_FROM_OWN = 1.5


def _switch(request: SignedIn, **changes: str) -> str:
    """Return the address of the page with some of its switches changed; an empty value takes one away."""
    data = {key: value for key, value in request.GET.items() if key in {"vacancy", "names", "differ", "sort", "from"}}
    data |= changes
    return f"?{urlencode({key: value for key, value in data.items() if value})}"


@allowed(Action.DECIDE)
@require_GET
def compare(request: SignedIn) -> HttpResponse:
    """Put those who were held side by side, with who did not come below."""
    number = request.GET.get("vacancy", "")
    vacancies = Vacancy.objects.visible_to(request.user)
    vacancy = vacancies.filter(pk=number).first() if number.isdigit() else None
    held = Invitation.objects.visible_to(request.user).filter(
        state=InvitationState.FINISHED, session__is_history=False, application__stage=Stage.INTERVIEW
    )
    waiting = list(vacancies.filter(applications__in=held.values("application_id")).distinct().order_by("title", "pk"))
    if vacancy is None and not number:
        vacancy = waiting[0] if waiting else None
    rows = _rows(held, vacancy, request.GET.get("sort", "")) if vacancy else []
    start = int(request.GET["from"]) if request.GET.get("from", "").isdigit() else 0
    start = min(start, max(len(rows) - 1, 0))
    shown = rows[start : start + SIDE_BY_SIDE]
    points = points_of(scorecards.default_template())
    lines = _lines(shown, points, vacancy, salary=request.user.may(Action.SEE_SALARY)) if vacancy else []
    if request.GET.get("differ"):
        lines = [line for line in lines if len({cell["same"] for cell in line["cells"]}) > 1]
    return render(
        request,
        "scheduling/compare.html",
        {
            "vacancies": waiting,
            "vacancy": vacancy,
            "now": timezone.now(),
            "rows": shown,
            "lines": lines,
            "total": len(rows),
            "first": start + 1,
            "last": start + len(shown),
            "more": max(len(rows) - start - len(shown), 0),
            "hide_names": bool(request.GET.get("names")),
            "differ": bool(request.GET.get("differ")),
            "by_name": request.GET.get("sort") == "name",
            "links": {
                "next": _switch(request, **{"from": str(start + SIDE_BY_SIDE)}),
                "back": _switch(request, **{"from": str(max(start - SIDE_BY_SIDE, 0) or "")}),
                "names": _switch(request, names="" if request.GET.get("names") else "off"),
                "differ": _switch(request, differ="" if request.GET.get("differ") else "1"),
                "sort": _switch(request, sort="" if request.GET.get("sort") == "name" else "name"),
            },
            "decisions": [(code, label) for code, label in Decision.choices if code != Decision.NO],
            "reasons": NoReason.choices,
            "absent": _absent(request, vacancy),
        },
    )


def _rows(held: Any, vacancy: Vacancy, sort: str) -> list[Row]:
    people = list(
        held.filter(application__vacancy=vacancy)
        .with_people()
        .order_by(F("finished_at").desc(nulls_last=True), "-pk")[:60]
    )
    cards = list(
        Scorecard.objects.filter(invitation__in=people)
        .exclude(submitted_at=None)
        .select_related("author")
        .order_by("pk")
    )
    rows = matrix_of(people, cards, points_of(scorecards.default_template()))
    if sort == "name":
        rows.sort(key=lambda row: row.person.application.candidate.display_name)
    return rows


def _line(kind: str, label: str, hint: str, cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": kind, "label": label, "hint": hint, "cells": cells}


def _lines(rows: list[Row], points: list[dict[str, str]], vacancy: Vacancy, *, salary: bool) -> list[dict[str, Any]]:
    """Return the lines of the table: each has a cell for each person; ``same`` tells equal cells apart from others."""
    lines = [
        _line(
            "all",
            _("All marks"),
            _("mean, lowest–highest"),
            [{"row": row, "same": round(row.mean, 1) if row.mean is not None else None} for row in rows],
        )
    ]
    for index, point in enumerate(points):
        cells = [{"cell": row.cells[index], "same": [m.value for m in row.cells[index].given]} for row in rows]
        hint = _("a mark per interviewer") if index == 0 else ""
        lines.append(_line("marks", point["label"], hint, [{**cell, "same": str(cell["same"])} for cell in cells]))
    lines.append(_line("self", _("Says of self → shown"), "", [_own(row) for row in rows]))
    if salary:
        span = f"{vacancy.salary_from // 1000}–{vacancy.salary_to // 1000}" if vacancy.salary_to else ""
        hint = (
            _("our range %(span)s, %(where)s") % {"span": span, "where": vacancy.city or vacancy.office or "–"}
            if span
            else ""
        )
        lines.append(
            _line(
                "wish",
                _("Wish, thousand %(currency)s") % {"currency": vacancy.currency},
                hint,
                [_wish(row, vacancy) for row in rows],
            )
        )
    lines.append(_line("other", _("Other offers"), "", [_other(row) for row in rows]))
    lines.append(_line("free", _("Free from · way"), "", [_free(row) for row in rows]))
    return lines


def _own(row: Row) -> dict[str, Any]:
    own = row.person.application.answers.get("self_rating")
    if not isinstance(own, int):
        return {"own": None, "same": None}
    far = row.mean is not None and abs(own - row.mean) >= FAR_FROM_OWN
    return {"own": own, "mean": row.mean, "far": far, "same": (own, row.mean)}


def _wish(row: Row, vacancy: Vacancy) -> dict[str, Any]:
    wish = row.person.application.salary_wish
    above = bool(vacancy.salary_to) and wish > vacancy.salary_to
    return {"wish": wish / 1000 if wish else None, "above": above, "same": wish}


def _other(row: Row) -> dict[str, Any]:
    answers = row.person.application.answers
    words, day = str(answers.get("other_offers", "")), parse_date(str(answers.get("decides_on", "")) or "-")
    return {"words": words, "day": day, "same": (words, day)}


def _free(row: Row) -> dict[str, Any]:
    answers = row.person.application.answers
    day, way = parse_date(str(answers.get("free_from", "")) or "-"), answers.get("travel_minutes")
    return {"day": day, "way": way if isinstance(way, int) else None, "same": (day, way)}


def _absent(request: SignedIn, vacancy: Vacancy | None) -> list[dict[str, Any]]:
    """Return shortlisted people who did not come, with the chance that they come if they are asked once more."""
    if vacancy is None:
        return []
    rows = list(
        Invitation.objects.visible_to(request.user)
        .filter(state=InvitationState.NO_SHOW, application__vacancy=vacancy, application__stage=Stage.INTERVIEW)
        .filter(session__is_history=False)
        .with_people()
        .annotate(
            missed=Count("application__invitations", filter=Q(application__invitations__state=InvitationState.NO_SHOW))
        )
        .order_by("-settled_at", "pk")[:10]
    )
    now = timezone.now()
    session = (
        InterviewSession.objects.visible_to(request.user)
        .planned()
        .filter(vacancies=vacancy, starts_at__gt=now)
        .select_related("office")
        .order_by("starts_at")
        .first()
    )
    chances = None
    if rows and session is not None:
        chances = chances_of(current_model(), applicants_of([row.application for row in rows], session, at=now))
    return [
        {
            "row": row,
            "session": session,
            "chance": None
            if chances is None
            else {"mean": float(chances.mean[i]), "low": float(chances.low[i]), "high": float(chances.high[i])},
            "may_ask": row.missed < 2,  # type: ignore[attr-defined]
        }
        for i, row in enumerate(rows)
    ]


def _choices(request: SignedIn) -> list[Choice]:
    """Return what the form decides; ``InvalidInputError`` for a word that is no decision."""
    given = {
        name.removeprefix("decision-"): str(word)
        for name, word in request.POST.items()
        if name.startswith("decision-") and word and is_number(name.removeprefix("decision-"))
    }
    rows = (
        Application.objects.visible_to(request.user)
        .filter(pk__in=given, stage=Stage.INTERVIEW)
        .with_people()
        .order_by("candidate__name", "pk")
    )
    return [decisions.read_choice(row, given[str(row.pk)]) for row in rows]


@allowed(Action.DECIDE)
@require_POST
def decide(request: SignedIn) -> HttpResponse:
    """Show the answers that the decisions bring; the second click saves and sends."""
    now = timezone.now()
    back = reverse("compare") + (
        f"?vacancy={request.POST['vacancy']}" if request.POST.get("vacancy", "").isdigit() else ""
    )
    try:
        choices = _choices(request)
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect(back)
    if not choices:
        messages.error(request, _("Decide about somebody first."))
        return redirect(back)
    if request.POST.get("what") != "save":
        answers = [decisions.answer_to(choice, at=now) for choice in choices]
        return render(
            request,
            "scheduling/compare_review.html",
            {
                "answers": [(one, NoReason(one.choice.reason).label if one.choice.reason else "") for one in answers],
                "back": back,
                "vacancy": request.POST.get("vacancy", ""),
                "now": now,
            },
        )
    saved = decisions.save_decisions(choices, at=now, by=request.user)
    for name, why in saved.refused:
        messages.error(request, f"{name}: {why}")
    if saved.moves:
        request.session["decisions"] = {"moves": saved.moves, "messages": saved.messages}
        count = len(saved.moves)
        words = ngettext("%(count)s decision saved.", "%(count)s decisions saved.", count) % {"count": count}
        messages.success(request, words, extra_tags=reverse("compare-undo"))
    return redirect(back)


@allowed(Action.DECIDE)
@require_POST
def undo(request: SignedIn) -> HttpResponse:
    """Take back the decisions that were saved last, while their answers have not left."""
    last = request.session.pop("decisions", None) or {}
    count = decisions.undo_decisions(
        last.get("moves", []), last.get("messages", []), at=timezone.now(), by=request.user
    )
    if count:
        messages.success(
            request,
            ngettext("%(count)s decision taken back.", "%(count)s decisions taken back.", count) % {"count": count},
        )
    else:
        messages.error(request, _("There is nothing to take back."))
    return redirect("compare")


@allowed(Action.TRIAGE)
@require_POST
def ask_again(request: SignedIn, pk: int) -> HttpResponse:
    """Put somebody who did not come back on the shortlist, once."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    missed = application.invitations.filter(state=InvitationState.NO_SHOW).count()
    try:
        if missed >= 2:
            messages.error(request, _("This person was asked again already."))
        else:
            move_stage(application, Stage.SHORTLIST, at=timezone.now(), by=request.user)
            messages.success(
                request, _("%(name)s is on the shortlist again.") % {"name": application.candidate.display_name}
            )
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect(f"{reverse('compare')}?vacancy={application.vacancy_id}")
