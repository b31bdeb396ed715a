"""Wishes for another time: deciding them, and answering in the way they came."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from scheduling.models import ArrivalBand, Invitation, MoveRequest
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.notices import post_notice
from scheduling.states import MoveRequestEvent


@transaction.atomic
def settle_wish(request: MoveRequest, event: MoveRequestEvent, *, at: datetime, actor: Actor) -> MoveRequest:
    """Accept or refuse a wish and tell the person.

    Accepted: the new time as REQUEST with the next SEQUENCE. Refused, where a calendar program had proposed it:
    DECLINECOUNTER with the SEQUENCE of the proposal; a wish from the page is left to the recruiter's own words.
    """
    decided = replies.decide_move(request, event, at=at, actor=actor)
    if event == MoveRequestEvent.ACCEPT:
        post_notice(decided.invitation, "update", at=at)
    elif event == MoveRequestEvent.REFUSE and decided.counter_sequence is not None:
        post_notice(
            decided.invitation, "time_stays", at=at, sequence=decided.counter_sequence, again=f"wish{decided.pk}"
        )
    return decided


def band_at(invitation: Invitation, moment: datetime) -> ArrivalBand | None:
    """Return the arrival time of the invitation's session into which ``moment`` falls, where it is another one."""
    found = invitation.session.bands.filter(starts_at__lte=moment, ends_at__gt=moment).first()
    return found if found is not None and found.pk != invitation.band_id else None
