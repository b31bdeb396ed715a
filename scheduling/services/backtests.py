"""Backtests on the company's own history: learned from the first 70 % of whole days, judged by the rest; kept for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from statistics import median
from typing import Any

import numpy as np

from recruit.models import Company
from scheduling.attendance import Outcome
from scheduling.models import Finding, InterviewSession
from scheduling.services.attendance import outcomes
from scheduling.states import SessionState
from scheduling.statistics.backtest import as_json, backtest
from scheduling.statistics.business import Goal
from scheduling.statistics.replays import FOLDS, replay_days

BACKTEST_FINDING, REPLAY_FINDING = "backtest", "replay"
FEWEST_DAYS = 6
# The rows a page's backtest looks at, newest first: enough to judge, small enough to run beside the day's work.
MOST_ROWS = 60_000
TRAIN_SHARE = 0.7
NEWEST_SESSIONS = 200


@dataclass(frozen=True, slots=True)
class Parts:
    """The company's settled invitations up to a moment, cut between two days; ``train`` is empty with too few days."""

    train: Sequence[Outcome]
    test: Sequence[Outcome]
    days: int

    @property
    def rows(self) -> int:
        """All rows."""
        return len(self.train) + len(self.test)


def whole_days(*, at: datetime) -> Parts:
    """Return the newest ``MOST_ROWS`` outcomes before ``at``, the first 70 % of whole days apart from the rest."""
    rows = list(outcomes(before=at))[-MOST_ROWS:]
    sizes = [len(list(day)) for _day, day in groupby(rows, key=lambda outcome: outcome.day)]
    if len(sizes) < FEWEST_DAYS:
        return Parts(train=(), test=rows, days=len(sizes))
    ends = np.cumsum(sizes)
    cut = int(ends[: len(sizes) - 1][int(np.argmin(np.abs(ends[:-1] - TRAIN_SHARE * len(rows))))])
    return Parts(train=rows[:cut], test=rows[cut:], days=len(sizes))


def run_backtest(*, at: datetime, seed: int = 1) -> Finding:
    """Score the model on the company's own days and keep what came out; too little history is a finding as well."""
    parts = whole_days(at=at)
    payload: dict[str, Any] = {"days": parts.days, "rows": parts.rows}
    if parts.train:
        scored = as_json(backtest(parts.train, parts.test, np.random.default_rng(seed)))
        scored["day_totals"] = scored.pop("days")
        payload = {**scored, **payload, "first_test_day": parts.test[0].day.isoformat()}
    return Finding.objects.update_or_create(name=BACKTEST_FINDING, defaults={"at": at, "payload": payload})[0]


def run_replays(*, at: datetime, seed: int = 1, folds: int = FOLDS) -> Finding:
    """Play the company's later days again with plans of the time, learning anew ``folds`` times; keep what they brought."""
    parts = whole_days(at=at)
    goal = usual_goal()
    found = (
        replay_days(parts.train, parts.test, goal, np.random.default_rng(seed), folds=folds) if parts.train else None
    )
    payload: dict[str, Any] = {"days": parts.days, "rows": parts.rows, "goal": asdict(goal)}
    if found is not None:
        payload["found"] = asdict(found) | {"first": found.first.isoformat(), "last": found.last.isoformat()}
    return Finding.objects.update_or_create(name=REPLAY_FINDING, defaults={"at": at, "payload": payload})[0]


def usual_goal() -> Goal:
    """Return the usual target and seats of the newest closed sessions, and what goes wrong costs this company."""
    company, usual = Company.current(), Goal()
    closed = InterviewSession.objects.filter(state=SessionState.CLOSED, is_history=False)
    sizes = [(one.target, one.capacity) for one in closed.order_by("-starts_at")[:NEWEST_SESSIONS]]
    target = int(median(target for target, _seats in sizes)) if sizes else usual.target
    seats = int(median(seats for _target, seats in sizes)) if sizes else usual.seats
    return Goal(
        target=target,
        seats=max(seats, target),
        invitation=company.cost_invitation,
        missing=company.cost_missing_interview,
        extra=company.cost_turned_away,
    )


def last_backtest() -> Finding | None:
    """Return the newest backtest; None before the first."""
    return Finding.objects.filter(name=BACKTEST_FINDING).first()


def last_replays() -> Finding | None:
    """Return the newest replay of past days; None before the first."""
    return Finding.objects.filter(name=REPLAY_FINDING).first()
