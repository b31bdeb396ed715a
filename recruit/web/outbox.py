"""The outbox: what went out, what waits, what failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.messaging import outbox as messaging
from recruit.messaging.by_hand import openers
from recruit.messaging.outbox import contact_for
from recruit.messaging.sms import sms_size
from recruit.models import Channel, Company, Message, Through
from recruit.permissions import Action
from recruit.services import audit
from recruit.states import MessageState
from recruit.web.access import SignedIn, allowed

_BY_HAND = frozenset({Channel.HAND, Channel.CALL, Channel.SMS})
MONTH = timedelta(days=30)


@allowed(Action.SEE_OUTBOX)
@require_GET
def outbox(request: SignedIn) -> HttpResponse:
    """List messages by state and channel, newest first."""
    mine = Message.objects.visible_to(request.user)
    rows = mine.select_related("candidate").order_by("-created_at", "-pk")
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    if state in MessageState.values:
        rows = rows.filter(state=state)
    if channel in Channel.values:
        rows = rows.filter(channel=channel)
    counts = dict(mine.order_by().values_list("state").annotate(count=Count("pk")))
    states = [{"value": value, "label": label, "count": counts.get(value, 0)} for value, label in MessageState.choices]
    texts = mine.order_by().filter(channel=Channel.SMS, sent_at__gte=timezone.now() - MONTH)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "recruit/outbox.html",
        {
            "page": page,
            "states": states,
            "state": state,
            "channel": channel,
            "channels": Channel.choices,
            "texts": texts.aggregate(count=Count("pk"), parts=Sum("sms_parts"), cost=Sum("cost")),
            "currency": Company.current().currency,
        },
    )


@allowed(Action.SEE_OUTBOX)
@require_GET
def message(request: SignedIn, pk: int) -> HttpResponse:
    """Show one message as its person sees it."""
    row = get_object_or_404(Message.objects.visible_to(request.user).select_related("candidate", "told_by"), pk=pk)
    context: dict[str, Any] = {"message": row}
    if row.channel == Channel.SMS:
        # What waits is counted as it would be billed now; what went out as it was.
        company, size = Company.current(), (row.sms_length, row.sms_parts)
        length, parts = size if row.sms_parts else sms_size(row.body.strip())
        cost = row.cost if row.sms_parts else parts * company.cost_sms_part
        context |= {"length": length, "parts": parts, "cost": cost, "currency": company.currency}
    if row.channel in _BY_HAND and row.state in {MessageState.NEW, MessageState.UNKNOWN} and row.candidate is not None:
        phone = contact_for(row.candidate, Channel.SMS)
        context |= {"openers": openers(row.body, phone.normalised if phone else ""), "ways": Through.choices}
    return render(request, "recruit/message.html", context)


@allowed(Action.SEE_OUTBOX)
@require_POST
def act(request: SignedIn, pk: int) -> HttpResponse:
    """Send again, drop, or note as sent by hand."""
    row = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    what = request.POST.get("what", "")
    try:
        if what == "resend":
            messaging.resend(row, at=timezone.now())
        elif what == "drop":
            messaging.drop(row, reason=_("dropped by a person"))
        elif what == "sent":
            through = request.POST.get("through", "")
            messaging.mark_hand_sent(
                row,
                at=timezone.now(),
                by=request.user,
                through=Through(through) if through in Through.values else Through.OTHER,
            )
            audit.note(request.user, "message.told", row, through=str(row.told_through))
        toasts.success(request, _("Noted."))
    except RecruitError as error:
        toasts.error(request, error.message)
    return redirect("message", pk=pk)
