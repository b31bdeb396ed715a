"""Settled invitations in, a model out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.features import Outcome
from scheduling.attendance.logistic import CHUNK, Problem, solve
from scheduling.attendance.model import (
    DAY_CORRELATION_PRIOR,
    DAY_SD_PRIOR,
    INTERCEPT_SD,
    STAGES,
    FittedModel,
    Settings,
    Stage,
    prior_model,
    stage_terms,
)
from scheduling.attendance.nesting import SEPARATOR, Cells, Tree, nest
from scheduling.attendance.offsets import with_beliefs
from scheduling.attendance.special import expit, logit, totals
from scheduling.attendance.terms import Encoded, centres, encode, matrix, question_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from scheduling.attendance.features import Invitee
    from scheduling.attendance.terms import Term

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DAY_SD_WEIGHT = 8.0  # days' worth of evidence behind the prior of the day effect
ROUGH_ROWS = 30_000  # the day effect is estimated on so many rows, evenly drawn; more would not change it
_DAY_STEPS = 12
_CORRECTION_SD = 0.1
_STRENGTHS = np.exp(np.linspace(math.log(0.5), math.log(64.0), 29))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Settled invitations as columns, ordered by cluster: the office's day."""

    encoded: Encoded
    came: Floats
    weight: Floats
    cluster: Ints
    cells: Cells
    cell: Ints
    keys: tuple[list[str], list[str], list[str]]
    questions: tuple[str, ...]


def fit(outcomes: Iterable[Outcome], *, as_of: date, settings: Settings | None = None) -> FittedModel:
    """Return the model learned from the outcomes of days up to ``as_of``; later ones are not looked at.

    Beliefs of nested groups first; then three regressions on top, each fitted to beliefs that leave out the row's own
    day. Time grows linearly with the rows; without rows the stated priors are returned.
    """
    settings = settings or Settings()
    last = as_of.date() if isinstance(as_of, datetime) else as_of
    known = [outcome for outcome in outcomes if outcome.day <= last]
    if not known:
        return prior_model(settings)
    rows = _rows(known, settings)
    tree, offset = nest(rows.cells, rows.keys, day_correlation=DAY_CORRELATION_PRIOR, prior=settings.prior)
    day_sd, strength, rho = DAY_SD_PRIOR, settings.person_strength, DAY_CORRELATION_PRIOR
    rough: Floats | None = None
    for _ in range(2):
        strength = _person_strength(rows, offset[rows.cell], settings.person_strength)
        ready = _ready(rows, tree, offset[rows.cell], strength)
        day_sd, rough = _day_sd(ready, "before", day_sd)
        rho = day_sd**2 * tree.root.mean * (1 - tree.root.mean)
        tree, offset = nest(rows.cells, rows.keys, day_correlation=rho, prior=settings.prior)
    ready = _ready(rows, tree, offset[rows.cell], strength)
    return FittedModel(
        tree=tree,
        stages=_stages(ready, day_sd, rough),
        questions=rows.questions,
        person_strength=strength,
        day_correlation=rho,
        rows=len(known),
        days=int(rows.cluster.max()) + 1,
        as_of=last.isoformat(),
    )


def attenuation(day_sd: float) -> float:
    """Return by what a logit shrinks when a normal effect of that size is averaged over: sqrt(1 + c^2 sd^2).

    c = 16 sqrt(3) / (15 pi). Source: Zeger, Liang and Albert (1988), formula 3.4.
    """
    return math.sqrt(1 + (16 * math.sqrt(3) / (15 * math.pi)) ** 2 * day_sd**2)


