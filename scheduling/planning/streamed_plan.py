"""Plans of streamed sessions: how many people to invite, into which arrival bands, and what will then happen.

    from scheduling.planning import StreamedSpec, plan_streamed
    plan = plan_streamed(StreamedSpec(target=5, assurance=0.9, interviewers=2, minutes_each=20, window=240))
    plan.invite, plan.p_target, plan.arrivals.q05, plan.arrivals.q95

The number of invitations is the smallest that reaches the target with the assurance, over the mixture of the day effect
and of what is not known of the rate; where the target cannot be had, the plan says why and what would help.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from scheduling.planning.arrangement import Arrangement, arranged
from scheduling.planning.checks import check_whole
from scheduling.planning.day_outcome import DayOutcome
from scheduling.planning.laws import Vector, poisson_law
from scheduling.planning.mixture import common_shift, mixed_law, quantile, rate_sd
from scheduling.planning.placing import Placing, filled
from scheduling.planning.plan_record import Band, Choice, Conflict, IfWrong, Plan
from scheduling.planning.session_parts import (
    FACTORS,
    MOST_INVITED,
    RULE_OF_THUMB,
    SLACK,
    arrivals_of,
    lower_target,
    rate_range,
    scaled,
)
from scheduling.planning.spec import StreamedSpec
from scheduling.planning.streamed_day import StreamedDay
from scheduling.planning.streamed_search import arrange, improve

REPORT_NODES = 15


def _bands(day: StreamedDay, places: Placing) -> tuple[Band, ...]:
    bands: list[Band] = []
    for band, (start, law) in enumerate(zip(day.spec.starts, day.laws(places), strict=True)):
        here = np.asarray(day.weights @ law)
        bands.append(
            Band(
                start=start,
                invited=places.count(band),
                expected=float(here @ np.arange(len(here))),
                q05=quantile(here, 0.05),
                q95=quantile(here, 0.95),
            )
        )
    return tuple(bands)


def _assignment(day: StreamedDay, places: Placing) -> tuple[int | None, ...]:
    """Return the band of each of the people chosen, in the order of the spec; None: not invited now."""
    bands: list[int | None] = [None] * len(day.spec.show_probs)
    for (person, _), band in zip(day.crowd, places, strict=False):
        bands[person] = band
    return tuple(bands)


def _law(day: StreamedDay, people: int) -> Vector:
    """Return the law of the number that come when ``people`` are invited, walk-ins and everybody invited before counted."""
    law = mixed_law(day.everybody_before + day.people(people), day.nodes)
    if day.spec.walk_ins_per_hour > 0.0:
        law = np.convolve(law, poisson_law(day.spec.walk_ins_per_hour * day.spec.window / 60.0))
    return np.asarray(law)


def plan_streamed(spec: StreamedSpec) -> Plan:
    """Return the plan of a streamed session; exact for its shape, over the mixture of the shared uncertainty.

    The numbers count on ``invite`` people; when fewer were chosen, ``now`` and its figures say what they alone bring. The placing
    is that of a quick search; ``refine_streamed`` goes on from it.
    """
    return _plan_streamed(spec)


def refine_streamed(spec: StreamedSpec, plan: Plan, *, effort: int = 100, seed: int = 0) -> Plan:
    """Return a plan of ``spec`` that goes on from ``plan`` and is never dearer; call it again with another seed to go on.

    ``plan`` is one that ``plan_streamed`` or this function gave for the same spec. ``effort`` 100 takes about a second.
    Raises ``ValueError`` naming the argument.
    """
    check_whole("effort", effort, least=1, most=100_000)
    check_whole("seed", seed)
    day = StreamedDay(spec)
    now = min(len(day.chosen), plan.invite)
    assigned = [plan.assignment[person] for person, _ in day.crowd[:now]]
    if (plan.format, len(plan.assignment), len(plan.bands)) != (
        "streamed",
        len(spec.show_probs),
        len(spec.starts),
    ) or None in assigned:
        raise ValueError("plan: it is not a plan of this session")
    here = improve(
        day, _found(day, tuple(band for band in assigned if band is not None), plan), effort=effort, seed=seed
    )
    counts = [band.invited for band in plan.bands]
    whole = here
    if now < plan.invite:
        allowed = [day.allowed(person) for person in range(plan.invite)]
        whole = improve(day, _found(day, filled(counts, allowed), plan), effort=effort, seed=seed)
    new = _written(day, whole, here)
    if new.p_target < min(plan.p_target, spec.assurance) - SLACK:
        return plan
    proved = new.gap is not None and plan.gap is None and new.cost <= plan.cost + SLACK
    return new if proved or new.cost < plan.cost - SLACK else plan


def _found(day: StreamedDay, places: Placing, plan: Plan) -> Arrangement:
    return replace(arranged(day, places), method=plan.method)


@lru_cache(maxsize=256)
def _plan_streamed(spec: StreamedSpec) -> Plan:
    day = StreamedDay(spec)
    needed = day.needed()
    invite = spec.invite if spec.invite is not None else (sum(spec.bands) if spec.bands else needed)
    if invite is None:
        invite = _most_useful(day)
    if not day.open:
        invite = 0
    now = min(len(day.chosen), invite)
    whole = arrange(day, invite)
    return _written(day, whole, whole if now == invite else arrange(day, now))


def _written(day: StreamedDay, whole: Arrangement, here: Arrangement) -> Plan:
    """Write down the plan of an arrangement of everybody and one of those who are chosen already."""
    spec, outcome = day.spec, whole.outcome
    invite, now = len(whole.places), len(here.places)
    law = _law(day, invite)
    low, high = rate_range(
        spec.typical.mean, common_shift(rate_sd(spec.typical.mean, spec.typical.weight), REPORT_NODES)
    )
    return Plan(
        format="streamed",
        invite=invite,
        now=now,
        bands=_bands(day, whole.places),
        assignment=_assignment(day, here.places),
        arrivals=arrivals_of(law),
        now_arrivals=arrivals_of(law if now == invite else _law(day, now)),
        p_target=outcome.p_target,
        p_target_now=here.outcome.p_target,
        p_minimum=outcome.p_target,
        p_over=outcome.over_lobby,
        capacity=spec.capacity,
        held=outcome.held,
        wait_mean=outcome.wait / outcome.arrivals if outcome.arrivals else 0.0,
        wait_q90=outcome.wait_quantile(0.9),
        p_wait_over=outcome.waits_over(spec.promised_wait) if spec.promised_wait is not None else 0.0,
        idle=outcome.idle,
        overtime=outcome.overtime,
        p_overtime_30=outcome.overtime_over,
        lobby_q95=day.lobby_quantile(whole.places),
        cost=whole.cost,
        choices=_streamed_choices(day, whole),
        if_wrong=_if_wrong(day, whole),
        invite_for_range=day.needed_over(FACTORS),
        conflict=_streamed_conflict(day, invite, here),
        method=whole.method,
        gap=whole.gap,
        turned_away=outcome.turned_away,
        show_rate=spec.typical.mean,
        show_low=low,
        show_high=high,
    )


def _most_useful(day: StreamedDay) -> int:
    """Return the number that holds most where no number reaches the target: as many as fill the day's interviewers."""
    share = max(day.spec.typical.mean, 0.02)
    return min(max(day.spec.target, math.ceil(day.spec.capacity / share)), MOST_INVITED)


