"""Offers: who waits for terms, who has them, what they said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application, Offer
from recruit.permissions import Action
from recruit.services import offers as service
from recruit.states import OfferEvent, OfferState, Stage
from recruit.web.access import SignedIn, allowed
from recruit.web.forms import OfferForm

DECLINE_REASONS = (
    ("another_job", gettext_lazy("Another job")),
    ("salary", gettext_lazy("Pay")),
    ("too_far", gettext_lazy("Distance")),
    ("hours", gettext_lazy("Hours")),
    ("other", gettext_lazy("Other")),
)
# From the last day to answer on, an offer stands out.
SOON = timedelta(days=1)


def _reason(code: str) -> str:
    return str(dict(DECLINE_REASONS).get(code, code))


@allowed(Action.MAKE_OFFER)
@require_GET
def offers(request: SignedIn) -> HttpResponse:
    """List people who wait for terms, offers that wait for an answer, and how the last ones ended."""
    visible = Offer.objects.filter(application__in=Application.objects.visible_to(request.user)).select_related(
        "application__candidate", "application__vacancy", "made_by"
    )
    today = timezone.localdate()
    made = list(visible.filter(state=OfferState.MADE).order_by("answer_by", "made_at", "pk")[:100])
    owed = (
        Application.objects.visible_to(request.user)
        .filter(stage=Stage.OFFER)
        .exclude(offers__state=OfferState.MADE)
        .with_people()
        .order_by("stage_since", "pk")[:50]
    )
    ended = list(visible.exclude(state=OfferState.MADE).order_by("-decided_at", "-pk")[:30])
    counts = visible.exclude(state=OfferState.MADE).aggregate(
        accepted=Count("pk", filter=Q(state=OfferState.ACCEPTED)), all=Count("pk")
    )
    return render(
        request,
        "scheduling/offers.html",
        {
            "owed": [{"row": row, "pay": row.salary_wish or row.vacancy.salary_from or ""} for row in owed],
            "usual_answer": today + timedelta(days=3),
            "made": [
                {
                    "offer": one,
                    "is_late": one.answer_by is not None and one.answer_by < today,
                    "is_soon": one.answer_by is not None and one.answer_by <= today + SOON,
                }
                for one in made
            ],
            "ended": [{"offer": one, "reason": _reason(one.decline_reason)} for one in ended],
            "counts": counts,
            "reasons": DECLINE_REASONS,
        },
    )


@allowed(Action.MAKE_OFFER)
@require_POST
def offer_new(request: SignedIn, pk: int) -> HttpResponse:
    """Put terms to somebody and stay on the list."""
    application = get_object_or_404(Application.objects.visible_to(request.user).select_related("vacancy"), pk=pk)
    form = OfferForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("offers")
    try:
        service.make_offer(application, at=timezone.now(), by=request.user, **form.cleaned_data)
        messages.success(request, _("The offer is noted."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("offers")


@allowed(Action.MAKE_OFFER)
@require_POST
def offer_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Note what somebody said to an offer; a decline names its reason."""
    rows: Any = Offer.objects.filter(application__in=Application.objects.visible_to(request.user))
    made = get_object_or_404(rows, pk=pk)
    event, reason = request.POST.get("event", ""), request.POST.get("reason", "")
    if event not in OfferEvent.values or (event == OfferEvent.DECLINE and reason not in dict(DECLINE_REASONS)):
        messages.error(request, _("Say why the offer was declined."))
        return redirect("offers")
    try:
        settled = service.settle_offer(made, OfferEvent(event), at=timezone.now(), by=request.user, reason=reason)
        messages.success(request, _("Offer: %(state)s") % {"state": OfferState(settled.state).label})
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("offers")
