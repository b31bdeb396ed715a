"""All sessions of a week together: who goes to which session, then each session's slots.

People are taken in the recruiter's order; each goes to the session, among those they can make, that still lacks the largest part of what it needs, and gets at
most one invitation. A session's need is the expected number of arrivals at which one more stops paying. The split between sessions is a rule, not an
optimum; within a session the plan is a quick search, from which ``refine_week`` goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.checks import check_probabilities
from scheduling.planning.day import Day
from scheduling.planning.neighbourhood import marginals, passes, slot_law
from scheduling.planning.optimise import EFFORT, QUICK, best_day
from scheduling.planning.refine import refine_day
from scheduling.planning.rules import Rules
from scheduling.planning.schedule import Schedule


@dataclass(frozen=True, slots=True)
class WeekSession:
    """A session of the week: its day (prices, target, slots) and the most people invited to each slot (None: no limit)."""

    day: Day
    room: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class WeekPerson:
    """Someone to invite: show probability, and for each session they can make the slots that suit (None: any)."""

    p: float
    sessions: Mapping[int, Sequence[int] | None]


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """The people (their numbers in the week's list) of a session and its schedule, in the same order."""

    people: tuple[int, ...]
    schedule: Schedule


def plan_week(
    sessions: Sequence[WeekSession], people: Sequence[WeekPerson], *, effort: int = QUICK, seed: int = 0
) -> tuple[SessionPlan, ...]:
    """Return one plan a session; people whom no session needs are in none. Raises ``ValueError`` naming the argument."""
    check_probabilities("people", [person.p for person in people])
    for session in sessions:
        Rules(room=session.room).rooms(0, session.day.slots)
    for number, person in enumerate(people):
        for choice, slots in person.sessions.items():
            if not 0 <= choice < len(sessions):
                raise ValueError(f"people: person {number} names session {choice}, there are {len(sessions)}")
            if slots is not None and any(not 0 <= slot < sessions[choice].day.slots for slot in slots):
                raise ValueError(f"people: person {number} names a slot that session {choice} does not have")
    crowds = _dealt(sessions, people)
    plans = []
    for number, (session, crowd) in enumerate(zip(sessions, crowds, strict=True)):
        rules = Rules(allowed=[people[i].sessions[number] for i in crowd], room=session.room)
        schedule = best_day(session.day, [people[i].p for i in crowd], rules=rules, effort=effort, seed=seed)
        plans.append(SessionPlan(tuple(crowd), schedule))
    return tuple(plans)


def refine_week(
    sessions: Sequence[WeekSession],
    people: Sequence[WeekPerson],
    plans: Sequence[SessionPlan],
    *,
    effort: int = EFFORT,
    seed: int = 0,
) -> tuple[SessionPlan, ...]:
    """Go on from the plans of ``plan_week``, session by session: nobody changes sessions, and no session becomes dearer.

    Meant for the background: call it again with another ``seed`` to go on. Raises ``ValueError`` naming the argument.
    """
    if len(plans) != len(sessions):
        raise ValueError(f"plans: {len(plans)} for {len(sessions)} sessions")
    refined = []
    for number, (session, plan) in enumerate(zip(sessions, plans, strict=True)):
        rules = Rules(allowed=[people[i].sessions[number] for i in plan.people], room=session.room)
        probs = [people[i].p for i in plan.people]
        schedule = refine_day(session.day, probs, plan.schedule.slots, rules=rules, effort=effort, seed=seed)
        better = schedule.cost < plan.schedule.cost
        refined.append(SessionPlan(plan.people, schedule if better else plan.schedule))
    return tuple(refined)


def _dealt(sessions: Sequence[WeekSession], people: Sequence[WeekPerson]) -> list[list[int]]:
    """Give each person at most one session."""
    crowds: list[list[int]] = [[] for _ in sessions]
    usable = [person.p for person in people if person.p > 0]
    if not usable:
        return crowds
    typical = float(np.mean(usable))
    known: dict[int, float] = {}
    needs: list[float] = []
    for session in sessions:
        twin = next((i for i, other in enumerate(sessions) if i in known and _alike(other, session)), None)
        need = known[twin] if twin is not None else expected_need(session.day, typical)
        known[len(needs)] = need
        needs.append(need)
    filled = [0.0] * len(sessions)
    # each slot of a session holds so many; whoever could sit only in full slots goes elsewhere
    room = [None if s.room is None else list(s.room) for s in sessions]
    for number, person in enumerate(people):
        open_for = [
            s for s in person.sessions if filled[s] < needs[s] and _place(room[s], person.sessions[s]) is not None
        ]
        if not open_for:
            continue
        chosen = max(open_for, key=lambda s: (1.0 - filled[s] / needs[s], -s))
        filled[chosen] += person.p
        crowds[chosen].append(number)
        place = _place(room[chosen], person.sessions[chosen])
        rooms = room[chosen]
        if rooms is not None and place is not None:
            rooms[place] -= 1
    return crowds


def _place(room: list[int] | None, slots: Sequence[int] | None) -> int | None:
    """Return the suitable slot with the most places left, None when there is none."""
    if slots is not None and not slots:
        return None
    if room is None:
        return 0
    best = max(range(len(room)) if slots is None else slots, key=lambda slot: room[slot])
    return best if room[best] > 0 else None


def _alike(one: WeekSession, other: WeekSession) -> bool:
    """Say whether two sessions need equally many people."""
    return one.day is other.day or one.day == other.day


def expected_need(day: Day, p: float) -> float:
    """Return the expected arrivals at which one more invitation of probability ``p`` in (0, 1] stops lowering the day's cost.

    Built up one by one in the slot of the smallest exact marginal cost; at most four times what the interviewers can see.
    """
    if not 0.0 < p <= 1.0:
        raise ValueError(f"p: {p!r} must lie in (0, 1]")
    chance = day.node_probs([p])
    laws = [slot_law(day, chance[:, :0], slot) for slot in range(day.slots)]
    most = int(4 * sum(day.on_duty) / p) + 1
    need = 0.0
    for _ in range(most):
        gains = marginals(passes(day, laws), laws)
        rises = np.array(
            [
                day.node_weights @ (chance[:, 0] * (law * gain).sum(axis=1))
                for law, gain in zip(laws, gains, strict=True)
            ]
        )
        slot = int(np.argmin(rises))
        if rises[slot] + day.weights.invitation >= 0:
            break
        law = laws[slot]
        laws[slot] = np.pad(law * (1.0 - chance), ((0, 0), (0, 1))) + np.pad(law * chance, ((0, 0), (1, 0)))
        need += p
    return need
