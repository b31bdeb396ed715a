"""What is counted of invitations: each count is one condition, used by the figure and by the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from scheduling.models import LedgerEntry
from scheduling.services.reports.clock import Seconds
from scheduling.states import CAME, SETTLED, Answer, InvitationState, LedgerKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Somebody who comes so many minutes after the arrival time is late.
LATE_MINUTES = 5
_SELF_CANCELLED = Q(state__in=[InvitationState.DECLINED, InvitationState.CANCELLED], answer=Answer.DECLINED)


def arrival() -> Coalesce:
    """Return the moment for which a person is invited: that of the band, else of the session."""
    return Coalesce("band__starts_at", "session__starts_at")


def _said(kind: LedgerKind) -> Exists:
    return Exists(LedgerEntry.objects.filter(invitation=OuterRef("pk"), kind=kind))


# Who cancels twice counts once, as late: the hour that hurts is the last one.
MEASURES: dict[str, Q] = {
    "invited": Q(),
    "settled": Q(state__in=SETTLED),
    "arrived": Q(state__in=CAME),
    "no_show": Q(state=InvitationState.NO_SHOW),
    "finished": Q(state=InvitationState.FINISHED),
    "left_unseen": Q(state=InvitationState.LEFT_UNSEEN),
    "turned_away": Q(state=InvitationState.TURNED_AWAY),
    "declined": _SELF_CANCELLED & ~Q(_said(LedgerKind.CANCELLED_LATE)) & ~Q(_said(LedgerKind.CANCELLED_IN_TIME)),
    "cancelled_in_time": _SELF_CANCELLED
    & Q(_said(LedgerKind.CANCELLED_IN_TIME))
    & ~Q(_said(LedgerKind.CANCELLED_LATE)),
    "cancelled_late": _SELF_CANCELLED & Q(_said(LedgerKind.CANCELLED_LATE)),
    "confirmed": Q(answer=Answer.CONFIRMED),
    # Who was written down after the end has no hour of arrival: nobody knows whether they were late.
    "late": Q(state__in=CAME, arrived_at__lte=F("session__ends_at"))
    & Q(GreaterThan(Seconds(arrival(), F("arrived_at")), 60 * LATE_MINUTES)),
}
MEASURE_WORDS: dict[str, _StrPromise] = {
    "invited": _("Invited"),
    "settled": _("Came or did not come"),
    "arrived": _("Came"),
    "no_show": _("Did not come"),
    "finished": _("Interviews held"),
    "left_unseen": _("Left unseen"),
    "turned_away": _("Turned away"),
    "declined": _("Declined"),
    "cancelled_in_time": _("Cancelled in time"),
    "cancelled_late": _("Cancelled late"),
    "confirmed": _("Confirmed"),
    "late": _("Came late"),
}
RATE_WORDS: dict[str, _StrPromise] = {
    "show": _("Came"),
    "confirm": _("Confirmed"),
    "decline": _("Declined"),
    "cancel_in_time": _("Cancelled in time"),
    "cancel_late": _("Cancelled late"),
    "late": _("Came late"),
    "left_unseen": _("Left unseen"),
    "turned_away": _("Turned away"),
    "held": _("Interviews held"),
}
COUNTS = {
    name: Count("pk", filter=condition) if condition else Count("pk")
    for name, condition in MEASURES.items()
    if name != "settled"
}
