"""What an invited person presses on their page."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from scheduling.models import Invitation
from scheduling.services import replies, self_service, withdrawals
from scheduling.services.actors import Actor
from scheduling.states import DeclineReason


@transaction.atomic
def answer(request: HttpRequest, invitation: Invitation) -> str | None:
    """Do what was pressed and return the step to show next ("" is the page itself); None for an unknown press."""
    now, actor = timezone.now(), Actor.candidate()
    replies.opened(invitation, at=now, actor=actor)
    what, data = request.POST.get("what", ""), request.POST
    if what == "confirm":
        replies.confirm(invitation, at=now, actor=actor)
    elif what == "decline":
        reason = data.get("reason", "")
        if reason == DeclineReason.NOT_ME:
            withdrawals.not_me(invitation, at=now, actor=actor)
        else:
            replies.decline(invitation, at=now, actor=actor, reason=reason)
    elif what == "late":
        minutes = data.get("minutes", "")
        replies.running_late(invitation, minutes=int(minutes) if minutes.isdigit() else 0, at=now, actor=actor)
    elif what == "keep":
        self_service.keep(invitation, data.get("offer", ""), at=now)
        return "kept"
    elif what == "take":
        self_service.take(invitation, data.get("offer", ""), at=now, actor=actor)
    elif what == "wish":
        replies.ask_to_move(invitation, at=now, actor=actor, wish=data.get("wish", "").strip()[:300])
    elif what == "withdraw":
        withdrawals.withdraw(invitation, at=now, actor=actor)
    else:
        return None
    return ""
