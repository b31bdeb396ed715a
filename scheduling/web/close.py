"""Closing the day: everybody is settled by a person, then the session ends; what is owed after it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession
from scheduling.services import after_day, closing
from scheduling.states import InvitationState, SessionState
from scheduling.web.marks import mark_of
from scheduling.web.scope import session_of


@allowed(Action.CLOSE_DAY)
def close_day(request: SignedIn, pk: int) -> HttpResponse:
    """Settle everybody who is unmarked, one by one, then end the day; ask again who is owed or worth it."""
    session, now = session_of(request, pk), timezone.now()
    if request.method == "POST":
        return _act(request, session, now)
    is_over = session.state in {SessionState.CLOSED, SessionState.CANCELLED}
    rows = [] if is_over else closing.unmarked(session)
    for row in rows:
        row.session = session
    report = closing.day_report(session)
    top = max(float(report.forecast_high or 0), float(report.came), float(session.target)) * 1.15
    missed = session.invitations.filter(state=InvitationState.NO_SHOW).with_people() if not is_over else []
    context = {
        "session": session,
        "zone": session.office.zone,
        "rows": [{"row": row, "mark": mark_of(row, now=now)} for row in rows],
        "report": report,
        "top": top,
        "is_inside": report.forecast_low is not None
        and report.forecast_low <= report.came <= (report.forecast_high or 0),
        "is_closed": session.state == SessionState.CLOSED,
        "owed_times": after_day.owed_times(session, at=now),
        "second": after_day.second_invitations(session, at=now),
        "owed": session.invitations.came().filter(application__answered_at=None).with_people(),
        "missed": missed,
        "now": now,
    }
    return render(request, "scheduling/close/close.html", context)


def _act(request: SignedIn, session: InterviewSession, now: datetime) -> HttpResponse:
    number, outcome = request.POST.get("invitation", ""), request.POST.get("outcome", "")
    try:
        if outcome == "again":
            _ask_again(request, session, now)
        elif number.isdigit():
            rows = session.invitations.select_related("session", "band", "application__candidate")
            closing.settle(get_object_or_404(rows, pk=number), outcome, at=now, by=request.user)
        else:
            closing.close_session(session, at=now, by=request.user)
            messages.success(request, _("The day is closed; the forecast learns from it."))
    except RecruitError as error:
        messages.error(request, str(error.message))
    return redirect("close", pk=session.pk)


def _ask_again(request: SignedIn, session: InterviewSession, now: datetime) -> None:
    """Invite each chosen person to the time beside the name; who cannot be is told of, the others are invited."""
    done = 0
    for word in request.POST.getlist("who")[:200]:
        number, _colon, key = word.partition(":")
        if not number.isdigit():
            continue
        rows = session.invitations.select_related("application__candidate", "application__vacancy")
        invitation = get_object_or_404(rows, pk=number)
        try:
            after_day.ask_again(invitation, key, at=now, by=request.user)
            done += 1
        except RecruitError as error:
            messages.error(request, f"{invitation.application.candidate.display_name}: {error.message}")
    if done:
        messages.success(
            request, ngettext("%(n)s person is invited again.", "%(n)s people are invited again.", done) % {"n": done}
        )
