"""The live page of a session: what came, what comes, what is worth doing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession, Invitation, LedgerEntry, MoveRequest, PhoneCall
from scheduling.services import replies, wishes
from scheduling.services.actors import Actor
from scheduling.services.forecasts import session_forecast
from scheduling.services.next_best import next_best
from scheduling.states import InvitationState, LedgerKind, MoveRequestEvent
from scheduling.web.live.chart import arrivals, band_columns
from scheduling.web.marks import mark_of
from scheduling.web.poll import poll_query
from scheduling.web.scope import at_desk, session_of


@allowed(Action.SEE_SESSIONS)
@require_GET
def live(request: SignedIn, pk: int) -> HttpResponse:
    """Show how the session stands and what is still to come; a poll that has seen everything gets 204 before this."""
    session, now = session_of(request, pk), timezone.now()
    forecast = session_forecast(session, at=now)
    rows = list(session.invitations.exclude(state=InvitationState.DRAFT).with_people())
    for row in rows:
        row.session = session
    planned = session.plans.filter(state="sent").order_by("revision").last()
    context = {
        "session": session,
        "zone": session.office.zone,
        "now": now,
        "forecast": forecast,
        "chart": arrivals(session, forecast, rows, planned.outputs if planned else None, now),
        "bands": band_columns(session, rows, now),
        "requests": MoveRequest.objects.filter(invitation__session=session, state="open").select_related(
            "invitation__application__candidate", "band"
        ),
        "at_desk": at_desk(session),
        "advice": next_best(session, at=now) if request.user.may(Action.APPROVE_PLAN) else None,
        "may_plan": request.user.may(Action.APPROVE_PLAN),
        "done_steps": done_steps(session, now),
        "poll": poll_query("live", session, at=now),
    }
    if request.htmx:
        return render(request, "scheduling/live/_live.html", context)
    return render(request, "scheduling/live/live.html", context | _sheet(request, rows, now))


def _sheet(request: SignedIn, rows: list[Invitation], now: datetime) -> dict[str, Any]:
    """Return the people of the side sheet: of one band (``?band=``), or all (``?band=all``)."""
    wanted = request.GET.get("band", "")
    if not wanted:
        return {}
    chosen = [row for row in rows if wanted == "all" or str(row.band_id) == wanted]
    chosen.sort(key=lambda row: (replies.arrival_time(row), row.priority))
    return {
        "sheet": [{"row": row, "mark": mark_of(row, now=now), "at": replies.arrival_time(row)} for row in chosen],
        "sheet_band": next((row.band for row in chosen if row.band_id and wanted != "all"), None),
    }


def done_steps(session: InterviewSession, now: datetime) -> list[dict[str, Any]]:
    """Return what was done from this page and on the phone today, a line each: when, what, and the forecast around it."""
    start = min(session.starts_at, now).astimezone(session.office.zone).replace(hour=0, minute=0, second=0)
    invited = (
        LedgerEntry.objects.filter(
            invitation__session=session, kind=LedgerKind.INVITED, source="live", recorded_at__gte=start
        )
        .values("recorded_at__date", "recorded_at__hour", "recorded_at__minute", "invitation__band__starts_at")
        .annotate(count=Count("pk"), at=Max("recorded_at"))
        .order_by("at")
    )
    lines: list[dict[str, Any]] = [
        {"kind": "invited", "at": one["at"], "count": one["count"], "band": one["invitation__band__starts_at"]}
        for one in invited
    ]
    calls = PhoneCall.objects.filter(invitation__session=session, at__gte=start)
    if calls.exists():
        counted = Counter(calls.values_list("outcome", flat=True))
        ends = calls.aggregate(first=Min("pk"), last=Max("pk"), at=Max("at"))
        means = dict(calls.filter(pk__in=[ends["first"], ends["last"]]).values_list("pk", "mean_before"))
        after = dict(calls.filter(pk=ends["last"]).values_list("pk", "mean_after"))
        lines.append(
            {
                "kind": "called",
                "at": ends["at"],
                "count": sum(counted.values()),
                "yes": counted["comes"],
                "vain": counted["no_answer"],
                "before": means.get(ends["first"]),
                "after": after.get(ends["last"]),
            }
        )
    return sorted(lines, key=lambda one: one["at"])


@allowed(Action.ANSWER_FOR)
@require_POST
def decide_move(request: SignedIn, pk: int) -> HttpResponse:
    """Accept or refuse a wish for another time; the person is told of the new one."""
    rows = MoveRequest.objects.filter(invitation__session__in=InterviewSession.objects.visible_to(request.user))
    wish = get_object_or_404(rows.select_related("invitation__session", "band"), pk=pk)
    now, actor = timezone.now(), Actor.of(request.user, "live")
    event = MoveRequestEvent.ACCEPT if request.POST.get("what") == "accept" else MoveRequestEvent.REFUSE
    number = request.POST.get("band", "")
    try:
        with transaction.atomic():
            if number.isdigit():
                wish.band = get_object_or_404(wish.invitation.session.bands.all(), pk=number)
                wish.save(update_fields=["band"])
            wishes.settle_wish(wish, event, at=now, actor=actor)
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("live", pk=wish.invitation.session_id)
