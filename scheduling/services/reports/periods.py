"""Two periods side by side: every rate with a test that knows days differ, corrected for looking at several rates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from scheduling.services.attendance import current_model
from scheduling.services.reports.measures import COUNTS
from scheduling.services.reports.slices import Slice
from scheduling.statistics.compare import Comparison, DayCount, compare, holm
from scheduling.statistics.rates import RATES

COMPARED = ("show", "confirm", "decline", "cancel_in_time", "cancel_late", "late", "left_unseen", "turned_away")


@dataclass(frozen=True, kw_only=True)
class RateChange:
    """One rate in both periods; ``p_value`` corrected for all the rates of the page."""

    name: str
    comparison: Comparison
    p_value: float

    @property
    def is_sure(self) -> bool:
        """Whether the change stands even after looking at all the rates."""
        return self.comparison.verdict in {"higher", "lower"} and self.p_value < 1 - self.comparison.level


def compare_periods(before: Slice, after: Slice, *, level: float = 0.95) -> list[RateChange]:
    """Return every rate of ``COMPARED`` in both slices; one statement a slice."""
    correlation = min(max(current_model().day_correlation, 0.0), 1.0)
    days = _days(before), _days(after)
    found = {}
    for name in COMPARED:
        sides = [
            [
                DayCount(
                    count=sum(day[key] for key in RATES[name][0]),
                    of=sum(day[key] for key in RATES[name][1]),
                )
                for day in side
            ]
            for side in days
        ]
        found[name] = compare(sides[0], sides[1], day_correlation=correlation, level=level)
    corrected = holm({name: one.p_value for name, one in found.items()})
    return [RateChange(name=name, comparison=one, p_value=corrected[name]) for name, one in found.items()]


def _days(piece: Slice) -> list[dict[str, int]]:
    """Return the counts of each office's day: people of one session share its day, whatever else differs."""
    rows: Any = (
        piece.invitations()
        .values(
            "session_id",
            at=F("session__starts_at"),
            place=F("session__office_id"),
            zone=F("session__office__time_zone"),
        )
        .annotate(**COUNTS)
        .order_by()
    )
    days: dict[tuple[int, object], dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    for row in rows:
        moment: datetime = row["at"]
        into = days[row["place"], timezone.localtime(moment, ZoneInfo(row["zone"])).date()]
        for name in COUNTS:
            into[name] += int(row[name])
    return list(days.values())
