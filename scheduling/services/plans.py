"""Proposing a plan from what is known, and approving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import Application, Company, User
from recruit.services import audit
from recruit.states import step
from scheduling.attendance import FittedModel, session_sd
from scheduling.models import InterviewSession, Invitation, Plan
from scheduling.planning import (
    Belief,
    Costs,
    GroupSpec,
    StreamedSpec,
    first_usable_band,
    plan_group,
    plan_streamed,
    to_json,
)
from scheduling.planning import Plan as PlanOutcome
from scheduling.services.attendance import applicants_of, chances_of, current_model, invitees_of
from scheduling.services.pool import chosen, guaranteed_first, invitable, pool_of
from scheduling.services.sessions import band_starts, change_session_state
from scheduling.services.waves import send_wave
from scheduling.states import EXPECTED, PLAN_MOVES, PlanEvent, PlanState, SessionEvent, SessionState

Spec = StreamedSpec | GroupSpec
# What a person may change on the plan page without changing the session.
OVERRIDES = frozenset({"invite", "bands", "show_rate"})
# A show rate set by hand is taken as given: worth so many people that nothing is left to learn about it.
# What comes of it when it is wrong stands in a table of its own beside the plan.
GIVEN_WEIGHT = 5000.0
# Whoever reads a message sooner than this before the time in it does not make it.
NOTICE = timedelta(minutes=90)


def company_costs() -> Costs:
    """Return what a day costs this company."""
    company = Company.current()
    return Costs(
        waiting_minute=company.cost_waiting_minute,
        idle_minute=company.cost_idle_minute,
        overtime_minute=company.cost_overtime_minute,
        missing_interview=company.cost_missing_interview,
        turned_away=company.cost_turned_away,
        invitation=company.cost_invitation,
    )


def belief_for(model: FittedModel, session: InterviewSession) -> Belief:
    """Return what is believed of people of this session who are not named yet."""
    vacancies = list(session.vacancies.values_list("pk", flat=True)[:2]) if session.pk else []
    vacancy = str(vacancies[0]) if len(vacancies) == 1 else ""
    belief = model.belief(office=str(session.office_id), vacancy=vacancy)
    return Belief(mean=min(max(belief.mean, 0.001), 0.999), weight=belief.weight)


def spec_for(
    session: InterviewSession,
    people: Sequence[Application],
    *,
    at: datetime,
    overrides: Mapping[str, Any] | None = None,
    model: FittedModel | None = None,
    costs: Costs | None = None,
    guaranteed: Sequence[int] = (),
) -> Spec:
    """Return the planner's question for a session: its wishes, the people's chances, what is not known.

    ``costs`` stands in for the company's own. ``guaranteed`` are ids among ``people``: in a group they have a seat for
    certain and stand outside ``show_probs``, like those who were promised one before; in a stream they only come first.
    ``InvalidInputError`` names the field where the planner refuses a value.
    """
    model = model or current_model()
    changed = dict(overrides or {})
    unknown = sorted(set(changed) - OVERRIDES)
    if unknown:
        raise InvalidInputError("This cannot be changed here.", field=unknown[0])
    rate = changed.pop("show_rate", None)
    before = (
        list(session.invitations.filter(state__in=EXPECTED).select_related("session", "band")) if session.pk else []
    )
    promised = 0
    if session.is_group:
        promised = sum(row.guaranteed for row in before) + len(guaranteed)
        before = [row for row in before if not row.guaranteed]
        people = [one for one in people if one.pk not in set(guaranteed)]
    earlier = chances_of(model, invitees_of(before, at=at)).mean.tolist() if before else []
    shared: dict[str, Any] = {
        "target": session.target,
        "assurance": session.assurance,
        "overflow_risk": session.overflow_risk,
        "day_correlation": min(max(model.day_correlation, 0.0), 1.0),
        **_chances(model, session, people, rate, at=at),
        "costs": costs or company_costs(),
        "invite": changed.get("invite"),
    }
    try:
        if session.is_group:
            return GroupSpec(
                seats=session.seats or session.target,
                minimum=session.minimum,
                already=tuple(earlier),
                guaranteed=promised,
                **shared,
            )
        return StreamedSpec(
            interviewers=session.interviewers_planned,
            minutes_each=session.minutes_each,
            window=session.window_minutes,
            band_minutes=session.band_minutes,
            lobby=session.lobby,
            promised_wait=session.promised_wait_minutes,
            bands=tuple(changed["bands"]) if changed.get("bands") else None,
            already=_by_band(session, before, earlier),
            earliest_band=0 if changed.get("bands") else _earliest(session, at),
            **shared,
        )
    except ValueError as error:
        name, _, words = str(error).partition(":")
        raise InvalidInputError(words.strip() or str(error), field=name.split(".")[0]) from error


def _chances(
    model: FittedModel, session: InterviewSession, people: Sequence[Application], rate: object, *, at: datetime
) -> dict[str, Any]:
    """Return what is believed of the people and of those not named yet; ``rate`` set by hand stands for all of them."""
    if rate is not None:
        given = _share(rate, "show_rate")
        typical = Belief(mean=given, weight=GIVEN_WEIGHT)
        return {"show_probs": (given,) * len(people), "typical": typical, "spread": None}
    invitees = applicants_of(people, session, at=at)
    return {
        "show_probs": tuple(float(p) for p in chances_of(model, invitees).mean) if invitees else (),
        "typical": belief_for(model, session),
        "spread": round(session_sd(model, invitees), 6) if invitees else None,
    }


def _earliest(session: InterviewSession, at: datetime) -> int:
    """Return the first arrival time that people invited now still make.

    Where none leaves them their notice it is the first one still to come, else the last of all: then people are rung.
    """
    begun = band_starts(session)
    starts = [int((start - session.starts_at).total_seconds() // 60) for start in begun]
    hours = (session.starts_at - at).total_seconds() / 3600
    first = first_usable_band(starts, hours_until_start=hours, notice_hours=NOTICE.total_seconds() / 3600)
    if first < len(starts):
        return first
    return next((band for band, start in enumerate(begun) if start >= at), len(begun) - 1)


def _by_band(
    session: InterviewSession, invitations: Sequence[Invitation], chances: Sequence[float]
) -> tuple[tuple[float, ...], ...]:
    """Return the chances of those who were invited already, band by band; nothing when nobody was."""
    if not invitations:
        return ()
    bands = list(session.bands.all())
    return tuple(
        tuple(p for row, p in zip(invitations, chances, strict=True) if row.band_id == band.pk) for band in bands
    )


def _share(value: object, name: str) -> float:
    if not isinstance(value, int | float) or not 0.0 < float(value) < 1.0:
        raise InvalidInputError("A share lies between 0 and 1.", field=name)
    return float(value)


def plan_for(spec: Spec) -> PlanOutcome:
    """Return the plan of a spec, streamed or group."""
    return plan_group(spec) if isinstance(spec, GroupSpec) else plan_streamed(spec)


def propose_plan(
    session: InterviewSession,
    *,
    by: User | None,
    at: datetime,
    application_ids: Sequence[int] | None = None,
    overrides: Mapping[str, Any] | None = None,
    costs: Costs | None = None,
    guaranteed: Sequence[int] = (),
) -> Plan:
    """Store a new revision of the session's plan, with its inputs and outputs; earlier proposals are superseded.

    ``application_ids`` chooses people among those who can be invited (all of them by default), in the given order;
    ``guaranteed`` of them are given a seat for certain and stand first.
    """
    if session.state not in {SessionState.DRAFT, SessionState.OPEN}:
        msg = "This session can no longer be planned."
        raise TransitionRefusedError(msg)
    if session.ends_at <= at:
        raise InvalidInputError("The session is in the past.", field="starts_at")
    pool = chosen(session, application_ids) if application_ids is not None else pool_of(session, guaranteed)
    model = current_model()

    def ask(people: Sequence[Application]) -> tuple[Spec, PlanOutcome]:
        sure = [one.pk for one in people if one.pk in set(guaranteed)]
        spec = spec_for(session, people, at=at, overrides=overrides, model=model, costs=costs, guaranteed=sure)
        return spec, plan_for(spec)

    spec, outcome = ask(people := guaranteed_first(pool.people, guaranteed))
    if not pool.suffices(outcome.invite):
        spec, outcome = ask(people := guaranteed_first(invitable(session), guaranteed))
    sure = [one.pk for one in people if one.pk in set(guaranteed)]
    with transaction.atomic():
        InterviewSession.objects.select_for_update().get(pk=session.pk)
        session.plans.filter(state=PlanState.PROPOSED).update(state=PlanState.SUPERSEDED)
        revision = session.plans.aggregate(last=Max("revision"))["last"] or 0
        plan = Plan.objects.create(
            session=session,
            revision=revision + 1,
            inputs=to_json(spec),
            outputs=to_json(outcome),
            people=[one.pk for one in people],
            guaranteed=sure,
            model_version=model.version,
            created_by=by,
            created_at=at,
        )
        if overrides:
            # Who plans against the model is written down, so that it can be judged later who was right.
            audit.note(by, "plan.override", plan, changed=sorted(overrides), show_rate=overrides.get("show_rate"))
        return plan


@transaction.atomic
def approve_plan(plan: Plan, *, by: User, at: datetime) -> Plan:
    """Approve a proposal and send its wave: invitations, ledger and messages in this one transaction.

    Of two who approve, one wins; the other gets ``TransitionRefusedError`` and nobody is invited twice.
    """
    step(PLAN_MOVES, PlanState(plan.state), PlanEvent.APPROVE)
    session = InterviewSession.objects.select_for_update().get(pk=plan.session_id)
    if session.ends_at <= at:
        raise InvalidInputError("The session is in the past.", field="starts_at")
    claimed = Plan.objects.filter(pk=plan.pk, state=PlanState.PROPOSED).update(
        state=PlanState.APPROVED, approved_at=at, approved_by=by
    )
    if not claimed:
        msg = "Somebody has decided on this plan already."
        raise TransitionRefusedError(msg)
    if session.state == SessionState.DRAFT:
        change_session_state(session, SessionEvent.OPEN)
    plan.refresh_from_db()
    send_wave(plan, at=at, by=by)
    Plan.objects.filter(pk=plan.pk).update(state=step(PLAN_MOVES, PlanState.APPROVED, PlanEvent.SEND))
    plan.refresh_from_db()
    return plan
