"""Calendar addresses to subscribe to: made, shown with how to subscribe, replaced, taken back."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.models import (
    Feed,
    FeedDetail,
)
from scheduling.services import feeds
from scheduling.services.feed_addresses import url_of, webcal_of
from scheduling.web.calendar_forms import FeedForm


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
