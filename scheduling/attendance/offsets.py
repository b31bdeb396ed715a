"""The two columns that come from beliefs: how the group differs from the company, and the person from the group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.special import expit, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scheduling.attendance.beliefs import Belief
    from scheduling.attendance.terms import Encoded

    Floats = NDArray[np.float64]


def person_shift(offset: Floats, shows: Floats, no_shows: Floats, strength: float) -> Floats:
    """Return how a person's own visits move the logit of their group's rate, any shape.

    The rate p becomes (p S + shows) / (S + shows + no-shows), S = ``strength``: the last step of the nesting.
    """
    rate = expit(offset)
    return logit((rate * strength + shows) / (strength + shows + no_shows)) - offset


def with_beliefs(encoded: Encoded, offset: Floats, *, root: Belief, strength: float) -> Encoded:
    """Return ``encoded`` with both columns; ``offset`` is the logit of each person's group rate."""
    columns = {
        "group": offset - logit(np.array(root.mean)),
        "earlier": person_shift(offset, encoded.shows, encoded.no_shows, strength),
    }
    return replace(encoded, numbers={**encoded.numbers, **columns})
