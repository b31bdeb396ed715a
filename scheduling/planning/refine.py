"""Going on from a plan that is there: more effort, never a dearer plan (for work in the background)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduling.planning.checks import check_whole
from scheduling.planning.day import Day
from scheduling.planning.optimise import EFFORT, problem_of, schedule_of
from scheduling.planning.rules import ANYWHERE, Rules
from scheduling.planning.schedule import Method, Schedule
from scheduling.planning.search import local_search


def refine_day(
    day: Day,
    probs: Sequence[float],
    slots: Sequence[int | None],
    *,
    rules: Rules = ANYWHERE,
    effort: int = EFFORT,
    seed: int = 0,
) -> Schedule:
    """Return a plan of those who have a slot in ``slots`` that is no dearer than ``slots``.

    Who has none (None) stays uninvited. ``effort`` and ``seed`` are those of ``best_day``; call again with another seed to go on.
    Raises ``ValueError`` naming the argument.
    """
    check_whole("effort", effort, least=1)
    check_whole("seed", seed)
    if len(slots) != len(probs):
        raise ValueError(f"slots: {len(slots)} places for {len(probs)} people")
    invited = [person for person, slot in enumerate(slots) if slot is not None]
    chosen = [probs[person] for person in invited]
    allowed = None if rules.allowed is None else [rules.allowed[person] for person in invited]
    number = {person: place for place, person in enumerate(invited)}
    locked = {number[person]: slot for person, slot in (rules.locked or {}).items() if person in number}
    problem = problem_of(day, chosen, Rules(allowed, locked, rules.room))
    begun = np.array([slots[person] for person in invited], dtype=np.intp)
    for place, slot in enumerate(begun.tolist()):
        if not 0 <= slot < day.slots or not problem.allowed[place, slot]:
            raise ValueError(f"slots: person {invited[place]} cannot be in slot {slot}")
    found, _ = local_search(problem, effort=effort, seed=seed, begun=begun)
    whole: list[int | None] = [None] * len(probs)
    for person, slot in zip(invited, found.tolist(), strict=True):
        whole[person] = slot
    new = schedule_of(day, probs, whole, Method.SEARCHED, None)
    old = schedule_of(day, probs, slots, Method.SEARCHED, None)
    return new if new.cost < old.cost else old
