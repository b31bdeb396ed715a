"""The phone rings: find the caller, read the way aloud, do what they ask in one tap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import ContactPoint
from recruit.parsing.normalise import name_key
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import Invitation
from scheduling.services import replies, self_service
from scheduling.services.actors import Actor
from scheduling.services.again import send_way_again
from scheduling.states import EXPECTED, DeclineReason, InvitationState
from scheduling.web.desk.page import desk_person
from scheduling.web.desk.rows import code_of
from scheduling.web.marks import mark_of
from scheduling.web.scope import session_of

MOST_FOUND = 8
LATE_MINUTES = (5, 15, 30, 60)


def callers(request: SignedIn, query: str) -> list[Invitation]:
    """Return who may be calling: invited people of this user's sessions, from yesterday on, by digits or name."""
    digits = "".join(char for char in query if char.isdigit())
    rows = Invitation.objects.visible_to(request.user).filter(
        session__starts_at__gte=timezone.now() - timedelta(hours=30)
    )
    rows = rows.exclude(state=InvitationState.DRAFT).with_people().select_related("session__office")
    code = code_of(query)
    if code:
        return list(rows.filter(public_id__iexact=code)[:1])
    if len(digits) >= 3:
        tail = digits[-10:]
        points = ContactPoint.objects.filter(kind="phone")
        points = points.filter(tail=tail) if len(tail) == 4 else points.filter(normalised__endswith=tail)
        found = rows.filter(application__candidate__in=points.values("candidate_id"))
        return list(found.order_by("session__starts_at", "pk")[:MOST_FOUND])
    words = query.split()
    if not words or len(query.strip()) < 2:
        return []
    wanted = Q(application__candidate__name__icontains=query.strip())
    for word in name_key(query).split():
        wanted |= Q(application__candidate__name_key__contains=word)
    return list(rows.filter(wanted).order_by("session__starts_at", "pk")[:MOST_FOUND])


@allowed(Action.WORK_DESK)
@require_GET
def phone(request: SignedIn, pk: int) -> HttpResponse:
    """Show who calls, where and when they are asked to come, and the way in sentences to read aloud."""
    session, now = session_of(request, pk), timezone.now()
    query, number = request.GET.get("q", "").strip(), request.GET.get("who", "")
    found = callers(request, query) if query else []
    chosen: Invitation | None = None
    if number.isdigit():
        rows = Invitation.objects.visible_to(request.user).with_people().select_related("session__office")
        chosen = get_object_or_404(rows, pk=number)
    elif len(found) == 1:
        chosen = found[0]
    context: dict[str, Any] = {
        "session": session,
        "query": query,
        "found": [{"row": row, "mark": mark_of(row, now=now), "at": replies.arrival_time(row)} for row in found],
        "chosen": chosen,
        "late_minutes": LATE_MINUTES,
        "reasons": DeclineReason.choices,
    }
    if chosen is not None:
        is_open = chosen.state in EXPECTED
        context |= {
            "at": replies.arrival_time(chosen),
            "zone": chosen.session.office.zone,
            "office": chosen.session.office,
            "mark": mark_of(chosen, now=now),
            "is_open": is_open,
            "offers": self_service.offers(chosen, at=now) if is_open else [],
        }
    return render(request, "scheduling/desk/phone.html", context)


@allowed(Action.WORK_DESK)
@require_POST
def phone_act(request: SignedIn, pk: int, invitation_pk: int) -> HttpResponse:
    """Do what the caller asks: send the way again, late, another time, not coming."""
    session, now = session_of(request, pk), timezone.now()
    rows = Invitation.objects.visible_to(request.user).select_related(
        "session__office", "band", "application__candidate"
    )
    invitation = get_object_or_404(rows, pk=invitation_pk)
    actor, what = Actor.of(desk_person(request), "phone"), request.POST.get("what", "")
    try:
        if what == "again":
            sent = send_way_again(invitation, at=now, actor=actor)
            messages.success(request, _("Sent again to %(address)s.") % {"address": sent.to_address})
        elif what == "comes":
            replies.confirm(invitation, at=now, actor=actor)
            messages.success(request, _("Noted."))
        elif what == "late":
            minutes = request.POST.get("minutes", "")
            replies.running_late(invitation, minutes=int(minutes) if minutes.isdigit() else 0, at=now, actor=actor)
            messages.success(request, _("Noted: about %(minutes)s minutes late.") % {"minutes": minutes})
        elif what == "move":
            self_service.take(invitation, request.POST.get("offer", ""), at=now, actor=actor)
            messages.success(request, _("Moved; the new time is on its way to the person."))
        elif what == "decline":
            replies.decline(invitation, at=now, actor=actor, reason=request.POST.get("reason", ""))
            messages.success(request, _("Noted: not coming."))
    except RecruitError as error:
        messages.error(request, str(error.message))
    return redirect(f"/sessions/{session.pk}/desk/phone/?who={invitation.pk}")
