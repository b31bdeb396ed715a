"""Calendars: addresses to subscribe to, external busy times, hours, incoming mail, a session's time and people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
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
    Feed,
    FeedDetail,
    IncomingMail,
    Interviewer,
    InterviewSession,
    MailRules,
    OfficeHours,
    OwnHours,
)
from scheduling.services import availability, busy_calendars, changes, clashes, feeds
from scheduling.services.actors import Actor
from scheduling.services.feed_addresses import url_of, webcal_of
from scheduling.states import SessionState
from scheduling.web.calendar_forms import BusyForm, FeedForm, HoursForm, SessionChangeForm


@allowed(Action.SEE_SESSIONS)
@require_GET
def calendar_list(request: SignedIn) -> HttpResponse:
    """List the person's calendar addresses, and who reads them."""
    return _list(request, FeedForm(user=request.user))


def _list(request: SignedIn, form: FeedForm, status: int = 200) -> HttpResponse:
    rows = (
        Feed.objects.filter(owner=request.user, revoked_at=None)
        .select_related("owner", "interviewer", "room__office", "office", "vacancy")
        .prefetch_related("readers")
    )
    return render(request, "scheduling/calendars.html", {"form": form, "feeds": rows}, status=status)


@allowed(Action.SEE_SESSIONS)
@require_POST
def calendar_new(request: SignedIn) -> HttpResponse:
    """Make a calendar address and show how to subscribe to it."""
    form = FeedForm(request.POST, user=request.user)
    if not form.is_valid():
        return _list(request, form, 422)
    try:
        feed = feeds.create_feed(
            owner=request.user,
            kind=form.kind,
            subject=form.row,
            detail=FeedDetail(form.cleaned_data["detail"]),
            color=form.cleaned_data["color"],
            at=timezone.now(),
        )
    except RecruitError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _list(request, form, 422)
    audit.note(request.user, "feed.made", feed)
    return redirect("calendar-how-to", pk=feed.pk)


def _own(request: SignedIn, pk: int) -> Feed:
    rows = Feed.objects.filter(owner=request.user, revoked_at=None)
    return get_object_or_404(rows.select_related("owner", "interviewer", "room__office", "office", "vacancy"), pk=pk)


