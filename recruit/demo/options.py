"""What a demo world is asked to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

RESUMES_A_DAY = 4000 / 30


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """Size and place in time of a demo world.

    ``start`` is the first day and ``days`` the number of days; the last one is "today", planned and not yet held.
    ``scale`` 1 is 4,000 resumes in 30 days. ``now`` (aware) is the moment at which the world stands.
    """

    seed: int
    days: int
    scale: float
    start: date
    now: datetime

    @property
    def today(self) -> date:
        """The last day."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def resumes_a_day(self) -> int:
        """Responses a day."""
        return max(1, round(RESUMES_A_DAY * self.scale))
