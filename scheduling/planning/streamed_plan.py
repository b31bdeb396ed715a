"""Plans of streamed sessions: how many people to invite, into which arrival bands, and what will then happen.

    from scheduling.planning import StreamedSpec, plan_streamed
    plan = plan_streamed(StreamedSpec(target=5, assurance=0.9, interviewers=2, minutes_each=20, window=240))
    plan.invite, plan.p_target, plan.arrivals.q05, plan.arrivals.q95

The number of invitations is the smallest that reaches the target with the assurance, over the mixture of the day effect
and of what is not known of the rate; where the target cannot be had, the plan says why and what would help.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from scheduling.planning.fixed_service import DayOutcome, chance_over_lobby
from scheduling.planning.mixture import common_shift, laws_of, mixed_law, quantile, rate_sd
from scheduling.planning.session_parts import (
    FACTORS,
    MOST_INVITED,
    RULE_OF_THUMB,
    SLACK,
    arrivals_of,
    lower_target,
    people_of,
    rate_range,
    scaled,
    smallest,
    spread_evenly,
)
from scheduling.planning.spec import Band, Choice, Conflict, IfWrong, Plan, StreamedSpec
from scheduling.planning.streamed_day import StreamedDay

_MOST_MOVES = 4


def _shaped(day: StreamedDay, people: int) -> tuple[tuple[int, ...], DayOutcome, str]:
    """Return the cheapest way found to spread ``people``: even, then single moves that lower the cost."""
    spec = day.spec
    best = day.counts(people)
    outcome = day.outcome(best)
    if spec.bands is not None or people == 0:
        return best, outcome, "by_hand" if spec.bands is not None else "none"
    cost = day.cost(outcome, people)
    for _ in range(_MOST_MOVES):
        # What a move does to the queue is cheap to know, what it does to the target is not: only the best is looked at whole.
        here = day.cost_of_time(day.queue(best))
        moves = [(day.cost_of_time(day.queue(tried)), tried) for tried in _moves(best, outcome)]
        price, tried = min(moves, default=(here, best))
        if price >= here - 1e-9:
            break
        result = day.outcome(tried)
        total = day.cost(result, people)
        if total >= cost - 1e-9 or result.p_target < min(outcome.p_target, spec.assurance) - 1e-9:
            break
        best, outcome, cost = tried, result, total
    return best, outcome, "local_search"


def _moves(counts: tuple[int, ...], outcome: DayOutcome) -> list[tuple[int, ...]]:
    """Return the spreads with one person moved: from where people wait longest to the bands beside it, the first and the last."""
    found = []
    for source in sorted(range(len(counts)), key=lambda band: -outcome.band_waits[band])[:3]:
        for target in sorted({source - 1, source + 1, 0, len(counts) - 1} - {source}):
            if 0 <= target < len(counts) and counts[source]:
                tried = list(counts)
                tried[source] -= 1
                tried[target] += 1
                found.append(tuple(tried))
    return found


def _bands(day: StreamedDay, counts: Sequence[int]) -> tuple[Band, ...]:
    people = people_of(day.spec, sum(counts))
    bands: list[Band] = []
    first = 0
    for start, count in zip(day.spec.starts, counts, strict=True):
        law = day.weights @ laws_of((*day.already(len(bands)), *people[first : first + count]), day.nodes)
        first += count
        bands.append(
            Band(
                start=start,
                invited=count,
                expected=float(law @ np.arange(len(law))),
                q05=quantile(law, 0.05),
                q95=quantile(law, 0.95),
            )
        )
    return tuple(bands)


def _assignment(counts: Sequence[int], people: int) -> tuple[int | None, ...]:
    """Return the band of each of ``people`` chosen people: the recruiter's order fills the bands."""
    places = [band for band, count in enumerate(counts) for _ in range(count)]
    return tuple(places[index] if index < len(places) else None for index in range(people))


def _lobby_quantile(day: StreamedDay, counts: Sequence[int]) -> int:
    """Return the smallest number of waiting places that is enough on 95 days of 100."""
    laws = day.laws(people_of(day.spec, sum(counts)), counts)

    def enough(places: int) -> bool:
        return chance_over_lobby(day.shape(), laws, day.weights, lobby=places) <= 0.05 + SLACK

    return smallest(enough, max(sum(counts), 1)) or 0


def plan_streamed(spec: StreamedSpec) -> Plan:
    """Return the plan of a streamed session; exact for its shape, over the mixture of the shared uncertainty.

    The numbers count on ``invite`` people; when fewer were chosen, ``now`` and its figures say what they alone bring.
    """
    return _plan_streamed(spec)


