"""Fit on the past, forecast what came after, and score it beside simpler models given the same rows."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.attendance import FittedModel, fit, predict_many, session_sd
from scheduling.attendance.logistic import Problem, solve
from scheduling.attendance.session import arrivals_law
from scheduling.attendance.special import expit, log_beta
from scheduling.statistics.calibration import DayTotal, Promise, coverage, pit, spread_ratio, uniform_distance
from scheduling.statistics.scores import (
    Line,
    Scores,
    calibration_error_limit,
    calibration_line,
    grouped,
    scores,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from scheduling.attendance import Outcome

    Floats = NDArray[np.float64]
    Chances = Callable[[Sequence[Outcome], Sequence[Outcome]], Floats]

_SPREADS = np.exp(np.linspace(np.log(1.0), np.log(2000.0), 60))
_PLAIN_SD = 3.0


@dataclass(frozen=True, slots=True)
class ModelResult:
    """Scores of one model on the test rows; the limit is what a perfectly calibrated model would stay under."""

    scores: Scores
    calibration_error_limit: float
    line: Line | None


@dataclass(frozen=True, slots=True)
class DayResult:
    """Day totals against their laws: chi2/df, distance of the PIT from uniform, coverage of central ranges."""

    days: int
    chi2_per_day: float | None
    pit: tuple[float, ...]
    pit_distance: float
    coverage: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a backtest found; ``models`` by name, ours is ``turnout``."""

    train_rows: int
    test_rows: int
    models: dict[str, ModelResult]
    days: DayResult
    version: str


def backtest(train: Sequence[Outcome], test: Sequence[Outcome], rng: np.random.Generator) -> Backtest:
    """Return how models fitted to ``train`` forecast ``test``; nothing of ``test`` but its invitees is seen before.

    ``rng`` draws the randomised PIT and the simulations of the calibration limit.

    Raises:
        InvalidInputError: one part is empty.
    """
    if not train or not test:
        raise InvalidInputError("A backtest needs rows to learn from and rows to be judged by.")
    model = fit(train, as_of=max(outcome.day for outcome in train))
    people = [outcome.invitee for outcome in test]
    chances: dict[str, Floats] = {"turnout": predict_many(model, people).mean}
    baselines: dict[str, Chances] = {
        "base_rate": base_rate,
        "source": lambda a, b: shrunken(a, b, lambda outcome: outcome.invitee.source),
        "answer": lambda a, b: shrunken(a, b, lambda outcome: outcome.invitee.answer),
        "logistic": plain_logistic,
    }
    if importlib.util.find_spec("sklearn"):
        baselines["boosting"] = boosting
    chances |= {name: forecast(train, test) for name, forecast in baselines.items()}
    came = [outcome.came for outcome in test]
    results = {}
    for name, forecast in chances.items():
        groups = grouped(forecast.tolist(), came)
        limit = calibration_error_limit(groups, rng)
        results[name] = ModelResult(scores(groups), limit, calibration_line(groups))
    return Backtest(
        train_rows=len(train),
        test_rows=len(test),
        models=results,
        days=day_result(day_totals(model, test), rng),
        version=model.version,
    )


def day_totals(model: FittedModel, test: Sequence[Outcome]) -> list[DayTotal]:
    """Return each office's day of ``test`` with the law that ``model`` forecast for it, in order of time."""
    days: dict[tuple[Any, str], list[Outcome]] = {}
    for outcome in test:
        days.setdefault((outcome.day, outcome.invitee.office), []).append(outcome)
    found = []
    for _, outcomes in sorted(days.items()):
        people = [outcome.invitee for outcome in outcomes]
        law = arrivals_law(predict_many(model, people).mean.tolist(), session_sd(model, people))
        found.append(DayTotal(pmf=law.tolist(), came=sum(outcome.came for outcome in outcomes)))
    return found


def day_result(days: Sequence[DayTotal], rng: np.random.Generator) -> DayResult:
    """Return how well the laws of ``days`` fit what came."""
    values = pit(days, rng)
    return DayResult(
        days=len(days),
        chi2_per_day=spread_ratio(days),
        pit=tuple(values.tolist()),
        pit_distance=uniform_distance(values),
        coverage=tuple(coverage(days)),
    )


