"""One invitation: its link, its answers, the way to the office; what was said on the phone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import Invitation, MailOutcome
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.links import url_of
from scheduling.states import EXPECTED
from scheduling.web.marks import mark_of


@allowed(Action.ANSWER_FOR)
@require_GET
def invitation_page(request: SignedIn, pk: int) -> HttpResponse:
    """Show one invitation: its link to copy or read out, its answers, the way to the office."""
    rows = Invitation.objects.visible_to(request.user).with_people().select_related("session__office")
    invitation = get_object_or_404(rows, pk=pk)
    return render(
        request,
        "scheduling/invitation.html",
        {
            "invitation": invitation,
            "session": invitation.session,
            "zone": invitation.session.office.zone,
            "link": url_of(invitation),
            "mark": mark_of(invitation, now=timezone.now()),
            "ledger": invitation.ledger.select_related("actor"),
            "is_open": invitation.state in EXPECTED,
            "mails": invitation.mails.exclude(outcome=MailOutcome.WAITING)[:10],
        },
    )


@allowed(Action.ANSWER_FOR)
@require_POST
def answer_for(request: SignedIn, pk: int) -> HttpResponse:
    """Note what a person said on the phone."""
    rows = Invitation.objects.visible_to(request.user).select_related("session__office", "band")
    invitation = get_object_or_404(rows, pk=pk)
    now, actor, what = timezone.now(), Actor.of(request.user, "call"), request.POST.get("what", "")
    try:
        if what == "confirm":
            replies.confirm(invitation, at=now, actor=actor)
        elif what == "unsure":
            replies.unsure(invitation, at=now, actor=actor)
        elif what == "decline":
            replies.decline(invitation, at=now, actor=actor, reason=request.POST.get("reason", ""))
        elif what == "no_answer":
            replies.called(invitation, at=now, actor=actor)
        elif what == "another_job":
            replies.decline(invitation, at=now, actor=actor, reason="another_job")
        messages.success(request, _("Noted."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("calls") if request.POST.get("from") == "calls" else redirect("invitation", pk=pk)