def _rows(known: Sequence[Outcome], settings: Settings) -> _Rows:
    clusters = sorted({(outcome.day, outcome.invitee.office) for outcome in known})
    numbers = {key: number for number, key in enumerate(clusters)}
    cluster = np.array([numbers[outcome.day, outcome.invitee.office] for outcome in known], dtype=np.int64)
    order = np.argsort(cluster, kind="stable")
    cluster = cluster[order]
    people = [known[at].invitee for at in order]
    came = np.array([known[at].came for at in order], dtype=np.float64)
    days = sorted({day for day, _ in clusters})
    later = {day: len(days) - 1 - number for number, day in enumerate(days)}
    fresh = np.array([0.5 ** (later[day] / settings.half_life_days) for day, _ in clusters])
    groups, keys = _groups(people)
    at, first, cell = np.unique(groups[2] * len(clusters) + cluster, return_index=True, return_inverse=True)
    cells = Cells(
        groups=(groups[0][first], groups[1][first], groups[2][first]),
        day=cluster[first],
        people=totals(cell, np.ones_like(came), size=at.size),
        came=totals(cell, came, size=at.size),
        fresh=fresh[cluster[first]],
    )
    questions = tuple(question_keys(people))
    return _Rows(
        encoded=encode(people, questions),
        came=came,
        weight=fresh[cluster],
        cluster=cluster,
        cells=cells,
        cell=cell,
        keys=keys,
        questions=questions,
    )


def _groups(people: Sequence[Invitee]) -> tuple[tuple[Ints, Ints, Ints], tuple[list[str], list[str], list[str]]]:
    """Return each person's group number at the three levels, and the groups' names."""
    numbers: list[Ints] = []
    keys: list[list[str]] = []
    for depth in range(3):
        if depth == 0:
            paths = [one.source for one in people]
        elif depth == 1:
            paths = [f"{one.source}{SEPARATOR}{one.office}" for one in people]
        else:
            paths = [f"{one.source}{SEPARATOR}{one.office}{SEPARATOR}{one.vacancy}" for one in people]
        names = sorted(set(paths))
        code = {name: number for number, name in enumerate(names)}
        numbers.append(np.array([code[path] for path in paths], dtype=np.int64))
        keys.append(names)
    return (numbers[0], numbers[1], numbers[2]), (keys[0], keys[1], keys[2])


@dataclass(frozen=True, slots=True)
class _Ready:
    """Rows with what their groups and persons say, ready for a regression."""

    rows: _Rows
    encoded: Encoded
    offset: Floats


def _ready(rows: _Rows, tree: Tree, rate: Floats, strength: float) -> _Ready:
    offset = logit(rate)
    return _Ready(
        rows=rows, encoded=with_beliefs(rows.encoded, offset, root=tree.root, strength=strength), offset=offset
    )