def as_json(result: Backtest) -> dict[str, Any]:
    """Return ``result`` as JSON-able data: ``models`` -> name -> brier, log_loss, auc, calibration_error and more."""
    models = {}
    for name, one in result.models.items():
        models[name] = asdict(one.scores) | {
            "calibration_error_limit": one.calibration_error_limit,
            "calibration": asdict(one.line) if one.line else None,
        }
    return {
        "train_rows": result.train_rows,
        "test_rows": result.test_rows,
        "version": result.version,
        "models": models,
        "days": asdict(result.days),
    }


def base_rate(train: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    """Forecast everybody's chance as the share that came."""
    return np.full(len(test), (sum(outcome.came for outcome in train) + 0.5) / (len(train) + 1))


def shrunken(train: Sequence[Outcome], test: Sequence[Outcome], key: Callable[[Outcome], str]) -> Floats:
    """Forecast by one variable: empirical Bayes of its groups, strength by marginal likelihood."""
    counts: dict[str, list[int]] = {}
    for outcome in train:
        into = counts.setdefault(key(outcome), [0, 0])
        into[0] += outcome.came
        into[1] += 1
    y, n = np.array(list(counts.values()), dtype=np.float64).T
    m = (y.sum() + 0.5) / (n.sum() + 1)
    s = _SPREADS[:, None]
    fits = (log_beta(y + m * s, n - y + (1 - m) * s) - log_beta(m * s, (1 - m) * s)).sum(axis=1)
    best = float(_SPREADS[int(np.argmax(fits))])
    by_group = {group: (came + m * best) / (people + best) for group, (came, people) in counts.items()}
    return np.array([by_group.get(key(outcome), m) for outcome in test])


def _cells(outcome: Outcome) -> list[str]:
    one = outcome.invitee
    known = {
        "source": one.source,
        "office": one.office,
        "vacancy": one.vacancy,
        "type": one.interview_type,
        "weekday": one.weekday,
        "hour": one.hour,
        "answer": one.answer,
        "reminders": min(one.reminders, 3),
        "lead": None if one.lead_hours is None else min(int(one.lead_hours // 24), 8),
        "no_shows": min(one.earlier_no_shows, 3),
        "shows": min(one.earlier_shows, 3),
    }
    return [f"{name}={value}" for name, value in (known | dict(one.answers)).items()]


def _indicators(train: Sequence[Outcome], test: Sequence[Outcome]) -> tuple[Floats, Floats]:
    """Return 0/1 columns of every value that occurs at least twice in ``train``."""
    counts: dict[str, int] = {}
    for outcome in train:
        for cell in _cells(outcome):
            counts[cell] = counts.get(cell, 0) + 1
    names = sorted(name for name, number in counts.items() if 2 <= number < len(train))
    column = {name: number for number, name in enumerate(names)}
    parts = []
    for outcomes in (train, test):
        x = np.zeros((len(outcomes), len(column)))
        for row, outcome in enumerate(outcomes):
            x[row, [column[cell] for cell in _cells(outcome) if cell in column]] = 1.0
        parts.append(x)
    return parts[0], parts[1]


def plain_logistic(train: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    """Forecast by a logistic regression on indicators of all values, coefficients barely held (sd 3)."""
    x, new = (np.hstack([np.ones((part.shape[0], 1)), part]) for part in _indicators(train, test))
    problem = Problem(
        design=lambda start, stop: x[start:stop],
        offset=np.zeros(len(train)),
        came=np.array([outcome.came for outcome in train], dtype=np.float64),
        weight=np.ones(len(train)),
        day=np.zeros(len(train), dtype=np.int64),
        prior_mean=np.zeros(x.shape[1]),
        prior_sd=np.full(x.shape[1], _PLAIN_SD),
    )
    return expit(new @ solve(problem, day_sd=1e-3).beta)


def boosting(train: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
    """Forecast by scikit-learn's gradient boosting (shallow and slow, which suits few rows) on the same indicators."""
    # Not a dependency at run time, and without types: reached by name.
    ensemble = importlib.import_module("sklearn.ensemble")
    x, new = _indicators(train, test)
    model = ensemble.GradientBoostingClassifier(max_depth=2, learning_rate=0.05, random_state=0)
    model.fit(x, [outcome.came for outcome in train])
    return np.asarray(model.predict_proba(new)[:, 1], dtype=np.float64)
