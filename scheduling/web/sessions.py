"""The list of sessions, their calendar by rooms and people, and a new one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Office, Vacancy
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import Interviewer, InterviewSession, SessionTemplate
from scheduling.services import notices, sessions
from scheduling.services.forecasts import session_forecasts
from scheduling.services.holidays import closed_days
from scheduling.states import SessionState
from scheduling.web.session_form import SessionForm


@allowed(Action.SEE_SESSIONS)
@require_GET
def session_list(request: SignedIn) -> HttpResponse:
    """List sessions: what comes with its forecast, then what was; and the templates that repeat."""
    now = timezone.now()
    rows = InterviewSession.objects.visible_to(request.user).filter(is_history=False).select_related("office")
    coming = list(
        rows.planned()
        .filter(ends_at__gte=now - timedelta(hours=12))
        .prefetch_related("bands", "vacancies", "session_interviewers__interviewer")
        .order_by("starts_at")[:50]
    )
    past = rows.exclude(pk__in=[row.pk for row in coming]).order_by("-starts_at")[:50]
    forecasts = session_forecasts(coming, at=now) if coming else {}
    top = max([one.limit * 1.1 for one in forecasts.values() if one.invited] + [20])
    return render(
        request,
        "scheduling/sessions.html",
        {
            "coming": [{"session": one, "forecast": forecasts[one.pk], "zone": one.office.zone} for one in coming],
            "top": top,
            "step": next(size for size in (2, 5, 10, 20, 50, 100, 500) if top / size <= 7),
            "past": past,
            "now": now,
            "may_plan": request.user.may(Action.PLAN_SESSION),
            "templates": SessionTemplate.objects.visible_to(request.user).select_related("office")[:20],
        },
    )


def _monday(word: str, today: date) -> date:
    day = parse_date(word) if word else None
    day = day or today
    return day - timedelta(days=day.weekday())


@allowed(Action.SEE_SESSIONS)
@require_GET
def calendar(request: SignedIn) -> HttpResponse:
    """Show a week of one office: rooms and interviewers as rows, days as columns."""
    offices = list(Office.objects.visible_to(request.user))
    number = request.GET.get("office", "")
    office = next((one for one in offices if str(one.pk) == number), None)
    if office is None:
        # Unasked, the office where the next session is.
        nearest = InterviewSession.objects.visible_to(request.user).planned().filter(ends_at__gte=timezone.now())
        first = nearest.order_by("starts_at").values_list("office", flat=True).first()
        office = next((one for one in offices if one.pk == first), offices[0] if offices else None)
    if office is None:
        return render(request, "scheduling/calendar.html", {"offices": [], "days": []})
    today = timezone.localtime(timezone.now(), office.zone).date()
    try:
        monday = _monday(request.GET.get("week", ""), today)
    except ValueError:
        monday = _monday("", today)
    days = [monday + timedelta(days=ahead) for ahead in range(7)]
    start = datetime.combine(monday, time(0), tzinfo=office.zone)
    found = list(
        InterviewSession.objects.visible_to(request.user)
        .filter(office=office, is_history=False)
        .between(start, start + timedelta(days=7))
        .exclude(state=SessionState.CANCELLED)
        .prefetch_related("rooms", "session_interviewers__interviewer", "vacancies")
        .order_by("starts_at")
    )
    people = Interviewer.objects.visible_to(request.user).filter(offices=office, is_active=True)
    shut = closed_days(office, days[0], days[-1])
    groups = [
        (
            _("Rooms"),
            [_row(room.name, [s for s in found if room in s.rooms.all()], days, office) for room in office.rooms.all()],
        ),
        (
            _("Interviewers"),
            [_row(one.name, [s for s in found if _sits(s, one)], days, office) for one in people],
        ),
        (_("No room yet"), [_row("–", [s for s in found if not s.rooms.all()], days, office)]),
    ]
    return render(
        request,
        "scheduling/calendar.html",
        {
            "office": office,
            "offices": offices,
            "zone": office.zone,
            "days": [
                {"day": day, "is_today": day == today, "shut": shut.get(day), "is_shut": day in shut} for day in days
            ],
            "groups": [
                (title, rows)
                for title, rows in groups
                if any(any(cell["slots"] for cell in row["cells"]) for row in rows) or title != _("No room yet")
            ],
            "back": days[0] - timedelta(days=7),
            "ahead": days[0] + timedelta(days=7),
            "this_week": monday == _monday("", today),
            "may_plan": request.user.may(Action.PLAN_SESSION),
        },
    )


def _sits(session: InterviewSession, person: Interviewer) -> bool:
    return any(row.interviewer_id == person.pk for row in session.session_interviewers.all())


def _row(name: str, found: list[InterviewSession], days: list[date], office: Office) -> dict[str, Any]:
    by_day: dict[date, list[InterviewSession]] = {day: [] for day in days}
    for one in found:
        by_day[one.starts_at.astimezone(office.zone).date()].append(one)
    return {"name": name, "cells": [{"day": day, "slots": by_day[day]} for day in days]}


def _filled_in(request: SignedIn) -> dict[str, Any]:
    """Return what a new session begins with: the vacancy and day that were named, the vacancy's office, else the first."""
    vacancy = request.GET.get("vacancy", "")
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    initial: dict[str, Any] = {"day": day or timezone.localdate() + timedelta(days=1)}
    open_ones = Vacancy.objects.visible_to(request.user).open()
    if vacancy.isdigit():
        initial["vacancies"] = [int(vacancy)]
    elif open_ones.count() == 1:
        initial["vacancies"] = [open_ones.values_list("pk", flat=True)[0]]
    first = Vacancy.objects.visible_to(request.user).filter(pk=vacancy if vacancy.isdigit() else 0).first()
    offices = Office.objects.visible_to(request.user).order_by("pk")
    initial["office"] = first.office_id if first else offices.values_list("pk", flat=True).first()
    return initial


