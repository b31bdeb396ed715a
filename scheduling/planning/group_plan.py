"""Plans of group sessions: arrivals against seats; nobody queues."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from scheduling.planning.checks import Nodes
from scheduling.planning.laws import Vector
from scheduling.planning.mixture import at_least, chances, common_shift, laws_of, node_weights, rate_sd
from scheduling.planning.plan_record import Band, Choice, Conflict, IfWrong, Plan
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
    spread_of,
)
from scheduling.planning.spec import Costs, GroupSpec


def plan_group(spec: GroupSpec) -> Plan:
    """Return the plan of a group session: arrivals only, nobody queues.

    The smallest number that reaches the target, unless more would come than there are seats: then the conflict says
    what would resolve it.
    """
    return _plan_group(spec)


@lru_cache(maxsize=256)
def _plan_group(spec: GroupSpec) -> Plan:
    nodes = common_shift(spread_of(spec))
    seats = spec.seats - spec.guaranteed
    target = max(spec.target - spec.guaranteed, 0)
    law = _prefix_laws(spec, nodes)
    needed = smallest(lambda n: at_least(law(n), target) >= spec.assurance - SLACK, MOST_INVITED)
    most = _most_for(law, seats, spec.overflow_risk)
    invite = spec.invite if spec.invite is not None else (needed if needed is not None else most)
    now = min(len(spec.show_probs), invite)
    whole, here = law(invite), law(now)
    minimum = max((spec.target if spec.minimum is None else spec.minimum) - spec.guaranteed, 0)
    low, high = rate_range(spec.typical.mean, common_shift(rate_sd(spec.typical.mean, spec.typical.weight), 15))
    arrivals = arrivals_of(whole, spec.guaranteed)
    band = Band(start=0, invited=invite, expected=arrivals.mean, q05=arrivals.q05, q95=arrivals.q95)
    cost = _group_cost(whole, target, seats, invite, spec.costs)
    return Plan(
        format="group",
        invite=invite,
        now=now,
        bands=(band,),
        assignment=tuple(0 if index < invite else None for index in range(len(spec.show_probs))),
        arrivals=arrivals,
        now_arrivals=arrivals_of(here, spec.guaranteed),
        p_target=at_least(whole, target),
        p_target_now=at_least(here, target),
        p_minimum=at_least(whole, minimum),
        p_over=at_least(whole, seats + 1),
        capacity=spec.seats,
        held=float(whole @ np.minimum(np.arange(len(whole)), seats)) + spec.guaranteed,
        wait_mean=0.0,
        wait_q90=0.0,
        p_wait_over=0.0,
        idle=0.0,
        overtime=0.0,
        p_overtime_30=0.0,
        lobby_q95=0,
        cost=cost,
        choices=_group_choices(spec, law, invite, target, seats, cost),
        if_wrong=_group_if_wrong(spec, invite, nodes, target, seats),
        invite_for_range=_needed_over(spec, nodes, target),
        conflict=_group_conflict(spec, law, needed, most, invite, now),
        method="exact",
        show_rate=spec.typical.mean,
        show_low=low,
        show_high=high,
    )


def _prefix_laws(spec: GroupSpec, nodes: Nodes, factor: float = 1.0) -> Callable[[int], Vector]:
    """Return the law of the number that come when the first n are invited, on top of those invited before.

    The laws grow one person at a time and are kept.
    """
    most = max(MOST_INVITED, spec.invite or 0)
    people, before = people_of(spec, most), spec.already
    if factor != 1.0:
        people, before = scaled(people, factor), scaled(before, factor)
    weights, first = node_weights(nodes), len(before)
    at_node = np.zeros((len(nodes), first + most + 1))
    at_node[:, : first + 1] = laws_of(tuple(before), nodes)
    laws = [np.asarray(weights @ at_node[:, : first + 1])]

    def law(count: int) -> Vector:
        for n in range(len(laws), count + 1):
            last = first + n
            p = np.array(chances(people[n - 1], nodes))[:, None]
            at_node[:, 1 : last + 1] = at_node[:, 1 : last + 1] * (1.0 - p) + at_node[:, :last] * p
            at_node[:, :1] *= 1.0 - p
            laws.append(weights @ at_node[:, : last + 1])
        return laws[count]

    return law


def _most_for(law: Callable[[int], Vector], seats: int, risk: float) -> int:
    """Return the largest number to invite for which P(more come than seats) stays within ``risk``."""
    first_over = smallest(lambda n: at_least(law(n), seats + 1) > risk + SLACK, MOST_INVITED)
    return MOST_INVITED if first_over is None else max(first_over - 1, 0)


def _group_cost(law: Vector, target: int, seats: int, invited: int, costs: Costs) -> float:
    come = np.arange(len(law))
    short = float(law @ np.maximum(target - come, 0))
    over = float(law @ np.maximum(come - seats, 0))
    return costs.missing_interview * short + costs.turned_away * over + costs.invitation * invited


def _group_choices(
    spec: GroupSpec, law: Callable[[int], Vector], invite: int, target: int, seats: int, cost: float
) -> tuple[Choice, ...]:
    ceiling = min(math.ceil(spec.target / spec.typical.mean - SLACK), MOST_INVITED)
    cheapest = min(range(MOST_INVITED // 2), key=lambda n: _group_cost(law(n), target, seats, n, spec.costs))
    rows = [("rule_of_thumb", RULE_OF_THUMB), ("ceil", ceiling), ("this_plan", invite), ("cheapest", cheapest)]
    return tuple(
        Choice(
            code=code,
            invite=number,
            p_target=at_least(law(number), target),
            wait_q90=0.0,
            idle=0.0,
            cost=_group_cost(law(number), target, seats, number, spec.costs) - cost,
        )
        for code, number in rows
    )


def _group_if_wrong(spec: GroupSpec, invite: int, nodes: Nodes, target: int, seats: int) -> tuple[IfWrong, ...]:
    rows = []
    for factor in FACTORS:
        law = _prefix_laws(spec, nodes, factor)
        needed = smallest(lambda n, law=law: at_least(law(n), target) >= spec.assurance - SLACK, MOST_INVITED)  # type: ignore[misc]
        rows.append(
            IfWrong(
                factor=factor,
                show_rate=scaled((spec.typical.mean,), factor)[0],
                p_target=at_least(law(invite), target),
                invite=needed,
                held=float(law(invite) @ np.minimum(np.arange(len(law(invite))), seats)) + spec.guaranteed,
                p_over=at_least(law(invite), seats + 1),
            )
        )
    return tuple(rows)


def _needed_over(spec: GroupSpec, nodes: Nodes, target: int) -> int | None:
    """Return the smallest number that reaches the target with the assurance on average over all factors of the chances."""
    laws = [_prefix_laws(spec, nodes, factor) for factor in FACTORS]
    return smallest(
        lambda n: sum(at_least(law(n), target) for law in laws) >= (spec.assurance - SLACK) * len(laws), MOST_INVITED
    )


def _group_conflict(
    spec: GroupSpec, law: Callable[[int], Vector], needed: int | None, most: int, invite: int, now: int
) -> Conflict | None:
    target = max(spec.target - spec.guaranteed, 0)
    seats = spec.seats - spec.guaranteed
    wanted = needed if needed is not None else MOST_INVITED
    remedies: list[tuple[str, int, float]] = []
    if needed is None or needed > most:
        enough = smallest(lambda s: at_least(law(wanted), s + 1) <= spec.overflow_risk + SLACK, MOST_INVITED, seats)
        if enough is not None and needed is not None:
            remedies.append(("more_seats", enough - seats, at_least(law(wanted), target)))
            remedies.append(("second_session", -(-wanted // 2), at_least(law(wanted), target)))
        remedies.append(("accept_assurance", round(at_least(law(most), target) * 100), at_least(law(most), target)))
        remedies += lower_target(spec.target, lambda m: at_least(law(most), m - spec.guaranteed), spec.assurance)
        return Conflict(
            code="room", needed=needed, have=now, p_target=at_least(law(most), target), remedies=tuple(remedies)
        )
    if now >= min(needed, invite) or not (spec.show_probs or spec.already):
        return None
    here = law(now)
    remedies.append(("more_people", needed - now, at_least(law(needed), target)))
    remedies += lower_target(spec.target, lambda m: at_least(here, m - spec.guaranteed), spec.assurance)
    remedies.append(("accept_assurance", round(at_least(here, target) * 100), at_least(here, target)))
    return Conflict(code="people", needed=needed, have=now, p_target=at_least(here, target), remedies=tuple(remedies))
