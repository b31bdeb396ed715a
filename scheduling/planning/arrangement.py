"""A placing of the people of a streamed session with what comes of it, and when one is better than another."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.planning.day_outcome import DayOutcome
from scheduling.planning.placing import Placing
from scheduling.planning.session_parts import SLACK
from scheduling.planning.streamed_day import StreamedDay


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A placing, what comes of it, its cost, and how it was found: ``gap`` is the most by which a cheaper one could exist (None: unknown)."""

    places: Placing
    outcome: DayOutcome
    cost: float
    method: str
    gap: float | None


def arranged(day: StreamedDay, places: Placing) -> Arrangement:
    """Return a placing that was found before, with what comes of it."""
    return arrangement_of(day, places, "local_search", None)


def arrangement_of(
    day: StreamedDay, places: Placing, method: str, gap: float | None, *, whole: bool = True
) -> Arrangement:
    """Return a placing with what comes of it: all of it, or all that costs anything."""
    outcome = day.outcome(places) if whole else day.queue(places, target=day.spec.target)
    return Arrangement(places, outcome, day.cost(outcome, len(places)), method, gap)


def is_better(day: StreamedDay, new: Arrangement, old: Arrangement) -> bool:
    """Say whether a placing is cheaper and keeps what the other gives of the assurance."""
    if new.outcome.p_target < min(old.outcome.p_target, day.spec.assurance) - SLACK:
        return False
    # A proof is worth having where the cost is the same.
    proved = new.gap is not None and old.gap is None
    return new.cost <= old.cost + 1e-9 if proved else new.cost < old.cost - 1e-9
