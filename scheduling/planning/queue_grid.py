"""The states of the Kiefer-Wolfowitz queue on a grid of whole units, and where they lead (see ``workload``).

The entries of w_1 <= ... <= w_c differ by little while somebody waits, so a state is the pair (w_1, differences to w_1). The
differences that can occur are few; how they move does not depend on w_1 and is tabulated once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scheduling.planning.laws import Vector

Index = NDArray[np.intp]
MOST_DIFFERENCES = 20_000


@dataclass(frozen=True, eq=False)
class Grid:
    """The differences to w_1 that can occur, one row a state, shape (states, c), the first column 0; and the row of each."""

    gaps: Index
    rank: dict[tuple[int, ...], int]


def _seated(gaps: tuple[int, ...], units: int) -> tuple[int, tuple[int, ...]]:
    """Return how far w_1 moves when an interview of ``units`` begins, and the new differences."""
    times = sorted((*gaps[1:], units))
    return times[0], tuple(t - times[0] for t in times)


def _rested(gaps: tuple[int, ...], units: int) -> tuple[int, ...]:
    """Return the differences when ``units`` more than w_1 have passed."""
    return tuple(max(gap - units, 0) for gap in gaps)


@lru_cache(maxsize=32)
def grid_of(interviewers: int, lengths: tuple[int, ...], slot_units: int) -> Grid:
    """Collect the difference vectors that can occur, from an empty day on."""
    start = (0,) * interviewers
    rank, todo = {start: 0}, [start]
    while todo:
        gaps = todo.pop()
        after = [_seated(gaps, units)[1] for units in lengths]
        after += [_rested(gaps, units) for units in range(1, min(slot_units, gaps[-1]) + 1)]
        for one in after:
            if one not in rank:
                rank[one] = len(rank)
                todo.append(one)
        if len(rank) > MOST_DIFFERENCES:
            msg = (
                "service: these lengths and interviewers are beyond the exact method; take a coarser unit, or simulate"
            )
            raise ValueError(msg)
    return Grid(np.array(list(rank), dtype=np.intp).reshape(len(rank), interviewers), rank)


@lru_cache(maxsize=256)
def _moves(grid: Grid, units: int) -> Index:
    """Return by how much the flat place (w_1, differences) changes when an interview of ``units`` begins."""
    size = len(grid.gaps)
    moved = [_seated(tuple(row), units) for row in grid.gaps.tolist()]
    places = [step * size + grid.rank[gaps] - row for row, (step, gaps) in enumerate(moved)]
    return np.array(places, dtype=np.intp)


@lru_cache(maxsize=2048)
def seats(grid: Grid, units: int, rows: int) -> Index:
    """Return where every flat place of the first ``rows`` values of w_1 leads."""
    return np.asarray(np.arange(rows * len(grid.gaps)) + np.tile(_moves(grid, units), rows), dtype=np.intp)


@lru_cache(maxsize=2048)
def all_seats(grid: Grid, lengths: tuple[int, ...], rows: int) -> Index:
    """Return ``seats`` for every length, one after another."""
    return np.concatenate([seats(grid, units, rows) for units in lengths])


@lru_cache(maxsize=64)
def rests(grid: Grid, slot_units: int) -> tuple[Index, Vector]:
    """Return for w_1 < slot_units and every difference: the differences a slot later, and the idle units of that slot."""
    rows = [tuple(row) for row in grid.gaps.tolist()]
    after = [[grid.rank[_rested(gaps, slot_units - w)] for gaps in rows] for w in range(slot_units)]
    idle = [[sum(max(slot_units - w - gap, 0) for gap in gaps) for gaps in rows] for w in range(slot_units)]
    return np.array(after, dtype=np.intp).ravel(), np.array(idle, dtype=np.float64).ravel()
