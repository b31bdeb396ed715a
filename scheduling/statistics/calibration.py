"""Are the promises kept? Day totals against their forecast laws, coverage of ranges, drift alarm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.statistics.rates import SMALL, Rate, rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.9)
SLACK = 0.5  # standard deviations a day that a drift must exceed before it adds up
ALARM = 5.0  # without drift one alarm, up or down, in about 465 days


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A day's arrivals: the law that was forecast, pmf[k] = P(k come), and how many came."""

    pmf: Sequence[float]
    came: int

    def __post_init__(self) -> None:
        if self.came < 0 or not self.pmf or abs(math.fsum(self.pmf) - 1) > 1e-6:
            raise InvalidInputError("A day needs a law that sums to 1 and a number of arrivals.", field="pmf")

    @property
    def below(self) -> float:
        """Forecast chance that fewer came than did."""
        return math.fsum(self.pmf[: self.came])

    @property
    def exactly(self) -> float:
        """Forecast chance of just the number that came."""
        return self.pmf[self.came] if self.came < len(self.pmf) else 0.0

    @property
    def mean(self) -> float:
        """Forecast mean."""
        return math.fsum(k * chance for k, chance in enumerate(self.pmf))

    @property
    def variance(self) -> float:
        """Forecast variance."""
        mean = self.mean
        return math.fsum((k - mean) ** 2 * chance for k, chance in enumerate(self.pmf))


def pit(days: Sequence[DayTotal], rng: np.random.Generator) -> Floats:
    """Return the randomised probability integral transform of each day, shape (days,): uniform if the laws are right.

    u = P(fewer) + v P(exactly), v uniform from ``rng``. Source: Czado, Gneiting and Held (2009), Biometrics 65.
    """
    v = rng.random(len(days))
    return np.array([min(max(day.below + share * day.exactly, 0.0), 1.0) for day, share in zip(days, v, strict=True)])


def uniform_distance(values: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance of ``values`` in [0, 1] from the uniform law; 0 of none."""
    if not values.size:
        return 0.0
    ordered = np.sort(values)
    steps = np.arange(values.size + 1) / values.size
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()))


def spread_ratio(days: Sequence[DayTotal]) -> float | None:
    """Return chi2/df: the mean of (came - mean)^2 / variance; near 1 if the laws are as wide as they should be."""
    squares = [(day.came - day.mean) ** 2 / day.variance for day in days if day.variance > 0]
    return math.fsum(squares) / len(squares) if squares else None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise kept on some of its days.

    Attributes:
        level: share of days on which it should hold.
        kept: on how many of how many days it held, with a 90 % interval.
        is_broken: even the upper end of the interval is below the level: show it in red.
        remedy: key of ``REMEDIES``, "" while nothing is wrong.
    """

    level: float
    kept: Rate
    is_broken: bool
    remedy: str


REMEDIES = {
    "too_narrow": "The ranges are too narrow: refit the model, the days differ more than it believes.",
    "too_high": "Fewer come than forecast: refit the model and invite more until then.",
    "too_low": "More come than forecast: refit the model and invite fewer until then.",
    "target": "Targets are missed more often than promised: refit the model and plan with more assurance until then.",
}


def promise(kept: int, of: int, level: float, *, remedy: str = "too_narrow") -> Promise:
    """Return whether something promised with probability ``level`` held on ``kept`` of ``of`` days often enough."""
    share = rate(kept, of, level=0.9)
    broken = of > 0 and share.high < level
    return Promise(level=level, kept=share, is_broken=broken, remedy=remedy if broken else "")


def coverage(days: Sequence[DayTotal], levels: Iterable[float] = LEVELS) -> list[Promise]:
    """Return, for each level, how often the arrivals lay in the central range of that probability.

    A range of whole numbers holds more than its level, so the shares are slightly above it when all is well.
    """
    return checked_coverage([(day.below, day.exactly) for day in days], levels)


def checked_coverage(laws: Sequence[tuple[float, float]], levels: Iterable[float] = LEVELS) -> list[Promise]:
    """Return the same from what was kept of each day: the forecast chances of (fewer than came, just so many)."""
    found = []
    for level in levels:
        kept = 0
        outside_low = outside_high = 0
        tail = (1 - level) / 2
        for below, exactly in laws:
            if below + exactly <= tail:
                outside_low += 1
            elif below >= 1 - tail:
                outside_high += 1
            else:
                kept += 1
        found.append(promise(kept, len(laws), level, remedy=_remedy(outside_low, outside_high)))
    return found


def _remedy(low: int, high: int) -> str:
    if low + high < 4 or max(low, high) < 3 * (min(low, high) + 1):
        return "too_narrow"
    return "too_high" if low > high else "too_low"


@dataclass(frozen=True, slots=True)
class DayCheck:
    """One day of one group: what was expected of the arrivals, how widely (day effect included), and what came."""

    expected: float
    variance: float
    came: int


@dataclass(frozen=True, slots=True)
class Drift:
    """State of a two-sided CUSUM after the last day.

    Attributes:
        up, down: sums so far, in standard deviations; path of the larger one, signed, day by day.
        alarm_day: index of the first day on which ``ALARM`` was passed; None if never.
        direction: +1 more come than forecast, -1 fewer, 0 no alarm.
        days: how many were looked at; under ``SMALL`` nothing is concluded from silence.
    """

    up: float
    down: float
    path: tuple[float, ...]
    alarm_day: int | None
    direction: int
    days: int

    @property
    def is_small(self) -> bool:
        """Whether there are too few days to trust the silence."""
        return self.days < SMALL


def drift(days: Sequence[DayCheck], *, slack: float = SLACK, alarm: float = ALARM) -> Drift:
    """Return whether the group's arrivals drift away from their forecasts, days in order of time.

    S+ = max(0, S+ + z - slack), S- = max(0, S- - z - slack), z = (came - expected) / sd. Source: Page (1954),
    Biometrika 41, 100-115.
    """
    up = down = 0.0
    path: list[float] = []
    alarm_day, direction = None, 0
    for number, day in enumerate(days):
        z = (day.came - day.expected) / math.sqrt(day.variance) if day.variance > 0 else 0.0
        up, down = max(0.0, up + z - slack), max(0.0, down - z - slack)
        path.append(up if up >= down else -down)
        if alarm_day is None and max(up, down) > alarm:
            alarm_day, direction = number, 1 if up > down else -1
    return Drift(up=up, down=down, path=tuple(path), alarm_day=alarm_day, direction=direction, days=len(days))