def _person_strength(rows: _Rows, rate: Floats, usual: float) -> float:
    """Return the strength S that makes what people with earlier visits did most likely; near ``usual`` if few have any."""
    seen = np.flatnonzero(rows.encoded.shows + rows.encoded.no_shows)
    seen = seen[:: max(1, seen.size // ROUGH_ROWS)]
    shows, visits = rows.encoded.shows[seen], (rows.encoded.shows + rows.encoded.no_shows)[seen]
    best, found = -math.inf, usual
    for strength in _STRENGTHS:
        p = (rate[seen] * strength + shows) / (strength + visits)
        fit_ = float(rows.weight[seen] @ np.where(rows.came[seen] > 0, np.log(p), np.log1p(-p)))
        fit_ -= 0.5 * math.log(strength / usual) ** 2
        if fit_ > best:
            best, found = fit_, float(strength)
    return found


def _used(ready: _Ready, name: str) -> Ints:
    """Return the rows that a stage is fitted to: those of which it knows what the stage before it does not."""
    choices = ready.encoded.choices
    if name == "before":
        return np.arange(ready.offset.size)
    if name == "answer":
        return np.flatnonzero(choices["answer"] >= 0)
    asked = [choices[f"question:{key}"] >= 0 for key in ready.rows.questions]
    return np.flatnonzero(np.any(asked, axis=0)) if asked else np.zeros(0, dtype=np.int64)


def _problem(ready: _Ready, name: str, used: Ints, day_sd: float) -> tuple[tuple[Term, ...], Floats, Problem]:
    """Return the terms of a stage, their centres and its regression on the rows ``used``.

    Everything is written on the logit of the chance averaged over days; the regression, which sees the days, has it
    widened by ``attenuation``.
    """
    terms = stage_terms(name, ready.rows.questions)
    part = Encoded(
        numbers={key: values[used] for key, values in ready.encoded.numbers.items()},
        choices={key: values[used] for key, values in ready.encoded.choices.items()},
        shows=ready.encoded.shows[used],
        no_shows=ready.encoded.no_shows[used],
        silent_share=ready.encoded.silent_share[used],
    )
    weight = ready.rows.weight[used]
    centre = centres(terms, part, weight)
    wide = attenuation(day_sd)

    def design(start: int, stop: int) -> Floats:
        x = np.empty((stop - start, centre.size + 1))
        x[:, 0] = wide
        np.multiply(matrix(terms, part, slice(start, stop), centre), wide, out=x[:, 1:])
        return x

    problem = Problem(
        design=design,
        offset=ready.offset[used] * wide,
        came=ready.rows.came[used],
        weight=weight,
        day=np.unique(ready.rows.cluster[used], return_inverse=True)[1],
        prior_mean=np.array([0.0, *(mean for term in terms for mean in term.prior_mean)]),
        prior_sd=np.array([INTERCEPT_SD, *(term.prior_sd for term in terms for _ in term.levels)]),
    )
    return terms, centre, problem


def _stage(ready: _Ready, name: str, used: Ints, day_sd: float, start: Floats | None) -> Stage:
    terms, centre, problem = _problem(ready, name, used, day_sd)
    solution = solve(problem, day_sd=day_sd, start=start)
    return Stage(
        terms=terms,
        centre=centre,
        intercept=float(solution.beta[0]) + _correction(problem, solution.beta, day_sd),
        beta=solution.beta[1:],
        covariance=solution.covariance,
        day_sd=day_sd,
    )


def _correction(problem: Problem, beta: Floats, day_sd: float) -> float:
    """Return what the intercept must be moved by so that the mean chance, averaged over days, meets the share that came.

    The joint mode puts the averages a little too high for rare events. People of one day count as fewer, and the move
    is believed small beforehand, so a few rows move nothing.
    """
    size = problem.came.size
    people = totals(problem.day, np.ones(size))
    rate = float(np.mean(problem.came)) if size else 0.0
    rho, shrink = day_sd**2 * rate * (1 - rate), attenuation(day_sd)
    weight = problem.weight / (1 + np.maximum(people - 1, 0) * rho)[problem.day]
    eta = problem.offset / shrink
    for start in range(0, size, CHUNK):
        stop = min(start + CHUNK, size)
        eta[start:stop] += problem.design(start, stop) @ beta / shrink
    move = 0.0
    for _ in range(5):
        chance = expit(eta + move)
        slope = float(weight @ (chance * (1 - chance))) + 1 / _CORRECTION_SD**2
        move += (float(weight @ (problem.came - chance)) - move / _CORRECTION_SD**2) / slope
    return move


def _day_sd(ready: _Ready, name: str, start: float) -> tuple[float, Floats | None]:
    """Return the deviation of the day effect, shrunk to its prior by ``DAY_SD_WEIGHT`` days, and rough coefficients.

    Fixed point of sd^2 = (sum u^2 + k prior^2) / (sum (1 - v / sd^2) + k). Source: MacKay (1992), effective number
    of parameters.
    """
    used = _used(ready, name)
    # Whole days are drawn: a thinned day would hide its effect.
    days = np.unique(ready.rows.cluster[used])
    keep = days[:: max(1, used.size // ROUGH_ROWS)]
    used = used[np.isin(ready.rows.cluster[used], keep)]
    sd, beta = start, None
    for _ in range(_DAY_STEPS):
        solution = solve(_problem(ready, name, used, sd)[2], day_sd=sd, start=beta)
        beta = solution.beta
        told = float(np.sum(1 - np.minimum(solution.day_variance / sd**2, 1.0)))
        squares = float(solution.day_effect @ solution.day_effect)
        before, sd = sd, math.sqrt((squares + DAY_SD_WEIGHT * DAY_SD_PRIOR**2) / (told + DAY_SD_WEIGHT))
        if abs(sd - before) < 0.01 * sd:
            break
    return sd, beta


def _stages(ready: _Ready, day_sd: float, rough: Floats | None) -> dict[str, Stage]:
    stages = {}
    for name in STAGES:
        used = _used(ready, name)
        if used.size or name != "questions":
            sd, start = (day_sd, rough) if name == "before" else _day_sd(ready, name, day_sd)
            stages[name] = _stage(ready, name, used, sd, start)
    return stages
