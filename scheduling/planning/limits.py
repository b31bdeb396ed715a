"""The smallest number of people that keeps promises: enough interviews, short waits, a lobby that is not too full."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduling.planning.checks import check_non_negative, check_probabilities, check_whole
from scheduling.planning.day import Day
from scheduling.planning.optimise import EFFORT, best_day, figures_of, most_possible
from scheduling.planning.rules import ANYWHERE, Rules
from scheduling.planning.schedule import Method, Schedule
from scheduling.planning.waits import WaitProfile, wait_profile

_SLACK = 1e-12
# Waiting is made dearer by these factors until the promise about it is kept.
_WAIT_FACTORS = (1.0, 4.0, 16.0, 64.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """Promises; None leaves one out.

    ``assurance`` in [0, 1]: P(interviews done inside the day >= target) is at least this. ``promised_wait``, in the unit of slot_minutes: at most ``late_share``
    of those who come are expected to wait longer. ``lobby_cap``: with probability at least 1 - ``lobby_risk`` never more people wait.
    """

    assurance: float | None = None
    promised_wait: float | None = None
    late_share: float = 0.1
    lobby_cap: int | None = None
    lobby_risk: float = 0.05

    def __post_init__(self) -> None:
        """Raise ``ValueError`` naming the limit that is out of range."""
        for name in ("assurance", "late_share", "lobby_risk"):
            value = getattr(self, name)
            if value is not None:
                check_probabilities(name, (value,))
        if self.promised_wait is not None:
            check_non_negative("promised_wait", self.promised_wait)
        if self.lobby_cap is not None:
            check_whole("lobby_cap", self.lobby_cap)


@dataclass(frozen=True, slots=True)
class LimitedPlan:
    """A plan, what it promises, and which limits (by field name) it breaks; empty when all are kept.

    The method is ``searched``: the limits were met by search, no bound of the cost is known.
    """

    schedule: Schedule
    waits: WaitProfile
    broken: tuple[str, ...]


def within_limits(
    day: Day, probs: Sequence[float], limits: Limits, *, rules: Rules = ANYWHERE, effort: int = EFFORT, seed: int = 0
) -> LimitedPlan:
    """Return a plan for the smallest first part of ``probs`` (recruiter's order) found to keep the limits.

    Without ``assurance`` everyone whom the rules let in is invited. When the limits contradict each other the plan that gives the assurance (or, if that cannot be had, the most people) is
    returned with the limits it breaks. Raises ``ValueError`` naming the argument.
    """
    finder = _Finder(day, tuple(probs), limits, rules, effort, seed, most_possible(day, probs, rules))
    number = finder.most if limits.assurance is None else finder.smallest()
    tries = [
        finder.plan(size, factor)
        for size in (number, number + 1)
        if size <= finder.most
        for factor in _WAIT_FACTORS[: finder.factors]
    ]
    kept = [plan for plan in tries if not plan.broken]
    if kept:
        return min(kept, key=lambda plan: (plan.schedule.invited, plan.schedule.cost))
    return min(tries, key=lambda plan: ("assurance" in plan.broken, len(plan.broken), plan.schedule.cost))


@dataclass(slots=True)
class _Finder:
    """Plans of one list of people under changing prices."""

    day: Day
    probs: tuple[float, ...]
    limits: Limits
    rules: Rules
    effort: int
    seed: int
    most: int

    @property
    def factors(self) -> int:
        """How many prices of waiting are worth a try."""
        tight = self.limits.promised_wait is not None or self.limits.lobby_cap is not None
        return len(_WAIT_FACTORS) if tight else 1

    def smallest(self) -> int:
        """Return the smallest number with the assurance by bisection (it grows with the number), or everyone."""
        least = max((person + 1 for person in self.rules.locked or {}), default=0)
        low, high = least, self.most
        if not self._assured(high):
            return high
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._assured(middle) else (middle + 1, high)
        return low

    def _assured(self, number: int) -> bool:
        plan = self._priced(number, 1.0, max(self.effort // 5, 4))
        return self.limits.assurance is None or plan.figures.p_target >= self.limits.assurance - _SLACK

    def _priced(self, number: int, factor: float, effort: int) -> Schedule:
        """Plan the first ``number`` people with waiting ``factor`` times as dear and the target dear enough to be sought."""
        w = self.day.weights
        minute = max(w.wait, w.overtime, w.idle, 1.0 / self.day.slot_minutes)
        missing = (
            max(w.missing, 5.0 * minute * self.day.slot_minutes) if self.limits.assurance is not None else w.missing
        )
        wait = w.wait if math.isclose(factor, 1.0) else max(w.wait, 0.1 * minute) * factor
        day = replace(self.day, weights=replace(w, missing=missing, wait=wait))
        return best_day(day, self.probs[:number], rules=self.rules.prefix(number), effort=effort, seed=self.seed)

    def plan(self, number: int, factor: float) -> LimitedPlan:
        """Return the plan at the day's own prices, with what it breaks."""
        slots = self._priced(number, factor, max(self.effort // 2, 4)).slots
        figures = figures_of(self.day, self.probs, slots)
        bands: list[list[float]] = [[] for _ in range(self.day.slots)]
        for p, slot in zip(self.probs, slots, strict=False):
            if slot is not None:
                bands[slot].append(p)
        limits = self.limits
        waits = wait_profile(
            bands,
            self.day.on_duty,
            promised=limits.promised_wait or 0.0,
            slot_minutes=self.day.slot_minutes,
            nodes=self.day.nodes,
            waiting=self.day.waiting,
            lobby_cap=limits.lobby_cap,
            walk_ins=self.day.walk_ins,
        )
        broken = []
        if limits.assurance is not None and figures.p_target < limits.assurance - _SLACK:
            broken.append("assurance")
        if limits.promised_wait is not None and waits.share_over > limits.late_share + _SLACK:
            broken.append("promised_wait")
        if limits.lobby_cap is not None and waits.lobby_over > limits.lobby_risk + _SLACK:
            broken.append("lobby_cap")
        whole = slots + (None,) * (len(self.probs) - number)
        schedule = Schedule(whole, self.day.weights.cost(figures), figures, Method.SEARCHED, None)
        return LimitedPlan(schedule, waits, tuple(broken))
