"""What goes wrong on purpose, drawn from a seed, so that a failing run can be repeated."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field

KINDS = ("busy", "error", "html", "blocked", "captcha", "cut", "cut_after", "slow", "broken_json", "moving")


@dataclass(slots=True)
class Faults:
    """Shares in [0, 1] of requests that meet each fault; at most one a request.

    Attributes:
        busy: 429 with Retry-After 0. error: 502 with JSON. html: 503 with an HTML page. blocked: 403 HTML of a
            protection service. captcha: 403 ``captcha_required``. cut: the connection breaks before anything is
            done. cut_after: it breaks after it was done. slow: the answer takes ``slow_seconds``. broken_json:
            200 with half a body. moving: a response changes its list just before this page is read.
        twice, lost: shares of webhook notices that are sent two times, or never.
        only: paths that begin so; "" for all.
    """

    seed: int = 1
    busy: float = 0.0
    error: float = 0.0
    html: float = 0.0
    blocked: float = 0.0
    captcha: float = 0.0
    cut: float = 0.0
    cut_after: float = 0.0
    slow: float = 0.0
    broken_json: float = 0.0
    moving: float = 0.0
    twice: float = 0.0
    lost: float = 0.0
    slow_seconds: float = 0.05
    only: str = ""
    met: dict[str, int] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def draw(self, path: str) -> str:
        """Return the fault of this request, "" for none; a queued one goes first."""
        with self._lock:
            if self.only and not path.startswith(self.only):
                return ""
            found = self.queue.pop(0) if self.queue else self._drawn()
            if found:
                self.met[found] = self.met.get(found, 0) + 1
            return found

    def _drawn(self) -> str:
        point = self._chance.random()
        for kind in KINDS:
            share = float(getattr(self, kind))
            if point < share:
                return kind
            point -= share
        return ""

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit`` - 1."""
        with self._lock:
            return self._chance.randrange(limit)

    def copies(self) -> int:
        """Return how often the next notice is sent: 0, 1 or 2 times."""
        with self._lock:
            point = self._chance.random()
        return 0 if point < self.lost else 2 if point < self.lost + self.twice else 1