@allowed(Action.SEE_SESSIONS)
@require_GET
def how_to(request: SignedIn, pk: int) -> HttpResponse:
    """Show how to subscribe: a link, a QR code for the phone, steps for Google, Outlook and Apple."""
    feed = _own(request, pk)
    address, webcal = url_of(feed), webcal_of(feed)
    code = segno.make(webcal, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)
    name = str(feed.subject or _("My sessions"))
    context = {
        "feed": feed,
        "name": name,
        "address": address,
        "webcal": webcal,
        "free_busy": url_of(feed, "ifb"),
        # The picture is made here of an address of ours.
        "code": mark_safe(code),  # noqa: S308
        "google": f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}",
        "outlook": f"https://outlook.office.com/calendar/0/addfromweb?{urlencode({'url': address, 'name': name})}",
        "outlook_home": f"https://outlook.live.com/calendar/0/addfromweb?{urlencode({'url': address, 'name': name})}",
        "readers": feed.readers.all(),
        "is_public": settings.PUBLIC_URL.startswith("https://"),
    }
    response = render(request, "scheduling/calendar_how_to.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


@allowed(Action.SEE_SESSIONS)
@require_POST
def act(request: SignedIn, pk: int) -> HttpResponse:
    """Give an address a new secret, or take it back."""
    feed, now = _own(request, pk), timezone.now()
    if request.POST.get("what") == "rotate":
        feeds.rotate(feed, at=now)
        audit.note(request.user, "feed.rotated", feed)
        messages.success(
            request, _("The old address says for 14 days that it was replaced. Subscribe with the new one.")
        )
        return redirect("calendar-how-to", pk=pk)
    if request.POST.get("what") == "gzip":
        Feed.objects.filter(pk=pk).update(gzip=not feed.gzip)
        return redirect("calendar-how-to", pk=pk)
    feeds.revoke(feed, at=now)
    audit.note(request.user, "feed.revoked", feed)
    messages.success(request, _("The address no longer works."))
    return redirect("calendars")


# -- busy times -------------------------------------------------------------------------------------------------------


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


# -- incoming mail ----------------------------------------------------------------------------------------------------


@allowed(Action.EDIT_SETTINGS)
def mail(request: SignedIn) -> HttpResponse:
    """Show how answers come in, what was made of the last ones, and the rule for proposals."""
    rules = MailRules.current()
    if request.method == "POST":
        rules.accept_free_times = request.POST.get("accept_free_times") == "on"
        rules.save()
        audit.note(request.user, "settings.mail")
        messages.success(request, _("Saved."))
        return redirect("settings-mail")
    rows = IncomingMail.objects.visible_to(request.user).select_related(
        "invitation__application__candidate", "block__interviewer"
    )
    ways = [
        {"name": "IMAP", "on": bool(settings.INBOUND_IMAP_URL), "setting": "INBOUND_IMAP_URL"},
        {"name": "Maildir", "on": bool(settings.INBOUND_MAILDIR), "setting": "INBOUND_MAILDIR"},
        {"name": "HTTP", "on": bool(settings.INBOUND_SECRET), "setting": "INBOUND_SECRET"},
    ]
    context = {"rules": rules, "mails": rows[:100], "ways": ways, "address": settings.REPLY_ADDRESS}
    return render(request, "scheduling/settings_mail.html", context)


# -- a session's time and people --------------------------------------------------------------------------------------


def _session(request: SignedIn, pk: int) -> InterviewSession:
    return get_object_or_404(InterviewSession.objects.visible_to(request.user).select_related("office"), pk=pk)


@allowed(Action.PLAN_SESSION)
def session_people(request: SignedIn, pk: int) -> HttpResponse:
    """Change a session's time, people and rooms; who is free then stands beside each name."""
    session = _session(request, pk)
    form = SessionChangeForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            told = changes.change_session(
                session,
                at=timezone.now(),
                actor=Actor.of(request.user, "people"),
                title=form.cleaned_data["title"],
                online_link=form.cleaned_data["online_link"],
                starts_at=form.starts_at,
                rooms=form.cleaned_data["rooms"],
                interviewers=form.cleaned_data["interviewers"],
            )
        except RecruitError as error:
            form.add_error("day" if error.field == "starts_at" else None, error.message)
        else:
            audit.note(request.user, "session.changed", session, fields=form.changed_data)
            clashes.look_for_clashes(at=timezone.now())
            messages.success(request, _("Saved; %(count)s people are told.") % {"count": told.told})
            return redirect("session-people", pk=pk)
    zone = session.office.zone
    people = list(form.fields["interviewers"].queryset)  # type: ignore[attr-defined]
    rooms = list(form.fields["rooms"].queryset)  # type: ignore[attr-defined]
    span = (session.office, session.starts_at, session.ends_at)
    against_people = availability.against_interviewers(people, *span, leave_out=session)
    against_rooms = availability.against_rooms(rooms, *span, leave_out=session)
    chosen_people, chosen_rooms = _chosen(form, "interviewers"), _chosen(form, "rooms")
    context = {
        "session": session,
        "zone": zone,
        "form": form,
        "can_change": session.state in {SessionState.DRAFT, SessionState.OPEN},
        "can_reinstate": session.state == SessionState.CANCELLED and session.ends_at > timezone.now(),
        "people": [{"row": one, "on": one.pk in chosen_people, "against": against_people[one.pk]} for one in people],
        "rooms": [{"row": one, "on": one.pk in chosen_rooms, "against": against_rooms[one.pk]} for one in rooms],
        "clashes": [
            {"clash": clash, "is_person": isinstance(clash.who, Interviewer)} for clash in clashes.clashes(session)
        ],
        "answers": session.blocks.filter(is_off=False).select_related("interviewer"),
    }
    return render(request, "scheduling/session_people.html", context, status=422 if form.errors else 200)


def _chosen(form: SessionChangeForm, name: str) -> set[int]:
    values = form[name].value() or []
    return {int(getattr(value, "pk", value)) for value in values if str(getattr(value, "pk", value)).isdigit()}


@allowed(Action.PLAN_SESSION)
@require_POST
def replace(request: SignedIn, pk: int) -> HttpResponse:
    """Put a free interviewer, or a free room, in the place of one who cannot be there."""
    session = _session(request, pk)
    numbers = [request.POST.get(name, "") for name in ("old", "new")]
    if not all(number.isdigit() for number in numbers):
        raise Http404
    now = timezone.now()
    try:
        if request.POST.get("what") == "room":
            rooms = [room.pk for room in session.rooms.all()]
            other = get_object_or_404(session.office.rooms, pk=numbers[1])
            kept = [room for room in session.rooms.all() if str(room.pk) != numbers[0]]
            if int(numbers[0]) in rooms:
                changes.change_session(session, at=now, actor=Actor.of(request.user, "people"), rooms=[*kept, other])
        else:
            old, new = (
                get_object_or_404(Interviewer.objects.visible_to(request.user), pk=number) for number in numbers
            )
            changes.replace_interviewer(session, old, new, at=now)
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        clashes.look_for_clashes(at=now)
        messages.success(request, _("Replaced; everybody concerned hears of it."))
    return redirect("session-people", pk=pk)


@allowed(Action.PLAN_SESSION)
@require_POST
def session_reinstate(request: SignedIn, pk: int) -> HttpResponse:
    """Take back that a session was called off."""
    session = _session(request, pk)
    try:
        told = changes.reinstate_session(session, at=timezone.now(), actor=Actor.of(request.user, "people"))
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved; %(count)s people are told.") % {"count": len(told)})
    return redirect("session-people", pk=pk)