@lru_cache(maxsize=256)
def _plan_streamed(spec: StreamedSpec) -> Plan:
    day = StreamedDay(spec)
    needed = day.needed()
    invite = spec.invite if spec.invite is not None else (sum(spec.bands) if spec.bands else needed)
    if invite is None:
        invite = _most_useful(day)
    counts, outcome, method = _shaped(day, invite)
    now = min(len(spec.show_probs), invite)
    now_counts = counts if now == invite else day.counts(now)
    now_outcome = outcome if now == invite else day.outcome(now_counts)
    cost = day.cost(outcome, invite)
    before = day.everybody_before
    law = mixed_law(before + people_of(spec, invite), day.nodes)
    rate_nodes = common_shift(rate_sd(spec.typical.mean, spec.typical.weight), 15)
    low, high = rate_range(spec.typical.mean, rate_nodes)
    return Plan(
        format="streamed",
        invite=invite,
        now=now,
        bands=_bands(day, counts),
        assignment=_assignment(now_counts, len(spec.show_probs)),
        arrivals=arrivals_of(law),
        now_arrivals=arrivals_of(mixed_law(before + people_of(spec, now), day.nodes)),
        p_target=outcome.p_target,
        p_target_now=now_outcome.p_target,
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
        lobby_q95=_lobby_quantile(day, counts),
        cost=cost,
        choices=_streamed_choices(day, invite, outcome, cost),
        if_wrong=_if_wrong(day, counts),
        invite_for_range=day.needed_over(FACTORS),
        conflict=_streamed_conflict(day, needed, invite, now, now_outcome),
        method=method,
        show_rate=spec.typical.mean,
        show_low=low,
        show_high=high,
    )


def _most_useful(day: StreamedDay) -> int:
    """Return the number that holds most where no number reaches the target: as many as fill the day's interviewers."""
    share = max(day.spec.typical.mean, 0.02)
    return min(max(day.spec.target, math.ceil(day.spec.capacity / share)), MOST_INVITED)


def _streamed_choices(day: StreamedDay, invite: int, outcome: DayOutcome, cost: float) -> tuple[Choice, ...]:
    spec = day.spec

    def choice(code: str, people: int, interviewers: int | None = None) -> Choice:
        result = day.outcome(spread_evenly(people, len(spec.starts)), interviewers=interviewers)
        return Choice(
            code=code,
            invite=people,
            p_target=result.p_target,
            wait_q90=result.wait_quantile(0.9),
            idle=result.idle,
            cost=day.cost(result, people) - cost,
            interviewers=interviewers or spec.interviewers,
        )

    this = Choice(
        code="this_plan",
        invite=invite,
        p_target=outcome.p_target,
        wait_q90=outcome.wait_quantile(0.9),
        idle=outcome.idle,
        cost=0.0,
        interviewers=spec.interviewers,
    )
    ceiling = min(math.ceil(spec.target / spec.typical.mean - SLACK), MOST_INVITED)
    rows = [choice("rule_of_thumb", RULE_OF_THUMB), choice("ceil", ceiling), this]
    if spec.interviewers < 50:
        rows.append(choice("one_more_interviewer", invite, spec.interviewers + 1))
    return tuple(rows)


def _if_wrong(day: StreamedDay, counts: Sequence[int]) -> tuple[IfWrong, ...]:
    rows = []
    for factor in FACTORS:
        result = day.outcome(counts, factor=factor)
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


def _streamed_conflict(
    day: StreamedDay, needed: int | None, invite: int, now: int, outcome: DayOutcome
) -> Conflict | None:
    """Say what stands in the way, the first that does: too few people, or a day that is too short."""
    spec = day.spec
    remedies: list[tuple[str, int, float]] = []
    if needed is None:
        for more in range(spec.interviewers + 1, min(spec.interviewers + 4, 51)):
            bigger = StreamedDay(replace(spec, interviewers=more, bands=None, invite=None))
            enough = bigger.needed()
            if enough is not None:
                remedies.append(("more_interviewers", more, bigger.chance(bigger.counts(enough))))
                break
        counts = day.counts(invite)
        remedies += lower_target(spec.target, lambda m: day.chance(counts, target=m), spec.assurance)
        return Conflict(code="day", needed=None, have=now, p_target=day.chance(counts), remedies=tuple(remedies))
    if now >= min(needed, invite) or not (spec.show_probs or spec.already):
        return None
    counts = day.counts(now)
    reached = day.chance(day.counts(needed))
    remedies.append(("more_people", needed - now, reached))
    remedies += lower_target(spec.target, lambda m: day.chance(counts, target=m), spec.assurance)
    remedies.append(("accept_assurance", round(outcome.p_target * 100), outcome.p_target))
    return Conflict(code="people", needed=needed, have=now, p_target=outcome.p_target, remedies=tuple(remedies))
