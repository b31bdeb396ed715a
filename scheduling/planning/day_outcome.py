"""What comes of a streamed day, whichever way it was computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.planning.house import HouseFigures
from scheduling.planning.laws import Vector


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What is expected of a day; minutes, people, shares.

    ``held_law[d]`` = P(d interviews end inside the day) for d < target, the rest in the last place; ``wait_law[w]`` the
    expected number of people who wait w units of ``unit`` minutes; ``over_lobby`` = P(at some band more than the lobby wait);
    ``turned_away`` people find the room full.
    """

    arrivals: float
    wait: float
    idle: float
    overtime: float
    overtime_over: float
    held: float
    held_law: Vector
    wait_law: Vector
    unit: int
    over_lobby: float
    band_waits: tuple[float, ...]
    turned_away: float = 0.0

    @property
    def p_target(self) -> float:
        """P(the target is held inside the day)."""
        return float(self.held_law[-1])

    def wait_quantile(self, share: float) -> float:
        """Return the minutes within which ``share`` of the people who come are called."""
        total = float(self.wait_law.sum())
        if total <= 0.0:
            return 0.0
        return float(np.searchsorted(np.cumsum(self.wait_law) / total, share - 1e-12)) * self.unit

    def waits_over(self, minutes: float) -> float:
        """Return the share of the people who come that waits longer than ``minutes``."""
        total = float(self.wait_law.sum())
        first = int(minutes // self.unit) + 1
        return float(self.wait_law[first:].sum()) / total if total > 0.0 else 0.0


def of_house(figures: HouseFigures, unit: int, starts: Sequence[int]) -> DayOutcome:
    """Return the outcome that the figures of a day in units of ``unit`` minutes say."""
    return DayOutcome(
        arrivals=figures.arrivals,
        wait=figures.wait * unit,
        idle=figures.idle * unit,
        overtime=figures.overtime * unit,
        overtime_over=float(figures.late[30 // unit]) if len(figures.late) > 30 // unit else 0.0,
        held=figures.done,
        held_law=figures.held_law,
        wait_law=figures.wait_law,
        unit=unit,
        over_lobby=figures.over_lobby,
        band_waits=tuple(figures.waits.get(start // unit, 0.0) * unit for start in starts),
        turned_away=figures.turned_away,
    )
