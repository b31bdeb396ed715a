"""What the interview day holds of a person: how it is given out, and how it is taken away."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from recruit.models import Candidate
from recruit.services.personal_data import plain
from scheduling.models import (
    DeskAct,
    Invitation,
    LadderMark,
    LedgerEntry,
    MoveRequest,
    PhoneCall,
    RoomSeat,
    Scorecard,
    SeatHold,
    StandbyOffer,
)


def _mine(candidate: Candidate) -> Any:
    return Invitation.objects.filter(application__candidate=candidate)


def export_visits(candidate: Candidate) -> list[dict[str, Any]]:
    """Return invitations with what happened, what was forecast and by which plan, wishes and submitted marks."""
    found = []
    rows = _mine(candidate).select_related("session__office", "application__vacancy").prefetch_related("session__plans")
    for row in rows:
        plans = [
            {"revision": plan.revision, "model_version": plan.model_version, "approved_at": plan.approved_at,
             "approved_by": plan.approved_by_id}
            for plan in row.session.plans.all() if row.application_id in plan.people
        ]  # fmt: skip
        marks = Scorecard.objects.filter(invitation=row).exclude(submitted_at=None)
        found.append(
            {
                **plain(row, but=["public_id", "link_version", "priority"]),
                "vacancy": row.application.vacancy.title,
                "office": row.session.office.name,
                "planned_by": plans,
                "events": [plain(one, but=["invitation"]) for one in row.ledger.all()],
                "reminders_by_step": [plain(one, but=["invitation"]) for one in row.ladder_marks.all()],
                "calls": [plain(one, but=["invitation"]) for one in PhoneCall.objects.filter(invitation=row)],
                "seat": [plain(one, but=["invitation"]) for one in RoomSeat.objects.filter(invitation=row)],
                "wishes": [plain(one, but=["invitation"]) for one in row.move_requests.all()],
                "kept_times": [plain(one, but=["invitation"]) for one in SeatHold.objects.filter(invitation=row)],
                "desk": [plain(one, but=["invitation", "key"]) for one in DeskAct.objects.filter(invitation=row)],
                "marks": [plain(one, but=["invitation", "template"]) for one in marks],
            }
        )
    return found


def erase_visits(candidate: Candidate) -> int:
    """Empty words, end the secret links; what happened stays, as numbers and times."""
    mine = _mine(candidate)
    Scorecard.objects.filter(invitation__in=mine).update(comment="")
    # Numbers and times alone; the link of an offer dies with it.
    StandbyOffer.objects.filter(application__candidate=candidate).delete()
    MoveRequest.objects.filter(invitation__in=mine).update(wish="")
    SeatHold.objects.filter(invitation__in=mine).delete()
    return int(mine.update(link_version=F("link_version") + 1, late_minutes=None))


MODELS = tuple(
    model._meta.label
    for model in (
        DeskAct,
        Invitation,
        LadderMark,
        LedgerEntry,
        MoveRequest,
        PhoneCall,
        RoomSeat,
        Scorecard,
        SeatHold,
        StandbyOffer,
    )
)
