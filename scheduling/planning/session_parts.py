"""What plans of whole sessions share: who is counted, how many are tried, how a range is told."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from scheduling.planning.checks import Nodes
from scheduling.planning.laws import Vector
from scheduling.planning.mixture import day_sd, quantile, rate_sd
from scheduling.planning.plan_record import Arrivals
from scheduling.planning.spec import GroupSpec, StreamedSpec

SLACK = 1e-12
# Nobody plans a session of more invitations than this; a target that needs more cannot be had.
MOST_INVITED = 400
RULE_OF_THUMB = 20
FACTORS = (0.6, 0.8, 1.0, 1.25, 1.5)


def spread_of(spec: StreamedSpec | GroupSpec) -> float:
    """Return the standard deviation on the logit of what everybody of the session shares."""
    if spec.spread is not None:
        return spec.spread
    return math.hypot(day_sd(spec.day_correlation, spec.typical.mean), rate_sd(spec.typical.mean, spec.typical.weight))


def people_of(spec: StreamedSpec | GroupSpec, count: int) -> tuple[float, ...]:
    """Return the chances of the first ``count`` people: those chosen in their order, then typical ones."""
    chosen = spec.show_probs[:count]
    return chosen + (spec.typical.mean,) * (count - len(chosen))


def arrivals_of(law: Vector, extra: int = 0) -> Arrivals:
    """Return the summary of a law of the number that come, with ``extra`` people who come for certain."""
    if extra:
        law = np.concatenate([np.zeros(extra), law])
    return Arrivals(
        mean=float(law @ np.arange(len(law))),
        q05=quantile(law, 0.05),
        q50=quantile(law, 0.5),
        q95=quantile(law, 0.95),
        law=tuple(float(mass) for mass in law),
    )


def spread_evenly(count: int, bands: int) -> tuple[int, ...]:
    """Return ``count`` people over ``bands`` bands, the earlier ones first.

    >>> spread_evenly(48, 7)
    (7, 7, 7, 7, 7, 7, 6)
    """
    share, rest = divmod(count, bands)
    return tuple(share + (index < rest) for index in range(bands))


def smallest(fits: Callable[[int], bool], most: int, start: int = 0) -> int | None:
    """Return the smallest number in ``start`` … ``most`` for which ``fits`` holds; it must stay true once it is."""
    if start > most or not fits(most):
        return None
    low, high = start, most
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low


def crossing(share: Callable[[int], float], level: float, low: int, high: int) -> int | None:
    """Return the smallest number in ``low`` … ``high`` with ``share`` >= ``level``; ``share`` must not fall with the number.

    What is missing from 1 falls about geometrically, so the next number to look at is found on its logarithm: fewer looks than halving.
    """
    missing = math.log(max(1.0 - level, 1e-15))
    at_high = share(high)
    if at_high < level:
        return None
    at_low = share(low)
    if at_low >= level:
        return low
    below, above = math.log(max(1.0 - at_low, 1e-15)), math.log(max(1.0 - at_high, 1e-15))
    halve = False
    while high - low > 1:
        part = (below - missing) / (below - above) if below > above else 0.5
        # A bracket that shrinks from one side only is halved every other time.
        guess = (low + high) // 2 if halve else low + math.ceil(part * (high - low))
        middle = min(max(guess, low + 1), high - 1)
        reached = share(middle)
        log = math.log(max(1.0 - reached, 1e-15))
        halve = not halve and high - low > 8
        if reached >= level:
            high, above = middle, log
        else:
            low, below = middle, log
    return high


def scaled(people: tuple[float, ...], factor: float) -> tuple[float, ...]:
    """Return everybody's chance times ``factor``; nobody becomes surer than 0.99 by it, and who is sure stays sure.

    >>> scaled((0.2, 0.9, 1.0), 2.0)
    (0.4, 0.99, 1.0)
    """
    if factor == 1.0:
        return people
    return tuple(max(p, min(p * factor, 0.99)) if factor > 1.0 else p * factor for p in people)


def rate_range(mean: float, nodes: Nodes) -> tuple[float, float]:
    """Return the 90 % range of the rate itself."""
    if len(nodes) == 1:
        return mean, mean
    sd = max(shift for shift, _ in nodes) / max(np.polynomial.hermite_e.hermegauss(len(nodes))[0])
    centre = math.log(mean / (1 - mean))
    return tuple(1 / (1 + math.exp(-(centre + side * 1.645 * sd))) for side in (-1, 1))  # type: ignore[return-value]


def lower_target(target: int, chance: Callable[[int], float], assurance: float) -> list[tuple[str, int, float]]:
    """Return the greatest target that can be promised with the assurance; else the greatest likely one."""
    for lower in range(target - 1, 0, -1):
        reached = chance(lower)
        if reached >= assurance - SLACK:
            return [("accept_target", lower, reached)]
    return [("accept_target", 1, chance(1))] if target > 1 else []
