"""The mark, the word and the tone of an invitation: shape first, then word, then colour."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from scheduling.models import Invitation
from scheduling.services.replies import arrival_time
from scheduling.states import EXPECTED, Answer, InvitationState


def mark_of(invitation: Invitation, *, now: datetime) -> tuple[str, str, str]:
    """Return (mark, word, tone) of how an invitation stands at ``now``."""
    state = invitation.state
    settled = {
        InvitationState.ARRIVED: ("here", _("here"), "good"),
        InvitationState.IN_INTERVIEW: ("talk", _("in interview"), "good"),
        InvitationState.FINISHED: ("done", _("finished"), "good"),
        InvitationState.DECLINED: ("no", _("declined"), ""),
        InvitationState.CANCELLED: ("no", _("cancelled"), ""),
        InvitationState.NO_SHOW: ("noshow", _("no-show"), "bad"),
        InvitationState.TURNED_AWAY: ("away", _("turned away"), "warn"),
        InvitationState.LEFT_UNSEEN: ("left", _("left unseen"), "warn"),
    }.get(InvitationState(state))
    if settled is not None:
        return settled
    if invitation.late_minutes:
        return ("late", _("late, + %(n)s min") % {"n": invitation.late_minutes}, "warn")
    if state in EXPECTED and (now - arrival_time(invitation)).total_seconds() > 30 * 60:
        return ("unseen", _("not seen yet"), "")
    answers = {
        Answer.CONFIRMED: ("confirmed", _("confirmed"), ""),
        Answer.ASKED_TO_MOVE: ("move", _("asked to move"), "warn"),
        Answer.UNSURE: ("unsure", _("not sure"), ""),
    }
    if invitation.answer in answers:
        return answers[Answer(invitation.answer)]
    return ("opened", _("opened"), "") if invitation.opened_at else ("invited", _("silent"), "")
