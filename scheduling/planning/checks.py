"""The checks of arguments that every planner shares: nothing is clipped in silence, a ``ValueError`` names what is out of range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

Nodes = Sequence[tuple[float, float]]
MAX_SHIFT = 50.0


def check_number(name: str, value: object) -> None:
    """Raise ``ValueError`` naming ``name`` unless the value is a number (a truth value is none)."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ValueError(f"{name}: {value!r} is not a number")  # noqa: TRY004 - one error for all bad input


def check_listed(name: str, values: object) -> None:
    """Raise ``ValueError`` naming ``name`` unless the value is a collection (of anything)."""
    if not isinstance(values, Iterable):
        raise ValueError(f"{name}: a list is needed, not {values!r}")  # noqa: TRY004 - one error for all bad input


def check_whole(name: str, value: object, *, least: int = 0, most: int = 1_000_000_000) -> None:
    """Raise ``ValueError`` naming ``name`` unless the value is a whole number (no truth value) within ``least`` … ``most``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise ValueError(f"{name}: {value!r} must be a whole number from {least} to {most}")


def check_positive(name: str, value: float) -> None:
    """Raise ``ValueError`` naming ``name`` unless the value is finite and above 0."""
    check_number(name, value)
    if not (value > 0.0 and math.isfinite(value)):
        raise ValueError(f"{name}: {value!r} must be a finite number above 0")


def check_probabilities(name: str, values: Iterable[float]) -> None:
    """Raise ``ValueError`` naming ``name`` unless every value is a number in [0, 1]."""
    check_listed(name, values)
    for value in values:
        if value.__class__ is not float:
            check_number(name, value)
        if not 0.0 <= value <= 1.0:  # NaN fails both comparisons
            raise ValueError(f"{name}: {value!r} is not a probability in [0, 1]")


def check_non_negative(name: str, value: float) -> None:
    """Raise ``ValueError`` naming ``name`` unless the value is finite and not negative."""
    check_number(name, value)
    if not (value >= 0.0 and math.isfinite(value)):
        raise ValueError(f"{name}: {value!r} must be a finite number, 0 or more")


def check_nodes(nodes: Nodes) -> None:
    """Raise ``ValueError`` unless ``nodes`` are (shift in log-odds, weight) pairs with weights that sum to 1."""
    check_listed("nodes", nodes)
    total = 0.0
    for shift, weight in nodes:
        check_number("nodes: shift", shift)
        if not abs(shift) <= MAX_SHIFT:
            raise ValueError(f"nodes: shift {shift!r} must lie within -{MAX_SHIFT}..{MAX_SHIFT} log-odds")
        check_non_negative("nodes: weight", weight)
        total += weight
    if abs(total - 1.0) > 1e-9:
        raise ValueError(f"nodes: the weights sum to {total!r}, not to 1")
