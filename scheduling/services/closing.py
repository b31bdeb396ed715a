"""Closing the day: a person settles everybody who is not settled, then the session ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import Application, Company, User
from recruit.queue import enqueue
from scheduling.models import InterviewSession, Invitation
from scheduling.services.actors import Actor
from scheduling.services.desk import check_in, finish, leave, start, turn_away
from scheduling.services.moves import move
from scheduling.services.sessions import change_session_state
from scheduling.states import (
    CAME,
    EXPECTED,
    Answer,
    InvitationEvent,
    InvitationState,
    LedgerKind,
    SessionEvent,
)

# What a person may say of somebody who stands unmarked at the end of the day.
OUTCOMES = ("came", "no_show", "cancelled")


def unmarked(session: InterviewSession) -> list[Invitation]:
    """Return everybody whose day is not settled: expected, waiting or still in an interview."""
    open_states = [*EXPECTED, InvitationState.ARRIVED, InvitationState.IN_INTERVIEW]
    return list(
        session.invitations.filter(state__in=open_states)
        .with_people()
        .order_by("band__starts_at", "number", "priority", "pk")
    )


@transaction.atomic
def settle(invitation: Invitation, outcome: str, *, at: datetime, by: User) -> Invitation:
    """Settle one person: ``came`` (and was seen), ``no_show``, ``cancelled`` (in time), ``left`` or ``turned_away``.

    Never a time-out: a person says it of a person.
    """
    actor = Actor.of(by, "close")
    if outcome == "no_show":
        return move(invitation, InvitationEvent.CLOSE, at=at, actor=actor, kind=LedgerKind.NO_SHOW, settled_at=at)
    if outcome == "cancelled":
        return move(
            invitation,
            InvitationEvent.CANCEL,
            at=at,
            actor=actor,
            kind=LedgerKind.CANCELLED_IN_TIME,
            settled_at=at,
            answer=Answer.DECLINED,
        )
    if outcome == "came":
        return _seen(invitation, at=at, actor=actor)
    if outcome == "left":
        return leave(invitation, at=at, actor=actor)
    if outcome == "turned_away":
        return turn_away(invitation, at=at, actor=actor)
    raise InvalidInputError("Say whether the person came.", field="outcome")


def _seen(invitation: Invitation, *, at: datetime, actor: Actor) -> Invitation:
    """Walk the rest of the way to Finished; nobody wrote the times down, so they are those of the entry."""
    if invitation.state in EXPECTED:
        invitation = check_in(invitation, at=at, actor=actor)
    if invitation.state == InvitationState.ARRIVED:
        invitation = start(invitation, at=at, actor=actor, reason="written down afterwards")
    if invitation.state == InvitationState.IN_INTERVIEW:
        invitation = finish(invitation, at=at, actor=actor)
    return invitation


@dataclass(frozen=True, kw_only=True)
class DayReport:
    """The day in numbers."""

    invited: int
    came: int
    held: int
    walk_ins: int
    no_shows: int
    declined: int
    cancelled: int
    left_unseen: int
    turned_away: int
    longest_wait_minutes: int | None
    forecast: float | None
    forecast_low: int | None
    forecast_high: int | None


@transaction.atomic
def close_session(session: InterviewSession, *, at: datetime, by: User) -> DayReport:
    """End the session; ``ConflictError`` while anybody is unmarked.

    Everybody who came is owed an answer by the promised day, and the forecast learns from the day.
    """
    left = len(unmarked(session))
    if left:
        msg = f"{left} people are not settled yet."
        raise ConflictError(msg)
    change_session_state(session, SessionEvent.CLOSE, closed_at=at, closed_by=by)
    due = session.answer_by or (at + timedelta(days=Company.current().answer_within_days)).date()
    came = session.invitations.filter(state__in=CAME).values("application_id")
    Application.objects.filter(pk__in=came, answered_at=None).update(answer_due_on=due)
    enqueue("scheduling.tasks.refit_attendance", as_of=at.isoformat())
    return day_report(session)


def day_report(session: InterviewSession) -> DayReport:
    """Count the day from the invitations of the session and hold it against the plan it was run by."""
    rows = list(session.invitations.exclude(state=InvitationState.DRAFT))
    states = [row.state for row in rows if not row.is_walk_in]
    waits = [
        int((row.started_at - row.arrived_at).total_seconds() // 60)
        for row in rows
        if row.started_at is not None and row.arrived_at is not None
    ]
    plan = session.plans.filter(state__in=["approved", "sent"]).order_by("revision").last()
    arrivals = (plan.outputs.get("now_arrivals") or plan.outputs.get("arrivals") or {}) if plan else {}
    return DayReport(
        invited=len(states),
        came=sum(state in CAME for state in states),
        held=sum(row.state == InvitationState.FINISHED for row in rows),
        walk_ins=sum(row.is_walk_in for row in rows),
        no_shows=states.count(InvitationState.NO_SHOW),
        declined=states.count(InvitationState.DECLINED),
        cancelled=states.count(InvitationState.CANCELLED),
        left_unseen=sum(row.state == InvitationState.LEFT_UNSEEN for row in rows),
        turned_away=sum(row.state == InvitationState.TURNED_AWAY for row in rows),
        longest_wait_minutes=max(waits, default=None),
        forecast=arrivals.get("mean"),
        forecast_low=arrivals.get("q05"),
        forecast_high=arrivals.get("q95"),
    )
