"""When people and rooms can be had: external calendars that are read, and hours of the week."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Office
from recruit.permissions import Action
from recruit.queue import enqueue
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.models import (
    BusyCalendar,
    Interviewer,
    OfficeHours,
    OwnHours,
)
from scheduling.services import busy_calendars
from scheduling.web.calendar_forms import BusyForm, HoursForm


def _busy_rows(request: SignedIn) -> Any:
    own = Q(interviewer__user=request.user)
    if not request.user.may(Action.PLAN_SESSION):
        return BusyCalendar.objects.filter(own)
    return BusyCalendar.objects.filter(
        own | Q(pk__in=BusyCalendar.objects.visible_to(request.user).order_by().values("pk"))
    )


@allowed(Action.SEE_SESSIONS)
@require_GET
def busy(request: SignedIn) -> HttpResponse:
    """List the external calendars that say when somebody or a room is taken."""
    return _busy_list(request, BusyForm(user=request.user))


def _busy_list(request: SignedIn, form: BusyForm, status: int = 200) -> HttpResponse:
    rows = _busy_rows(request).select_related("interviewer", "room__office").order_by("interviewer__name", "pk")
    people = Interviewer.objects.filter(user=request.user)
    if request.user.may(Action.PLAN_SESSION):
        people = Interviewer.objects.visible_to(request.user).filter(is_active=True)
    context = {
        "form": form,
        "calendars": rows,
        "people": people.prefetch_related("hours"),
        "offices": Office.objects.visible_to(request.user).prefetch_related("hours")
        if request.user.may(Action.EDIT_SETTINGS)
        else [],
    }
    return render(request, "scheduling/busy_calendars.html", context, status=status)


@allowed(Action.SEE_SESSIONS)
@require_POST
def busy_new(request: SignedIn) -> HttpResponse:
    """Keep an external address and have it read."""
    form = BusyForm(request.POST, user=request.user)
    if not form.is_valid():
        return _busy_list(request, form, 422)
    owner = form.owner_row
    try:
        kept = busy_calendars.add_calendar(
            url=form.cleaned_data["url"],
            at=timezone.now(),
            interviewer=owner if isinstance(owner, Interviewer) else None,
            room=None if isinstance(owner, Interviewer) else owner,
        )
    except RecruitError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _busy_list(request, form, 422)
    audit.note(request.user, "busy_calendar.made", kept)
    messages.success(request, _("The calendar is being read; look again in a minute."))
    return redirect("busy-calendars")


@allowed(Action.SEE_SESSIONS)
@require_POST
def busy_act(request: SignedIn, pk: int) -> HttpResponse:
    """Read an external calendar now, switch it on or off, or forget it."""
    row = get_object_or_404(_busy_rows(request), pk=pk)
    what = request.POST.get("what", "")
    if what == "read":
        with transaction.atomic():
            enqueue("scheduling.tasks.read_busy_calendar", calendar_id=row.pk)
        messages.success(request, _("The calendar is being read; look again in a minute."))
    elif what == "switch":
        BusyCalendar.objects.filter(pk=pk).update(is_on=not row.is_on, next_read_at=timezone.now())
    elif what == "forget":
        audit.note(request.user, "busy_calendar.forgotten", row)
        row.delete()
        messages.success(request, _("The calendar is forgotten, with everything read from it."))
    return redirect("busy-calendars")


@allowed(Action.SEE_SESSIONS)
def hours(request: SignedIn, pk: int) -> HttpResponse:
    """Write when somebody interviews: their own page, or that of somebody whose sessions one plans."""
    rows = Interviewer.objects.filter(user=request.user)
    if request.user.may(Action.PLAN_SESSION):
        rows = Interviewer.objects.visible_to(request.user)
    person = get_object_or_404(rows, pk=pk)
    known = list(person.hours.values_list("weekday", "starts", "ends"))
    form = HoursForm(request.POST or None, rows=known, of=person)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            person.hours.all().delete()
            OwnHours.objects.bulk_create(
                OwnHours(interviewer=person, weekday=day, starts=start, ends=end) for day, start, end in form.rows()
            )
        audit.note(request.user, "hours.written", person)
        messages.success(request, _("Saved."))
        return redirect("busy-calendars")
    return _hours_page(request, form, person.name, _("Without any times: whenever the office is open."))


@allowed(Action.EDIT_SETTINGS)
def office_hours(request: SignedIn, pk: int) -> HttpResponse:
    """Write when an office can hold interviews."""
    office = get_object_or_404(Office.objects.visible_to(request.user), pk=pk)
    known = list(OfficeHours.objects.filter(office=office).values_list("weekday", "opens", "closes"))
    form = HoursForm(request.POST or None, rows=known, of=office)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            OfficeHours.objects.filter(office=office).delete()
            OfficeHours.objects.bulk_create(
                OfficeHours(office=office, weekday=day, opens=start, closes=end) for day, start, end in form.rows()
            )
        audit.note(request.user, "office_hours.written", office)
        messages.success(request, _("Saved."))
        return redirect("busy-calendars")
    return _hours_page(request, form, office.name, _("Without any times: always open."))


def _hours_page(request: SignedIn, form: HoursForm, name: str, note: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "scheduling/hours.html", {"form": form, "name": name, "note": note}, status=status)
