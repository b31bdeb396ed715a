"""Group sessions that are too small to run or too full: take two together, or make a second one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import User
from scheduling.attendance import session_sd
from scheduling.models import InterviewSession, Invitation, SessionRole
from scheduling.planning import Plan as PlanOutcome
from scheduling.planning.mixture import at_least, common_shift, mixed_law
from scheduling.planning.several import merge_or_split
from scheduling.services.actors import Actor
from scheduling.services.attendance import chances_of, current_model, invitees_of
from scheduling.services.availability import free_on_each
from scheduling.services.holidays import closed_days
from scheduling.services.moves import move_in_time, touch
from scheduling.services.notices import post_notice
from scheduling.services.sessions import SessionWish, change_session_state, create_session
from scheduling.states import (
    EXPECTED,
    SessionEvent,
    SessionFormat,
    SessionState,
)

NEAR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A proposal: take ``other``'s people into the session; P(its minimum comes) ``before`` and ``after``."""

    other: InterviewSession
    people: int
    before: float
    after: float


def _law_of(invitations: Sequence[Invitation], at: datetime) -> np.ndarray:
    if not invitations:
        return np.ones(1)
    model, invitees = current_model(), invitees_of(list(invitations), at=at)
    probs = tuple(float(p) for p in chances_of(model, invitees).mean)
    return mixed_law(probs, common_shift(round(session_sd(model, invitees), 6)))


def proposals(session: InterviewSession, *, user: User, outcome: PlanOutcome, at: datetime) -> list[Merge]:
    """Return the near group sessions whose people would make ``session`` worth starting without overfilling it.

    Nothing where the minimum is likely enough already, or where the seats would not hold both.
    """
    if outcome.p_minimum >= session.assurance:
        return []
    others = list(
        InterviewSession.objects.visible_to(user)
        .filter(
            format=SessionFormat.GROUP,
            office=session.office_id,
            state__in=[SessionState.DRAFT, SessionState.OPEN],
            starts_at__gt=at,
            starts_at__range=(session.starts_at - NEAR, session.starts_at + NEAR),
            vacancies__in=session.vacancies.all(),
        )
        .exclude(pk=session.pk)
        .select_related("office")
        .distinct()
        .order_by("starts_at")[:5]
    )
    rows = list(Invitation.objects.filter(session__in=others, state__in=EXPECTED).select_related("session", "band"))
    own = np.asarray(outcome.now_arrivals.law)
    found = []
    for other in others:
        theirs = [row for row in rows if row.session_id == other.pk]
        if not theirs:
            continue
        laws = [_law_of(theirs, at), own]
        plan = merge_or_split(
            laws,
            minimum=[len(theirs) + 1, session.minimum or session.target],
            seats=[session.seats or session.target] * 2,
            assurance=session.assurance,
            risk=session.overflow_risk,
        )
        merged = next((one for one in plan if one.code == "merge" and one.session == 0), None)
        if merged is not None:
            before = at_least(own, session.minimum or session.target)
            found.append(Merge(other=other, people=len(theirs), before=before, after=merged.after))
    return found


@transaction.atomic
def merge_sessions(other: InterviewSession, *, into: InterviewSession, at: datetime, by: User) -> int:
    """Move everybody expected in ``other`` to ``into``, tell them once, call ``other`` off; return how many were moved.

    People keep their link and their calendar entry (the same UID, a greater SEQUENCE); nobody becomes a no-show.
    """
    if not (other.is_group and into.is_group) or other.pk == into.pk or other.office_id != into.office_id:
        raise InvalidInputError("Only group sessions of one office are merged.", field="other")
    if into.state not in {SessionState.DRAFT, SessionState.OPEN} or into.starts_at <= at:
        msg = "This session has begun; nobody can be moved into it."
        raise TransitionRefusedError(msg)
    # In one order whichever is merged into which, so that two who press at once do not wait for each other. A count locks nothing.
    list(InterviewSession.objects.select_for_update().filter(pk__in=[other.pk, into.pk]).order_by("pk"))
    expected = other.invitations.select_for_update(of=("self",)).filter(state__in=EXPECTED)
    rows = list(expected.select_related("application").order_by("pk"))
    here = into.invitations.filter(state__in=EXPECTED)
    if set(here.values_list("application_id", flat=True)) & {row.application_id for row in rows}:
        raise InvalidInputError("Somebody is invited to both sessions; settle that first.", field="other")
    actor = Actor.of(by, "merge")
    served = set(into.vacancies.values_list("pk", flat=True))
    for number in {row.application.vacancy_id for row in rows} - served:
        into.session_vacancies.create(vacancy_id=number)
    band = into.bands.first()
    if into.state == SessionState.DRAFT and rows:
        change_session_state(into, SessionEvent.OPEN)
    for row in rows:
        data = {"from_session": other.pk, "to_session": into.pk}
        move_in_time(row, at=at, actor=actor, data=data, session_id=into.pk, band=band)
        post_notice(row, "update", at=at)
    change_session_state(other, SessionEvent.CANCEL)
    touch(into.pk)
    return len(rows)


def next_open_day(session: InterviewSession) -> timedelta:
    """Return how far the next day is on which the office of ``session`` works, weekends left out; at most three weeks."""
    zone = session.office.zone
    first = session.starts_at.astimezone(zone).date()
    shut = closed_days(session.office, first, first + timedelta(days=21))
    for ahead in range(1, 22):
        day = first + timedelta(days=ahead)
        if day.weekday() < 5 and day not in shut:
            return timedelta(days=ahead)
    raise InvalidInputError("The office is closed for three weeks.", field="starts_at")


def second_session(session: InterviewSession, *, by: User) -> InterviewSession:
    """Make a draft like ``session`` on the next day the office is open, at the same hours of its clock.

    Those of its people and rooms come along who are free then.
    """
    ahead = next_open_day(session)
    zone = session.office.zone
    # Added on the office's clock, so that 13:00 stays 13:00 when the clocks change.
    starts_at, ends_at = (moment.astimezone(zone) + ahead for moment in (session.starts_at, session.ends_at))
    seats = list(session.session_interviewers.select_related("interviewer"))
    people = [row.interviewer for row in seats]
    free, rooms = free_on_each(session.office, [(starts_at, ends_at)], people, list(session.rooms.all()))[0]
    seats = [row for row in seats if row.interviewer in free]
    targets = {row.vacancy_id: row.target for row in session.session_vacancies.all() if row.target}
    return create_session(
        wish=SessionWish(
            format=SessionFormat(session.format),
            office=session.office,
            starts_at=starts_at,
            ends_at=ends_at,
            vacancies=list(session.vacancies.all()),
            target=session.target,
            assurance=session.assurance,
            overflow_risk=session.overflow_risk,
            interviewers_planned=session.interviewers_planned,
            minutes_each=session.minutes_each,
            band_minutes=session.band_minutes,
            lobby=session.lobby,
            seats=session.seats,
            minimum=session.minimum,
            promised_wait_minutes=session.promised_wait_minutes,
            title=session.title,
            rooms=rooms,
            interviewers=[row.interviewer for row in seats if row.role == SessionRole.INTERVIEWER],
            observers=[row.interviewer for row in seats if row.role != SessionRole.INTERVIEWER],
            vacancy_targets=targets,
        ),
        by=by,
    )
