"""A plan of one day and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scheduling.planning.streams import DayFigures


class Method(StrEnum):
    """How a plan was found, and so what is known of it."""

    CERTIFIED = "certified"
    ENUMERATED = "enumerated"
    SEARCHED = "searched"

    @property
    def known(self) -> str:
        """What is known of the distance to the best plan, in a sentence."""
        return _KNOWN[self]


_KNOWN = {
    Method.CERTIFIED: "No plan is cheaper by more than the gap: the cost is convex in the cumulated numbers (shown in the literature for a "
    "fixed number and no target price, checked numerically for the rest) and no set of moves lowers it.",
    Method.ENUMERATED: "Every possible plan was priced.",
    Method.SEARCHED: "The best of a local search with several starts; how far the best plan is, is not known.",
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan: the slot of each person (None: not invited), its expected cost with invitations, its figures.

    ``gap`` is the most by which a cheaper plan could exist, in cost units; None when nothing is known.
    """

    slots: tuple[int | None, ...]
    cost: float
    figures: DayFigures
    method: Method
    gap: float | None

    @property
    def invited(self) -> int:
        """Number of people invited."""
        return sum(slot is not None for slot in self.slots)

    def counts(self, slots: int) -> tuple[int, ...]:
        """Return how many are invited to each of ``slots`` slots."""
        return tuple(np.bincount([s for s in self.slots if s is not None], minlength=slots).tolist())
