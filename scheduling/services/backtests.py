"""The backtest on the company's own history: fit on the first 70 % of whole days, judged by the rest; kept for its page."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np

from scheduling.models import Finding
from scheduling.services.attendance import outcomes
from scheduling.statistics.backtest import as_json, backtest

BACKTEST_FINDING = "backtest"
FEWEST_DAYS = 6
# The rows a page's backtest looks at, newest first: enough to judge, small enough to run beside the day's work.
MOST_ROWS = 60_000
TRAIN_SHARE = 0.7


def run_backtest(*, at: datetime, seed: int = 1) -> Finding:
    """Score the model on the company's own days and keep what came out; too little history is a finding as well."""
    rows = list(outcomes(before=at))[-MOST_ROWS:]
    sizes = [len(list(day)) for _day, day in groupby(rows, key=lambda outcome: outcome.day)]
    payload: dict[str, Any]
    if len(sizes) < FEWEST_DAYS:
        payload = {"days": len(sizes), "rows": len(rows)}
    else:
        ends = np.cumsum(sizes)
        cut = int(ends[: len(sizes) - 1][int(np.argmin(np.abs(ends[:-1] - TRAIN_SHARE * len(rows))))])
        payload = as_json(backtest(rows[:cut], rows[cut:], np.random.default_rng(seed)))
        payload["day_totals"] = payload.pop("days")
        payload |= {"days": len(sizes), "rows": len(rows), "first_test_day": rows[cut].day.isoformat()}
    return Finding.objects.update_or_create(name=BACKTEST_FINDING, defaults={"at": at, "payload": payload})[0]


def last_backtest() -> Finding | None:
    """Return the newest backtest; None before the first."""
    return Finding.objects.filter(name=BACKTEST_FINDING).first()
