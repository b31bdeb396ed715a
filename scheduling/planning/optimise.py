"""The best streamed day: who is invited to which slot, and how many.

``best_day`` places given people, ``best_number`` also chooses how many of the recruiter's order to invite, ``within_limits`` keeps promises.
The method is chosen by what can be proved:

* ``certified``: one show probability, no restrictions by person, no room cap, up to 32 slots and 300 people: the optimum, with the tolerance of its proof;
* ``enumerated``: so few possibilities that all were priced;
* ``searched``: local search with exact prices; nothing is known of the distance to the optimum (``gap`` is None).
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.certified import certified_day, settled_day
from scheduling.planning.checks import check_listed, check_probabilities, check_whole
from scheduling.planning.day import Day, chain_costs
from scheduling.planning.laws import MAX_INVITED, Vector
from scheduling.planning.neighbourhood import marginals, passes, slot_law, slot_laws
from scheduling.planning.rules import ANYWHERE, Rules
from scheduling.planning.schedule import Method, Schedule
from scheduling.planning.search import HASTE, local_search
from scheduling.planning.seating import Mask, longest_prefix
from scheduling.planning.starts import Problem
from scheduling.planning.streams import DayFigures, evaluate

EFFORT = 100
QUICK = 10
_ENUMERATE = 20_000
_CERTIFY_SLOTS = 32
_CERTIFY_PEOPLE = 300
_SEARCH_PEOPLE = 1_500
_LOOK_AHEAD = 12


def best_day(
    day: Day, probs: Sequence[float], *, rules: Rules = ANYWHERE, effort: int = EFFORT, seed: int = 0
) -> Schedule:
    """Return the cheapest plan found that invites everyone in ``probs`` (chances in [0, 1]).

    ``effort`` counts surveys of the neighbourhood of a search (about 2 ms each for 80 people on 16 slots); ``seed`` feeds its kicks. Where
    the optimum can be proved neither matters, but below an effort of 16 the proof is left out. Raises ``ValueError`` naming the argument.
    """
    check_whole("seed", seed)
    problem = problem_of(day, probs, rules)
    mask, room = problem.allowed, problem.room
    if room.sum() < len(probs):
        raise ValueError(f"room: {int(room.sum())} places for {len(probs)} people")
    if _equal(day, probs, mask, rules.locked):
        return _of_equals(day, probs, len(probs), rules, prove=_checked_effort(effort) >= HASTE)
    if np.log(mask.sum(axis=1)).sum() <= math.log(_ENUMERATE):
        slots = _cheapest_of_all(problem)
        return schedule_of(day, probs, slots.tolist(), Method.ENUMERATED, 0.0)
    if len(probs) > _SEARCH_PEOPLE:
        raise ValueError(f"probs: a search places at most {_SEARCH_PEOPLE} people in one day, not {len(probs)}")
    slots, _ = local_search(problem, effort=_checked_effort(effort), seed=seed)
    return schedule_of(day, probs, slots.tolist(), Method.SEARCHED, None)


def best_number(
    day: Day, probs: Sequence[float], *, rules: Rules = ANYWHERE, fewest: int = 0, effort: int = EFFORT, seed: int = 0
) -> Schedule:
    """Return the cheapest plan that invites a first part of ``probs``, which stands in the recruiter's order.

    At least ``fewest`` people and everyone locked (with all before them) are invited. With one show probability the number is certified too; otherwise it is the
    cheapest number of a one-by-one build-up, checked against its neighbours by full searches.
    """
    check_whole("seed", seed)
    check_whole("fewest", fewest, most=len(probs))
    problem = problem_of(day, probs, rules)
    least = max([fewest, *(person + 1 for person in rules.locked or {})])
    if _equal(day, probs, problem.allowed, rules.locked):
        return _of_equals(day, probs, (least, len(probs)), rules, prove=_checked_effort(effort) >= HASTE)
    most = most_possible(day, probs, rules)
    if least > most:
        raise ValueError(f"fewest: {least} people must be invited, the rules let in {most}")
    guess = min(_number_by_margin(problem, least), most)
    tried: dict[int, Schedule] = {}

    def plan_for(number: int, work: int) -> Schedule:
        found = best_day(day, probs[:number], rules=rules.prefix(number), effort=work, seed=seed)
        return replace(found, slots=found.slots + (None,) * (len(probs) - number))

    usual = math.ceil(day.target * len(probs) / max(sum(probs), 1e-9)) if day.target else guess
    if least <= usual <= most:
        tried[usual] = plan_for(usual, max(effort // 5, 4))
    best = guess
    while True:
        for number in range(max(least, best - 1), min(most, best + 1) + 1):
            if number not in tried:
                tried[number] = plan_for(number, max(effort // 5, 4))
        cheapest = min(tried, key=lambda number: (tried[number].cost, number))
        if cheapest == best:
            break
        best = cheapest
    full = plan_for(best, effort)
    chosen = min(full, tried[best], key=lambda schedule: schedule.cost)
    # other numbers of people were searched, not excluded
    return chosen if chosen.method is Method.SEARCHED else replace(chosen, method=Method.SEARCHED, gap=None)


def most_possible(day: Day, probs: Sequence[float], rules: Rules) -> int:
    """Return how many people from the start of the list the rules let in together."""
    problem = problem_of(day, probs, rules)
    return len(longest_prefix(problem.allowed, problem.room))


def problem_of(day: Day, probs: Sequence[float], rules: Rules) -> Problem:
    """Check the people and the rules."""
    check_listed("probs", probs)
    if len(probs) > MAX_INVITED:
        raise ValueError(f"probs: {len(probs)} people are more than the {MAX_INVITED} that can be planned for one day")
    check_probabilities("probs", probs)
    chances: Vector = day.node_probs(probs) if len(probs) else np.zeros((len(day.nodes), 0))
    return Problem(day, chances, rules.mask(len(probs), day.slots), rules.rooms(len(probs), day.slots))


def _checked_effort(effort: int) -> int:
    check_whole("effort", effort, least=1)
    return effort


def _upper(rules: Rules, day: Day) -> list[int] | None:
    return None if rules.room is None else rules.rooms(MAX_INVITED, day.slots).tolist()


def _equal(day: Day, probs: Sequence[float], mask: Mask, locked: Mapping[int, int] | None) -> bool:
    """Say whether the certificate applies: one probability, nobody restricted but by a slot already sent, no room cap."""
    if day.room_cap is not None:
        return False
    free = np.array([i not in (locked or {}) for i in range(len(probs))], dtype=np.bool_)
    return len(set(probs)) <= 1 and bool(mask[free].all())


def _of_equals(
    day: Day, probs: Sequence[float], people: int | tuple[int, int], rules: Rules, *, prove: bool
) -> Schedule:
    """Plan people of one probability: with the proof, or in haste and on days too large for it without."""
    lower = np.bincount(list((rules.locked or {}).values()), minlength=day.slots).tolist()
    provable = prove and day.slots <= _CERTIFY_SLOTS and len(probs) <= _CERTIFY_PEOPLE
    planner = certified_day if provable else settled_day
    plan = planner(day, probs[0] if probs else 0.0, people, lower=lower, upper=_upper(rules, day))
    slots = _by_counts(plan.counts, sum(plan.counts), rules.locked)
    if provable:
        return schedule_of(day, probs, slots, Method.CERTIFIED, plan.gap)
    return schedule_of(day, probs, slots, Method.SEARCHED, None)


def _by_counts(counts: Sequence[int], people: int, locked: Mapping[int, int] | None) -> list[int]:
    """Give people their slots: locked ones theirs, the others the remaining places in the order of the list."""
    left = list(counts)
    slots = [-1] * people
    for person, slot in (locked or {}).items():
        slots[person] = slot
        left[slot] -= 1
    places = itertools.chain.from_iterable([slot] * number for slot, number in enumerate(left))
    return [next(places) if slot < 0 else slot for slot in slots]


def schedule_of(
    day: Day, probs: Sequence[float], slots: Sequence[int | None], method: Method, gap: float | None
) -> Schedule:
    """Return the plan with exact figures; people beyond ``slots`` are not invited."""
    figures = figures_of(day, probs, slots)
    whole = tuple(slots) + (None,) * (len(probs) - len(slots))
    return Schedule(whole, day.weights.cost(figures), figures, method, gap)


def figures_of(day: Day, probs: Sequence[float], slots: Sequence[int | None]) -> DayFigures:
    """Return the exact figures of people with ``probs`` in ``slots`` (None or missing: not invited)."""
    bands: list[list[float]] = [[] for _ in range(day.slots)]
    for p, slot in zip(probs, slots, strict=False):
        if slot is not None:
            bands[slot].append(p)
    return evaluate(
        bands,
        day.on_duty,
        target=day.target,
        slot_minutes=day.slot_minutes,
        nodes=day.nodes,
        waiting=day.waiting,
        walk_ins=day.walk_ins,
        room_cap=day.room_cap,
    )


def _cheapest_of_all(problem: Problem) -> NDArray[np.intp]:
    """Price every assignment at once and return the cheapest, the first of equals."""
    day = problem.day
    choices = [np.flatnonzero(row).tolist() for row in problem.allowed]
    every = np.array(list(itertools.product(*choices)), dtype=np.intp)
    sizes = (every[:, :, None] == np.arange(day.slots)).sum(axis=1)
    every = every[(sizes <= problem.room).all(axis=1)]
    if not len(every):
        raise ValueError("room: the people do not fit under the rules")
    nodes = len(day.nodes)
    laws = []
    for slot in range(day.slots):
        here = np.where(every == slot, problem.probs[:, None, :], 0.0)
        laws.append(slot_law(day, here.reshape(nodes * len(every), -1), slot))
    costs = day.node_weights @ chain_costs(day, laws).reshape(nodes, len(every))
    return np.asarray(every[int(np.argmin(costs))])


def _number_by_margin(problem: Problem, least: int) -> int:
    """Build the day up in the recruiter's order, each in the slot of the smallest exact marginal cost; return the cheapest number."""
    day = problem.day
    people = problem.probs.shape[1]
    laws = slot_laws(day, problem.probs, np.full(people, -1, dtype=np.intp))
    room = problem.room.copy()
    cost = best_cost = 0.0
    best = least
    for person in range(people):
        gains = marginals(passes(day, laws), laws)
        rises = np.array(
            [
                day.node_weights @ (problem.probs[:, person] * (law * gain).sum(axis=1))
                for law, gain in zip(laws, gains, strict=True)
            ]
        )
        rises[~(problem.allowed[person] & (room > 0))] = np.inf
        slot = int(np.argmin(rises))
        if not np.isfinite(rises[slot]):
            break
        p = problem.probs[:, person : person + 1]
        law = laws[slot]
        laws[slot] = np.pad(law * (1.0 - p), ((0, 0), (0, 1))) + np.pad(law * p, ((0, 0), (1, 0)))
        room[slot] -= 1
        cost += float(rises[slot]) + day.weights.invitation
        number = person + 1
        if number <= least:
            best_cost = cost
        elif cost < best_cost - 1e-12 * (1.0 + abs(cost)):
            best, best_cost = number, cost
        elif number - best >= max(_LOOK_AHEAD, best // 3):
            break
    return best
