"""Rates of every kind by every dimension: one statement for the counts, at most one or two for the names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scheduling.services.reports.dimensions import DIMENSIONS, ORDER
from scheduling.services.reports.measures import COUNTS
from scheduling.services.reports.slices import Slice
from scheduling.statistics.rates import GroupCounts, Rate, rate, rate_table, rates_of

LEVEL = 0.9


@dataclass(frozen=True, kw_only=True)
class RateLine:
    """A row of a table: the group (its key in addresses and its name), its counts and all its rates."""

    code: str
    key: str
    counts: dict[str, int]
    rates: dict[str, Rate]

    @property
    def show(self) -> Rate:
        """Came, of those who came or did not."""
        return self.rates["show"]


def counts_by(piece: Slice, dimension: str) -> list[GroupCounts]:
    """Return the counts of each group of ``dimension`` (one of ``DIMENSIONS``), in one statement."""
    cut = DIMENSIONS[dimension]
    names = {f"key_{name}": expression for name, expression in cut.columns.items()}
    rows: Any = piece.invitations().values(**names).annotate(**COUNTS).order_by()
    return [
        GroupCounts(
            keys={"key": cut.key({name.removeprefix("key_"): row[name] for name in names})},
            counts={name: int(row[name]) for name in COUNTS},
        )
        for row in rows
    ]


def rate_lines(piece: Slice, dimension: str) -> list[RateLine]:
    """Return the groups with all their rates, the largest first (weekdays, hours and the like in their own order)."""
    cut = DIMENSIONS[dimension]
    rows = rate_table(counts_by(piece, dimension), "key", level=LEVEL)
    names = cut.names([str(row.key) for row in rows])
    if dimension in ORDER:
        rows.sort(key=lambda row: ORDER[dimension].index(str(row.key)))
    elif cut.is_ordered:
        rows.sort(key=lambda row: str(row.key))
    else:
        rows.sort(key=lambda row: (-row.counts["invited"], str(row.key)))
    return [
        RateLine(code=str(row.key), key=names.get(str(row.key), str(row.key)), counts=row.counts, rates=row.rates)
        for row in rows
    ]


def totals(piece: Slice) -> dict[str, int]:
    """Return the counts of the whole slice."""
    return {name: int(value or 0) for name, value in piece.invitations().aggregate(**COUNTS).items()}


def all_rates(counts: dict[str, int]) -> dict[str, Rate]:
    """Return every rate of some counts, at the level of the pages."""
    return rates_of(counts, level=LEVEL)


def overall(piece: Slice) -> Rate:
    """Return the show rate of the slice."""
    counts = totals(piece)
    return rate(counts["arrived"], counts["arrived"] + counts["no_show"], level=LEVEL)
