"""The approve sheet: who is invited, when, how, in which words; the second click sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from recruit.errors import RecruitError
from recruit.models import Channel, Company
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession, Plan
from scheduling.planning import Plan as PlanOutcome
from scheduling.planning import from_json
from scheduling.services import plans, previews, waves
from scheduling.services.waves import Invitee


@allowed(Action.APPROVE_PLAN)
def approve(request: SignedIn, pk: int) -> HttpResponse:
    """Show who is invited when and how; the second click sends."""
    proposed = get_object_or_404(
        Plan.objects.filter(session__in=InterviewSession.objects.visible_to(request.user)).select_related(
            "session__office"
        ),
        pk=pk,
    )
    session = proposed.session
    wave = waves.wave_of(proposed)
    if request.method == "POST":
        try:
            plans.approve_plan(proposed, by=request.user, at=timezone.now())
        except RecruitError as error:
            messages.error(request, error.message)
            return redirect("plan", pk=session.pk)
        count = len(wave)
        messages.success(
            request, ngettext("%(count)s person is invited.", "%(count)s people are invited.", count) % {"count": count}
        )
        return redirect("live", pk=session.pk)
    channels = waves.channels_of(wave)
    shown = previews.previews(session, _three(wave), at=timezone.now())
    company = Company.current()
    parts = next((one.parts for one in shown if one.parts), 1)
    return render(
        request,
        "scheduling/approve.html",
        {
            "plan": from_json(PlanOutcome, proposed.outputs),
            "proposed": proposed,
            "session": session,
            "zone": session.office.zone,
            "wave": wave,
            "channels": [(Channel(code).label, count) for code, count in channels.items()],
            "to_call": channels.get(str(Channel.CALL), 0),
            "sms_parts": parts,
            "sms_cost": channels.get(str(Channel.SMS), 0) * parts * company.cost_sms_part,
            "previews": shown,
            "company": company,
        },
    )


def _three(wave: Sequence[Invitee]) -> list[Invitee]:
    """Return at most three people whose messages differ most: other channels and languages first."""
    chosen: list[Invitee] = []
    seen: set[Any] = set()
    for one in wave:
        kind = (one.channel, one.application.candidate.language)
        if kind not in seen:
            seen.add(kind)
            chosen.append(one)
    rest = [one for one in wave if one not in chosen]
    return [*chosen, *rest][:3]
