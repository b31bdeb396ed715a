"""Laws of the length of an interview, and the figures of a day that has one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scheduling.planning.checks import check_listed, check_probabilities, check_whole
from scheduling.planning.laws import Vector

Service = tuple[tuple[int, float], ...]
LONGEST_SERVICE = 2_000


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """Expected figures of a day; times in minutes (units x unit_minutes), summed over people or interviewers.

    ``wait`` over everyone who comes, ``idle`` inside the day, ``overtime`` interviewing after it, ``tardiness`` how much later than the day
    the last interview ends, ``done`` interviews finished inside it, ``p_target`` = P(done >= target), ``shortfall`` = E(target - done)^+,
    ``wait_law[k]`` the expected number who wait k units, ``late_law[k]`` = P(the last interview ends k working units after the day).
    """

    arrivals: float
    wait: float
    idle: float
    overtime: float
    tardiness: float
    done: float
    p_target: float
    shortfall: float
    wait_law: Vector = field(repr=False)
    late_law: Vector = field(repr=False)
    unit_minutes: float = 1.0

    @property
    def wait_mean(self) -> float:
        """Expected wait divided by expected arrivals, minutes; 0 when nobody is expected."""
        return self.wait / self.arrivals if self.arrivals > 0 else 0.0

    def wait_quantile(self, share: float) -> float:
        """Return the minutes within which ``share`` of those who come are called."""
        check_probabilities("share", (share,))
        total = np.cumsum(self.wait_law)
        return float(np.searchsorted(total, share * total[-1] - 1e-12)) * self.unit_minutes if total[-1] > 0 else 0.0

    def waits_over(self, minutes: float) -> float:
        """Return the share of those who come that waits longer than ``minutes``."""
        first = int(minutes / self.unit_minutes + 1e-9) + 1
        total = float(self.wait_law.sum())
        return float(self.wait_law[first:].sum()) / total if total > 0 else 0.0

    def ends_late(self, minutes: float) -> float:
        """Return P(the last interview ends more than ``minutes`` after the day)."""
        return float(self.late_law[int(minutes / self.unit_minutes + 1e-9) + 1 :].sum())


def check_service(name: str, service: Service) -> Service:
    """Return a service law without its empty entries; ``ValueError`` naming ``name`` unless it is (units >= 1, share) pairs that sum to 1."""
    check_listed(name, service)
    for units, _ in service:
        check_whole(name, units, least=1, most=LONGEST_SERVICE)
    check_probabilities(name, [share for _, share in service])
    total = sum(share for _, share in service)
    if abs(total - 1.0) > 1e-9:
        raise ValueError(f"{name}: the shares sum to {total!r}, not to 1")
    return tuple((units, share) for units, share in service if share > 0.0)
