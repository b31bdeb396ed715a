"""How the forecast of one session moved: worked out again from the ledger, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from scheduling.attendance import Invitee, arrivals_law, session_sd
from scheduling.attendance.features import AnswerState
from scheduling.models import InterviewSession, Invitation, LedgerEntry
from scheduling.services.attendance import chances_of, current_model, invitees_of
from scheduling.services.replies import arrival_time
from scheduling.states import InvitationState, LedgerKind

# The last of these that was noted by a moment is what was known of the person then.
_ANSWERS: dict[str, AnswerState] = {
    LedgerKind.INVITED: "silent",
    LedgerKind.OPENED: "opened",
    LedgerKind.CONFIRMED: "confirmed",
    LedgerKind.UNSURE: "unsure",
    LedgerKind.ASKED_TO_MOVE: "asked_to_move",
    LedgerKind.REINSTATED: "silent",
    LedgerKind.RUNNING_LATE: "confirmed",
}
_GONE = frozenset(
    {
        LedgerKind.DECLINED,
        LedgerKind.CANCELLED_IN_TIME,
        LedgerKind.CANCELLED_LATE,
        LedgerKind.CANCELLED_BY_US,
        LedgerKind.NO_SHOW,
    }
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What was forecast at one moment: invited so far, and 5 %, 50 % and 95 % points of all arrivals."""

    at: datetime
    invited: int
    arrived: int
    low: int
    middle: int
    high: int


@dataclass(frozen=True, kw_only=True)
class Fan:
    """A session's forecast over time, the version it was worked out with, and how many came (None: not over)."""

    moments: list[Moment]
    model_version: str
    came: int | None


def session_fan(session: InterviewSession, *, now: datetime, points: int = 12) -> Fan:
    """Return the forecast at ``points`` moments from the first invitation to the end (or ``now``); three statements."""
    model = current_model()
    rows = list(
        session.invitations.filter(is_walk_in=False)
        .exclude(state=InvitationState.DRAFT)
        .select_related("band", "session")
        .order_by("pk")
    )
    if not rows:
        return Fan(moments=[], model_version=model.version, came=None)
    start = min(row.invited_at or row.created_at for row in rows)
    end = max(min(now, session.ends_at), start)
    base = dict(zip((row.pk for row in rows), invitees_of(rows, at=end), strict=True))
    events: dict[int, list[tuple[datetime, str]]] = {row.pk: [] for row in rows}
    told = (
        LedgerEntry.objects.filter(invitation__in=rows).order_by("at", "pk").values_list("invitation_id", "at", "kind")
    )
    for invitation, at, kind in told:
        events[invitation].append((at, kind))
    moments = [
        _moment(rows, base, events, at=start + (end - start) * (number / max(points - 1, 1)))
        for number in range(points)
    ]
    is_over = session.ends_at <= now
    last = moments[-1]
    return Fan(moments=moments, model_version=model.version, came=last.arrived if is_over else None)


def _moment(
    rows: Sequence[Invitation],
    base: dict[int, Invitee],
    events: dict[int, list[tuple[datetime, str]]],
    *,
    at: datetime,
) -> Moment:
    model = current_model()
    invited = arrived = 0
    expected: list[Invitee] = []
    for row in rows:
        known = [kind for moment, kind in events[row.pk] if moment <= at]
        if not known:
            continue
        invited += 1
        if LedgerKind.ARRIVED in known:
            arrived += 1
        elif not _is_gone(known):
            expected.append(_as_of(base[row.pk], row, known, at))
    if expected:
        many = chances_of(model, expected)
        law = arrivals_law(many.mean.tolist(), session_sd(model, expected))
        ends = [int(np.searchsorted(np.cumsum(law), q - 1e-12)) for q in (0.05, 0.5, 0.95)]
    else:
        ends = [0, 0, 0]
    low, middle, high = (arrived + more for more in ends)
    return Moment(at=at, invited=invited, arrived=arrived, low=low, middle=middle, high=high)


def _is_gone(known: Sequence[str]) -> bool:
    """Return whether the last word was that the person will not come."""
    last = [kind for kind in known if kind in _GONE or kind in _ANSWERS]
    return bool(last) and last[-1] in _GONE


def _as_of(one: Invitee, row: Invitation, known: Sequence[str], at: datetime) -> Invitee:
    answers = [_ANSWERS[kind] for kind in known if kind in _ANSWERS]
    # Opening the page takes no answer back.
    said = [answer for answer in answers if answer != "opened"]
    answer = said[-1] if said and said[-1] != "silent" else (answers[-1] if answers else "silent")
    return replace(
        one,
        answer=answer,
        reminders=sum(kind == LedgerKind.REMINDED for kind in known),
        hours_left=max((arrival_time(row) - at).total_seconds() / 3600, 0.0),
        link_loaded=LedgerKind.LINK_LOADED in known,
    )
