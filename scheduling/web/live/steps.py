"""One click does what the live page proposes; and the whole session moved, shortened or called off."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from recruit.errors import InvalidInputError, RecruitError
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession
from scheduling.services import top_up, whole_session
from scheduling.services.actors import Actor
from scheduling.services.next_best import MOST_LATE
from scheduling.web.scope import session_of

# Above so many messages a change asks once before it does anything.
ASK_ABOVE = 20


@allowed(Action.APPROVE_PLAN)
@require_POST
def do_step(request: SignedIn, pk: int) -> HttpResponse:
    """Do one proposed step: invite some more people, set an interviewer free, ask another to join."""
    session, now, data = session_of(request, pk), timezone.now(), request.POST
    what, number = data.get("what", ""), data.get("number", "")
    try:
        if what == "invite":
            count = min(int(data.get("count", "0") or 0) if data.get("count", "0").isdigit() else 0, MOST_LATE)
            band = session.bands.filter(pk=number).first() if number.isdigit() else None
            invited = top_up.invite_more(session, band=band, count=count, at=now, by=request.user)
            messages.success(
                request,
                ngettext("%(n)s person more is invited.", "%(n)s people more are invited.", len(invited))
                % {"n": len(invited)},
            )
        elif what in {"open", "release"} and number.isdigit():
            moment = _moment(session, data.get("at", ""), now)
            if what == "release":
                top_up.set_free(session, int(number), at=moment)
                messages.success(request, _("Noted: free from then on."))
            else:
                top_up.let_join(session, int(number))
                messages.success(request, _("Noted: one interviewer more."))
        else:
            messages.error(request, _("This step is not known."))
    except RecruitError as error:
        messages.error(request, str(error.message))
    return redirect("live", pk=session.pk)


def _moment(session: InterviewSession, text: str, now: datetime) -> datetime:
    """Read an hour of the session's day on the office's clock; now where there is none."""
    hour = parse_time(text) if text else None
    if hour is None:
        return now
    day = session.starts_at.astimezone(session.office.zone).date()
    return datetime.combine(day, hour, tzinfo=session.office.zone)


@allowed(Action.APPROVE_PLAN)
@require_http_methods(["GET", "POST"])
def change(request: SignedIn, pk: int) -> HttpResponse:
    """Move, shorten or call off the whole session; more than a handful of messages are asked for once."""
    session, now = session_of(request, pk), timezone.now()
    zone, error, where, ask = session.office.zone, "", "", 0
    if request.method == "POST":
        what, sure = request.POST.get("what", ""), request.POST.get("sure") == "1"
        try:
            ask = _would_tell(session, request, what)
            if ask <= ASK_ABOVE or sure:
                told = _change(session, request, what, now)
                messages.success(
                    request, ngettext("%(n)s person is told.", "%(n)s people are told.", told.told) % {"n": told.told}
                )
                return redirect("live", pk=session.pk)
        except RecruitError as refused:
            error, where, ask = str(refused.message), refused.field, 0
    context = {
        "session": session,
        "zone": zone,
        "expected": whole_session.told_by(session),
        "came": session.invitations.came().count(),
        "error": error,
        "where": where,
        "ask": ask if ask > ASK_ABOVE else 0,
        "typed": request.POST,
        "day": session.starts_at.astimezone(zone).date().isoformat(),
        "end": session.ends_at - timedelta(hours=1),
    }
    return render(request, "scheduling/live/change.html", context, status=400 if error else 200)


def _when(session: InterviewSession, request: SignedIn, *, field: str) -> datetime:
    """Read day and hour on the office's clock; ``InvalidInputError`` at the field that cannot be read."""
    hour = parse_time(request.POST.get(field, ""))
    day = parse_date(request.POST.get("day", "")) if field == "starts_at" else None
    if hour is None or (field == "starts_at" and day is None):
        raise InvalidInputError(_("Write a day and an hour."), field=field)
    day = day or session.starts_at.astimezone(session.office.zone).date()
    return datetime.combine(day, hour, tzinfo=session.office.zone)


def _would_tell(session: InterviewSession, request: SignedIn, what: str) -> int:
    if what == "shrink":
        return whole_session.told_by(session, ends_at=_when(session, request, field="ends_at"))
    return whole_session.told_by(session)


def _change(session: InterviewSession, request: SignedIn, what: str, now: datetime) -> whole_session.Changed:
    if what == "move":
        start = _when(session, request, field="starts_at")
        return whole_session.move_session(session, starts_at=start, at=now, actor=Actor.of(request.user, "session"))
    if what == "shrink":
        end = _when(session, request, field="ends_at")
        return whole_session.shrink_session(session, ends_at=end, at=now, by=request.user)
    if what == "call_off":
        return whole_session.call_off(session, at=now, by=request.user)
    raise InvalidInputError(_("This step is not known."), field="what")
