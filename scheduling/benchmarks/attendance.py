"""The attendance model: its speed at the size of a big installation, and how good its forecasts are."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scheduling.attendance import Invitee, Outcome, fit, predict_many
from scheduling.benchmarks import attendance_days, attendance_log

if TYPE_CHECKING:
    from scheduling.attendance.features import AnswerState

FIT_ROWS, FIT_SECONDS = 1_000_000, 60.0
SCORE_ROWS, SCORE_SECONDS = 100_000, 1.0
_ISSUE, _GROUP = 4, "attendance"
_SOURCES = ("hh", "superjob", "avito", "referral", "careers", "agency")
_SHOW: dict[AnswerState, float] = {"confirmed": 0.65, "silent": 0.06, "declined": 0.01, "unsure": 0.2, "opened": 0.12}
_FIRST = date(2023, 1, 2)


def rows() -> list[dict[str, Any]]:
    """Return every figure of the group: speed, the interview log, the demo world over 20 seeds."""
    return [*speed_rows(), *attendance_log.rows(), *attendance_days.rows()]


def speed_rows() -> list[dict[str, Any]]:
    """Return the rows of speed: fitting once (it takes tens of seconds), scoring as the best of five."""
    outcomes = ledger(FIT_ROWS, seed=1)
    started = time.perf_counter()
    model = fit(outcomes, as_of=outcomes[-1].day)
    fitting = time.perf_counter() - started
    people = [outcome.invitee for outcome in outcomes[-SCORE_ROWS:]]
    scoring = []
    for _ in range(5):
        started = time.perf_counter()
        predict_many(model, people)
        scoring.append(time.perf_counter() - started)
    return [
        _row(f"fit the attendance model to {FIT_ROWS:,} settled invitations", fitting, FIT_SECONDS),
        _row(f"score {SCORE_ROWS:,} invitations", min(scoring), SCORE_SECONDS),
    ]


def ledger(size: int, *, seed: int) -> list[Outcome]:
    """Return ``size`` made-up settled invitations, a thousand a day in 12 offices, for 200 vacancies."""
    rng = random.Random(seed)
    answers = list(_SHOW)
    found = []
    for number in range(size):
        answer = rng.choice(answers)
        invitee = Invitee(
            source=rng.choice(_SOURCES),
            office=f"office {number % 12}",
            vacancy=f"vacancy {rng.randrange(200)}",
            lead_hours=rng.uniform(2, 200),
            weekday=number // 1000 % 7,
            hour=9 + number % 9,
            reminders=number % 3,
            answer=answer,
            earlier_shows=int(rng.random() < 0.1),
            earlier_no_shows=int(rng.random() < 0.2),
            interview_type="scheduled",
        )
        day = _FIRST + timedelta(days=number // 1000)
        found.append(Outcome(invitee=invitee, day=day, came=rng.random() < _SHOW[answer]))
    return found


def _row(name: str, seconds: float, limit: float) -> dict[str, Any]:
    return {
        "name": name,
        "issue": _ISSUE,
        "group": _GROUP,
        "value": round(seconds, 3),
        "unit": "s",
        "limit": limit,
        "holds": seconds <= limit,
    }
