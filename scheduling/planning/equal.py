"""Schedules of people with one show probability: their costs in batches, and what bounds them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.checks import check_whole
from scheduling.planning.day import Day, chain_costs
from scheduling.planning.laws import MAX_INVITED, Vector, binomial_law, shifted

Counts = tuple[int, ...]


@dataclass(slots=True)
class EqualCosts:
    """Costs of schedules of people with one show probability, remembered; ``calls`` counts the schedules priced."""

    day: Day
    p: float
    known: dict[Counts, float] = field(default_factory=dict)
    _tables: list[Vector] = field(default_factory=list)
    _most: int = -1

    def __call__(self, counts: Sequence[Counts]) -> list[float]:
        """Return the cost of each schedule, invitations included, under the mixture of the nodes."""
        new = list(dict.fromkeys(c for c in counts if c not in self.known))
        if new:
            table = np.array(new, dtype=np.intp)
            laws = self.laws(table)
            nodes = len(self.day.nodes)
            costs = chain_costs(self.day, laws).reshape(nodes, len(new))
            total = self.day.node_weights @ costs + self.day.weights.invitation * table.sum(axis=1)
            self.known.update(zip(new, total.tolist(), strict=True))
        return [self.known[c] for c in counts]

    def laws(self, table: NDArray[np.intp]) -> list[Vector]:
        """Return the arrival laws by slot, shape (nodes * schedules, reach + 1), of schedules (schedules, slots)."""
        most = int(table.max())
        if most > self._most:
            self._grow(max(most, 2 * self._most, 8))
        out = []
        for slot, column in enumerate(table.T):
            law = self._tables[slot if self.day.extra_laws else 0][:, column]
            used = law.shape[2] - (self._most - int(column.max()))
            out.append(law[..., :used].reshape(-1, used))
        return out

    def _grow(self, most: int) -> None:
        """Tabulate the laws for 0..most invited, per slot only where walk-ins make them differ."""
        self._most = most
        base = np.zeros((len(self.day.nodes), most + 1, most + 1))
        for node, (shift, _) in enumerate(self.day.nodes):
            chance = shifted(self.p, shift)
            for count in range(most + 1):
                base[node, count, : count + 1] = binomial_law(count, chance)
        extra = self.day.extra_laws
        if not extra:
            self._tables = [base]
            return
        self._tables = [np.apply_along_axis(np.convolve, 2, base, law) for law in extra]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Fewest and most invited to each slot, and in all; a fixed number of people has ``fewest == most``."""

    lower: Counts
    upper: Counts
    fewest: int
    most: int

    @property
    def free(self) -> bool:
        """Whether the number of people is chosen."""
        return self.fewest < self.most


def bounds(day: Day, *, fewest: int, most: int, lower: Sequence[int] | None, upper: Sequence[int] | None) -> Bounds:
    """Check and return the bounds; ``lower`` is what was already sent, ``upper`` the room of the slots."""
    check_whole("people", fewest, most=MAX_INVITED)
    check_whole("people", most, most=MAX_INVITED)
    for name, numbers in (("lower", lower), ("upper", upper)):
        for number in numbers if numbers is not None else ():
            check_whole(f"bounds: {name}", number)
    if not 0 <= fewest <= most <= MAX_INVITED:
        raise ValueError(f"people: {fewest}..{most} must lie within 0..{MAX_INVITED}")
    low = tuple(int(x) for x in lower) if lower is not None else (0,) * day.slots
    high = tuple(min(int(x), most) for x in upper) if upper is not None else (most,) * day.slots
    if len(low) != day.slots or len(high) != day.slots:
        raise ValueError(f"bounds: one number for each of {day.slots} slots is needed")
    if min(low) < 0 or any(a > b for a, b in zip(low, high, strict=True)):
        raise ValueError("bounds: every lower bound must lie between 0 and the upper bound of its slot")
    if sum(low) > most or sum(high) < fewest:
        raise ValueError(f"bounds: between {sum(low)} and {sum(high)} people fit, {fewest}..{most} were asked for")
    return Bounds(low, high, max(fewest, sum(low)), min(most, sum(high)))


def inside(limits: Bounds, counts: Counts) -> bool:
    """Say whether the schedule keeps all bounds."""
    return limits.fewest <= sum(counts) <= limits.most and all(
        a <= x <= b for a, x, b in zip(limits.lower, counts, limits.upper, strict=True)
    )