def _streamed_choices(day: StreamedDay, plan: Arrangement) -> tuple[Choice, ...]:
    spec, invite = day.spec, len(plan.places)

    def choice(code: str, people: int, on: StreamedDay, result: DayOutcome | None = None) -> Choice:
        found = result or on.outcome(on.places(people), with_lobby=False)
        return Choice(
            code=code,
            invite=people,
            p_target=found.p_target,
            wait_q90=found.wait_quantile(0.9),
            idle=found.idle,
            cost=day.cost(found, people) - plan.cost,
            interviewers=on.spec.interviewers,
        )

    this = choice("this_plan", invite, day, plan.outcome)
    if not day.open:
        return (this,)
    ceiling = math.ceil(spec.target / spec.typical.mean - SLACK)
    rows = [choice("rule_of_thumb", RULE_OF_THUMB, day)]
    if ceiling <= MOST_INVITED:
        rows.append(choice("ceil", ceiling, day))
    rows.append(this)
    if spec.interviewers < 50:
        rows.append(choice("one_more_interviewer", invite, day.with_more_interviewers(1)))
    return tuple(rows)


def _if_wrong(day: StreamedDay, plan: Arrangement) -> tuple[IfWrong, ...]:
    rows = []
    for factor in FACTORS:
        result = plan.outcome if factor == 1.0 else day.outcome(plan.places, factor=factor)
        rows.append(
            IfWrong(
                factor=factor,
                show_rate=scaled((day.spec.typical.mean,), factor)[0],
                p_target=result.p_target,
                invite=day.needed(factor=factor),
                held=result.held,
                wait_mean=result.wait / result.arrivals if result.arrivals else 0.0,
                p_over=result.over_lobby,
            )
        )
    return tuple(rows)


def _streamed_conflict(day: StreamedDay, invite: int, here: Arrangement) -> Conflict | None:
    """Say what stands in the way, the first that does: too few people, or a day that is too short."""
    spec, needed, now = day.spec, day.needed(), len(here.places)
    if needed is None:
        return _day_conflict(day, invite, now)
    if now >= min(needed, invite) or not (spec.show_probs or spec.already):
        return None
    remedies: list[tuple[str, int, float]] = [("more_people", needed - now, day.chance(day.places(needed)))]
    remedies += lower_target(spec.target, lambda m: day.chance(here.places, target=m), spec.assurance)
    remedies.append(("accept_assurance", round(here.outcome.p_target * 100), here.outcome.p_target))
    return Conflict(code="people", needed=needed, have=now, p_target=here.outcome.p_target, remedies=tuple(remedies))


def _day_conflict(day: StreamedDay, invite: int, now: int) -> Conflict:
    """Return the conflict of a day that is too short whoever is invited."""
    spec = day.spec
    remedies: list[tuple[str, int, float]] = []
    for more in range(1, min(3, 50 - max(spec.interviewers, *spec.staff, 1)) + 1):
        bigger = day.with_more_interviewers(more)
        enough = bigger.needed()
        if enough is not None:
            remedies.append(("more_interviewers", bigger.spec.interviewers, bigger.chance(bigger.places(enough))))
            break
    places = day.places(invite)
    remedies += lower_target(spec.target, lambda m: day.chance(places, target=m), spec.assurance)
    return Conflict(code="day", needed=None, have=now, p_target=day.chance(places), remedies=tuple(remedies))
