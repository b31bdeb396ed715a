"""Past days played again: the plan that was possible at the time, against plans that every recruiter could make.

A day is played with the people who were really invited to it, in an order drawn anew each time; who is invited beyond
them is drawn from the days beside it. So every plan is tried on the same people, everybody comes as they really came,
and what the people of a day share (weather, a strike) stays in. (Drawing a day's people with replacement would make the
days differ more than they do.) Each plan knows only what was known before: the model and the usual share are learned
from earlier days, and learned anew for every quarter of the days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance import FittedModel, Invitee, Outcome, fit, predict_many, session_sd
from scheduling.statistics.business import (
    Goal,
    Replies,
    Result,
    best_fixed,
    first_wave,
    fixed_share,
    played,
    result,
    rule_of_thumb,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS = 4
# Days with fewer people say little about the people of that day.
FEWEST_PEOPLE = 10
MOST_DAYS = 120
DRAWS_A_DAY = 40
ANSWER_DRAWS = 60
MOST_PEOPLE, MOST_LATE = 120, 40
BOOTSTRAPS = 400
OURS, THUMB, CHEAPEST, SURE, BEST = "turnout", "ceil", "fixed_cheapest", "fixed_sure", "best_fixed"
ASSURANCE = 0.9


@dataclass(frozen=True, slots=True)
class PastDay:
    """One office's day: the people invited ahead in their order, and those asked on the day itself."""

    day: date
    office: str
    people: tuple[Outcome, ...]
    late: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Ours beside another plan: points by which the target is met more often, share of the cost saved; 9 in 10 ranges.

    Ranges come from drawing the real days anew: playing a day more often makes no second day of it.
    """

    met_points: tuple[float, float, float]
    saved: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Played:
    """One plan over all days: the numbers invited first, least and most over the quarters, and what came of it."""

    invites: tuple[int, int]
    result: Result
    beside: Beside | None


@dataclass(frozen=True, slots=True)
class Replays:
    """What a replay of past days found.

    Attributes:
        days: real days played. draws: times each was played. people: invited ahead on them, in truth.
        rate: share that came of those invited ahead, as known before the last quarter.
        plans: name -> what it brought; ours is ``turnout``.
    """

    goal: Goal
    days: int
    draws: int
    people: int
    first: date
    last: date
    rate: float
    has_late: bool
    plans: dict[str, Played]


def past_days(outcomes: Sequence[Outcome]) -> list[PastDay]:
    """Return the days of every office in order of time, with at least ``FEWEST_PEOPLE`` people invited ahead."""
    groups: dict[tuple[date, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[one.day, one.invitee.office].append(one)
    days = [
        PastDay(
            day=day,
            office=office,
            people=tuple(one for one in rows if not one.invitee.same_day),
            late=tuple(one for one in rows if one.invitee.same_day),
        )
        for (day, office), rows in sorted(groups.items())
    ]
    return [day for day in days if len(day.people) >= FEWEST_PEOPLE]


def replay_days(
    train: Sequence[Outcome],
    test: Sequence[Outcome],
    goal: Goal,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS_A_DAY,
    folds: int = FOLDS,
) -> Replays | None:
    """Play the days of ``test`` ``draws`` times each; None where no day has enough people or nothing was known before.

    ``train`` and ``test`` are in order of time. The newest ``MOST_DAYS`` days are played.
    """
    days = past_days(test)[-MOST_DAYS:]
    if not days or not any(not one.invitee.same_day for one in train):
        return None
    known, parts = [*train, *test], []
    for fold in np.array_split(np.arange(len(days)), min(folds, len(days))):
        chosen = [days[at] for at in fold]
        before = [one for one in known if one.day < chosen[0].day]
        parts.append(_fold(before, chosen, goal, rng, draws=draws))
    ours = {name: np.concatenate([part.outcomes[name] for part in parts], axis=1) for name in parts[0].outcomes}
    shows = np.concatenate([_padded(part.shows, MOST_PEOPLE) for part in parts])
    number, _best = best_fixed(goal, shows)
    ours[BEST] = np.array([np.full(len(shows), float(number)), shows[:, :number].sum(axis=1)], dtype=np.float64)
    invites = {name: [part.invites[name] for part in parts] for name in parts[0].invites} | {BEST: [number]}
    return Replays(
        goal=goal,
        days=len(days),
        draws=draws,
        people=sum(len(day.people) for day in days),
        first=days[0].day,
        last=days[-1].day,
        rate=parts[-1].rate,
        has_late=any(part.has_late for part in parts),
        plans={
            name: Played(
                invites=(min(invites[name]), max(invites[name])),
                result=result(goal, *of),
                beside=None if name == OURS else beside(goal, ours[OURS], of, draws=draws, rng=rng),
            )
            for name, of in ours.items()
        },
    )


def beside(goal: Goal, ours: Floats, other: Floats, *, draws: int, rng: np.random.Generator) -> Beside:
    """Return ours beside another plan; each of shape (2, days x draws): invited and came, the draws of a day together."""
    cost, met = (
        np.array([of(one).reshape(-1, draws).mean(axis=1) for one in (ours, other)])
        for of in (lambda one: goal.cost(one[0], one[1]), lambda one: (one[1] >= goal.target).astype(np.float64))
    )
    drawn = rng.integers(0, cost.shape[1], size=(BOOTSTRAPS, cost.shape[1]))

    def three(now: float, again: Floats) -> tuple[float, float, float]:
        low, high = np.quantile(again, [0.05, 0.95])
        return now, float(low), float(high)

    def saved(costs: Floats) -> Floats:
        return np.asarray(1 - costs[0] / np.maximum(costs[1], 1e-12))

    return Beside(
        met_points=three(
            float(100 * (met[0].mean() - met[1].mean())), 100 * (met[0][drawn] - met[1][drawn]).mean(axis=1)
        ),
        saved=three(float(saved(cost.mean(axis=1))), saved(cost[:, drawn].mean(axis=2))),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    outcomes: dict[str, Floats]
    invites: dict[str, int]
    shows: NDArray[np.bool_]
    rate: float
    has_late: bool


def _fold(
    before: Sequence[Outcome], days: Sequence[PastDay], goal: Goal, rng: np.random.Generator, *, draws: int
) -> _Part:
    """Play a quarter of the days with what was known before its first."""
    model = fit(before, as_of=max(one.day for one in before))
    ahead = [one for one in before if not one.invitee.same_day]
    rate = (sum(one.came for one in ahead) + 0.5) / (len(ahead) + 1)
    fixed = {
        THUMB: rule_of_thumb(goal, rate),
        CHEAPEST: fixed_share(goal, rate, most=MOST_PEOPLE),
        SURE: fixed_share(goal, rate, assurance=ASSURANCE, most=MOST_PEOPLE),
    }
    fixed = {name: min(number, MOST_PEOPLE) for name, number in fixed.items()}
    people = min(max(2 * fixed[SURE], 20), MOST_PEOPLE)
    others = [one for day in days for one in day.late]
    late = min(fixed[THUMB], MOST_LATE) if others else 0
    replies = _replies(model, days, rng, draws=draws, people=people, late=late, others=others)
    # Answers of the past, put together anew, stand for the answers to come.
    pool = predict_many(model, [one.invitee for one in ahead[-5000:]]).mean
    wave = first_wave(
        goal,
        rng.choice(pool, size=(ANSWER_DRAWS, people)),
        replies.late[rng.integers(0, len(replies.late), ANSWER_DRAWS)],
        session_sd(model, [one.invitee for one in days[0].people]),
        rng,
    )
    sd = session_sd(model, [one.invitee for one in days[0].people])
    outcomes = {OURS: np.array(played(goal, wave, replies, sd), dtype=np.float64)}
    for name, number in fixed.items():
        came = replies.shows[:, :number].sum(axis=1)
        outcomes[name] = np.array([np.full(len(came), float(min(number, people))), came], dtype=np.float64)
    return _Part(
        outcomes=outcomes, invites={OURS: wave, **fixed}, shows=replies.shows, rate=rate, has_late=bool(others)
    )


def _replies(
    model: FittedModel,
    days: Sequence[PastDay],
    rng: np.random.Generator,
    *,
    draws: int,
    people: int,
    late: int,
    others: Sequence[Outcome],
) -> Replies:
    """Draw each day's people ``draws`` times, and late people: the day's own first."""
    at_hand = [one for day in days for one in day.people]
    ahead = [_drawn(day.people, at_hand, rng, draws=draws, size=people) for day in days]
    behind = [_drawn(day.late, others, rng, draws=draws, size=late) for day in days] if late else []
    rows = len(days) * draws
    return Replies(
        chances=np.concatenate([_chances(model, *of, asked=True) for of in ahead]),
        shows=np.concatenate([_came(*of) for of in ahead]),
        late=np.concatenate([_chances(model, *of, asked=False) for of in behind]) if late else np.zeros((rows, 0)),
        late_shows=np.concatenate([_came(*of) for of in behind]) if late else np.zeros((rows, 0), dtype=np.bool_),
    )


def _drawn(
    own: Sequence[Outcome], others: Sequence[Outcome], rng: np.random.Generator, *, draws: int, size: int
) -> tuple[list[Outcome], NDArray[np.int64]]:
    """Return people and, for each draw, ``size`` places among them: the day's own in a new order, then others."""
    shuffled = rng.permuted(np.broadcast_to(np.arange(len(own)), (draws, len(own))), axis=1)
    more = len(own) + rng.integers(0, len(others), size=(draws, size))
    return [*own, *others], np.concatenate([shuffled, more], axis=1)[:, :size]


def _chances(model: FittedModel, people: Sequence[Outcome], places: NDArray[np.int64], *, asked: bool) -> Floats:
    return predict_many(model, [one.invitee if asked else _unasked(one.invitee) for one in people]).mean[places]


def _came(people: Sequence[Outcome], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.array([one.came for one in people], dtype=np.bool_)[places]


def _unasked(invitee: Invitee) -> Invitee:
    """Return a late person as known before they are asked: what they answered then is not known yet."""
    return replace(invitee, answer="not_asked", reminders=0, link_loaded=False, delivered=None)


def _padded(shows: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """Return ``shows`` with people who never come to its right, so that days of several quarters fit together."""
    return np.pad(shows, ((0, 0), (0, width - shows.shape[1])))


__all__ = ["ASSURANCE", "BEST", "CHEAPEST", "OURS", "SURE", "THUMB", "Beside", "Played", "Replays", "beside", "past_days", "replay_days"]  # fmt: skip
