"""What the attendance model is worth in the demo world: day totals, and plans that met their target or did not."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import numpy as np

from scheduling.attendance import FittedModel, Invitee, fit, predict_many, session_sd
from scheduling.benchmarks.demo_days import FIRST, Days, days_to_plan, history
from scheduling.statistics.backtest import day_result, day_totals
from scheduling.statistics.business import (
    Goal,
    Replies,
    Result,
    best_fixed,
    first_wave,
    fixed,
    mean_of,
    replay,
    rule_of_thumb,
    saving,
)
from scheduling.statistics.calibration import DayTotal

SEEDS = 20
TRAIN_DAYS, TEST_DAYS, PEOPLE = 60, 30, 32
PLAN_DAYS, POOL, LATE = 200, 60, 25
_ISSUE, _GROUP = 4, "attendance"
_GOAL = Goal()


def rows() -> list[dict[str, Any]]:
    """Return calibration of day totals and the business backtest over ``SEEDS`` seeds."""
    return [*calibration_rows(SEEDS), *business_rows(SEEDS)]


def calibration_rows(seeds: int) -> list[dict[str, Any]]:
    """Return how well the laws of day totals hold, learned on days 1-60 and judged on 61-90."""
    totals: list[DayTotal] = []
    cut = FIRST + timedelta(days=TRAIN_DAYS)
    for seed in range(seeds):
        outcomes = history(Random(seed), days=TRAIN_DAYS + TEST_DAYS, people=PEOPLE)
        model = fit([one for one in outcomes if one.day < cut], as_of=cut)
        totals += day_totals(model, [one for one in outcomes if one.day >= cut])
    found = day_result(totals, np.random.default_rng(0))
    inside = float(np.mean([0.05 < value < 0.95 for value in found.pit]))
    ratio = found.chi2_per_day or 0.0
    return [
        _row("day totals: share in the central 90 % of the PIT, off .90", abs(inside - 0.9), "share", 0.03),
        _row("day totals: PIT, distance from uniform", found.pit_distance, "", 0.06),
        _row("day totals: chi2/df, at most", ratio, "", 1.25),
        _row("day totals: chi2/df, at least", ratio, "", 0.8, holds=ratio >= 0.8),
    ]


def business_rows(seeds: int) -> list[dict[str, Any]]:
    """Return what planning with personal chances and replanning saves, target 5, 8 seats, the issue's costs."""
    ours, thumb, best = (mean_of(list(results)) for results in zip(*map(_one_seed, range(seeds)), strict=True))
    points = 100 * (ours.met - thumb.met)
    share = 100 * saving(ours, best)
    return [
        _row("target met more often than by ceil(m/p)", points, "points", 20, holds=points >= 20),
        _row("mean cost of a day, beside ceil(m/p)", ours.cost, "", round(thumb.cost, 4)),
        _row("cost below the best fixed number", share, "%", 12, holds=share >= 12),
    ]


def _one_seed(seed: int) -> tuple[Result, Result, Result]:
    """Return our result, that of ceil(m / p) and that of the best fixed number, on the same days."""
    rng = Random(1000 + seed)
    past = history(rng, days=TRAIN_DAYS, people=PEOPLE)
    model = fit(past, as_of=past[-1].day)
    days = days_to_plan(rng, days=PLAN_DAYS, people=POOL, late=LATE, first=past[-1].day + timedelta(days=1))
    ahead = [one for one in past if not one.invitee.same_day]
    rate = sum(one.came for one in ahead) / len(ahead)
    # Answers of the past, put together anew, stand for the answers to come.
    drawn = [[rng.choice(ahead).invitee for _ in range(POOL)] for _ in range(60)]
    late = [days.late[0]] * len(drawn)
    sd = session_sd(model, drawn[0])
    draws = np.random.default_rng(seed)
    wave = first_wave(_GOAL, _chances(model, drawn), _chances(model, late), sd, draws)
    return (
        replay(_GOAL, wave, _replies(model, days), sd),
        fixed(_GOAL, days.shows, rule_of_thumb(_GOAL, rate)),
        best_fixed(_GOAL, days.shows)[1],
    )


def _replies(model: FittedModel, days: Days) -> Replies:
    return Replies(
        chances=_chances(model, days.people),
        shows=days.shows,
        late=_chances(model, days.late),
        late_shows=days.late_shows,
    )


def _chances(model: FittedModel, people: list[list[Invitee]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    flat = [one for row in people for one in row]
    return predict_many(model, flat).mean.reshape(len(people), -1)


def _row(name: str, value: float, unit: str, limit: float, *, holds: bool | None = None) -> dict[str, Any]:
    """Return a row of the bench; without ``holds`` the value must not be above the limit."""
    return {
        "name": name,
        "issue": _ISSUE,
        "group": _GROUP,
        "value": round(value, 4),
        "unit": unit,
        "limit": limit,
        "holds": value <= limit if holds is None else holds,
    }