def _who_is_free(request: SignedIn) -> HttpResponse:
    """Answer a change of office or time with who and what is free then; what was chosen and is free stays chosen."""
    form = SessionForm(request.GET, user=request.user)
    return render(request, "scheduling/_session_who.html", {"form": form, **_offered(form)})


def _offered(form: SessionForm) -> dict[str, Any]:
    span = form.span()
    return {"taken": form.offer_free(), "zone": span[0].zone if span else None, "knows_time": span is not None}


@allowed(Action.PLAN_SESSION)
def session_new(request: SignedIn) -> HttpResponse:
    """Ask for a session and go on to its plan; only who and what is free at its time can be chosen."""
    if request.htmx and request.method == "GET":
        return _who_is_free(request)
    form = SessionForm(request.POST or None, user=request.user, initial=_filled_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            session = sessions.create_session(wish=form.wish(), by=request.user)
        except RecruitError as error:
            name = getattr(error, "field", "")
            field = {"starts_at": "day", "ends_at": "ends"}.get(name, name)
            form.add_error(field if field in form.fields else None, error.message)
        else:
            return redirect("plan", pk=session.pk)
    return render(request, "scheduling/session_new.html", {"form": form, **_offered(form)})


@allowed(Action.PLAN_SESSION)
@require_POST
def session_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Call a session off: everybody is told once, nobody becomes a no-show."""
    session = get_object_or_404(InterviewSession.objects.visible_to(request.user), pk=pk)
    now = timezone.now()
    try:
        with transaction.atomic():
            told = sessions.cancel_session(session, at=now, by=request.user)
            for invitation in session.invitations.filter(pk__in=told):
                notices.post_notice(invitation, "cancellation", at=now)
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("live", pk=pk)
    messages.success(request, _("Called off; %(count)s people are told.") % {"count": len(told)})
    return redirect("sessions")
