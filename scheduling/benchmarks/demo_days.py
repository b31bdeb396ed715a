"""The demo world's law as bare days: histories to learn from, days to plan. Nothing here knows the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, cast

import numpy as np

from recruit.demo import law
from scheduling.attendance import Invitee, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scheduling.attendance.features import AnswerState

FIRST = date(2026, 1, 5)
OFFICES = 3
LATE_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could be invited: as known after the answer, and whether they would come."""

    invitee: Invitee
    shows: bool


def person(rng: Random, *, day: date, office: str, effect: float, late: bool = False) -> Person:
    """Draw a person of an office's day whose common effect is ``effect`` (standard normal)."""
    source = law.pick(rng, law.SOURCE_SHARES)
    lead = 0 if late else rng.choices(list(law.LEAD_SHARES), weights=list(law.LEAD_SHARES.values()))[0]
    answer = law.pick(rng, law.ANSWER_SHARES)
    chance = law.show_probability(answer=answer, source=source, lead_days=lead, day_effect=effect, late=late)
    invitee = Invitee(
        source=source,
        office=office,
        lead_hours=4.0 if late else 24.0 * lead,
        same_day=late,
        weekday=day.weekday(),
        hour=13,
        answer="not_asked" if late else cast("AnswerState", answer),
    )
    return Person(invitee=invitee, shows=rng.random() < chance)


def history(rng: Random, *, days: int, people: int, first: date = FIRST) -> list[Outcome]:
    """Draw settled invitations of ``days`` days in every office, ``people`` invited ahead and a few on the day."""
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        for office in range(OFFICES):
            effect = rng.gauss(0, 1)
            for at in range(people + LATE_A_DAY):
                one = person(rng, day=day, office=f"office {office}", effect=effect, late=at >= people)
                found.append(Outcome(invitee=one.invitee, day=day, came=one.shows))
    return found


@dataclass(frozen=True, slots=True)
class Days:
    """Days to plan: people in the recruiter's order and late people, and who of them would come."""

    people: list[list[Invitee]]
    shows: NDArray[np.bool_]
    late: list[list[Invitee]]
    late_shows: NDArray[np.bool_]


def days_to_plan(rng: Random, *, days: int, people: int, late: int, first: date) -> Days:
    """Draw ``days`` days of one office, with ``people`` who could be invited and ``late`` who could be asked late."""
    ahead, on_the_day = [], []
    for number in range(days):
        day, effect = first + timedelta(days=number), rng.gauss(0, 1)
        ahead.append([person(rng, day=day, office="office 0", effect=effect) for _ in range(people)])
        on_the_day.append([person(rng, day=day, office="office 0", effect=effect, late=True) for _ in range(late)])
    return Days(
        people=[[one.invitee for one in row] for row in ahead],
        shows=np.array([[one.shows for one in row] for row in ahead]),
        late=[[one.invitee for one in row] for row in on_the_day],
        late_shows=np.array([[one.shows for one in row] for row in on_the_day]),
    )
