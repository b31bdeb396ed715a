"""The terms of the regression: what of an invitee becomes which column, and what is believed of it beforehand.

A prior mean other than 0 is a stated opinion for a company without history: whoever confirms is more likely to come
and whoever declines is not. All of them are weak and give way to data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.features import ANSWER_STATES, INTERVIEW_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from scheduling.attendance.features import Invitee

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOUR_BANDS = ("before 10", "10 to 12", "12 to 15", "15 to 18", "after 18")
_HOUR_STARTS = (10, 12, 15, 18)
# What the person said of coming is ``Invitee.answer`` already; the same column of a file must not count twice.
SAID_ALREADY = frozenset({"expected", "intention"})
QUESTION_LEVELS = ("yes", "not yes", "no answer")
_QUESTION_CODES = {"yes": 0, "no": 1, "not_yet": 1, "unsure": 1, "unknown": 2}
MAX_QUESTIONS = 24
_SAID = ANSWER_STATES[1:]


@dataclass(frozen=True, slots=True)
class Term:
    """One feature's columns.

    Attributes:
        name: feature, or ``question:KEY``.
        levels: one column each; a single "" is a number instead of a choice.
        prior_mean, prior_sd: of each column's coefficient, on the logit.
    """

    name: str
    levels: tuple[str, ...]
    prior_mean: tuple[float, ...]
    prior_sd: float

    @property
    def is_number(self) -> bool:
        """Whether the term is one column that holds a number."""
        return self.levels == ("",)


def _choice(name: str, levels: Sequence[str], sd: float) -> Term:
    return Term(name, tuple(levels), (0.0,) * len(levels), sd)


def _number(name: str, sd: float, mean: float = 0.0) -> Term:
    return Term(name, ("",), (mean,), sd)


def question(key: str) -> Term:
    """Return the term of a yes/no question of imported history."""
    return _choice(f"question:{key}", QUESTION_LEVELS, 0.2)


BEFORE = (
    _number("group", 0.3),  # by how much more or less the groups differ than their beliefs do
    _number("earlier", 0.5, 1.0),
    _number("lead_hours", 0.4),
    _number("same_day", 0.5),
    _choice("weekday", [str(day) for day in range(7)], 0.1),
    _choice("hour", HOUR_BANDS, 0.1),
    _choice("interview_type", INTERVIEW_TYPES[1:], 0.5),
    _number("reminders", 0.3),
    _number("not_delivered", 1.0, -1.0),
    _number("link_loaded", 0.5),
)
ANSWER = Term("answer", _SAID, (-0.5, 0.0, 1.0, 1.0, -0.3, -1.0, -3.0), 1.0)


# A yes is worth more to somebody who was given an hour than to somebody who was told "come by": the kind of
# appointment once more, among those who said yes.
YES_BY_TYPE = _choice("yes_by_type", INTERVIEW_TYPES[1:], 0.8)
_YES = ("confirmed", "said_yes_by_phone")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Columns of invitees, shape (rows,) each: numbers with NaN, choices with -1, where nothing is known."""

    numbers: Mapping[str, Floats]
    choices: Mapping[str, Ints]
    shows: Floats
    no_shows: Floats
    silent_share: Floats

    def size(self) -> int:
        """Return the number of rows."""
        return int(self.shows.size)


def encode(people: Sequence[Invitee], questions: Sequence[str]) -> Encoded:
    """Return the columns of ``people``; only ``questions`` are looked at of their answers."""
    lead = np.array([math.nan if one.lead_hours is None else one.lead_hours for one in people], dtype=np.float64)
    left = np.array([one.hours_left for one in people], dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        elapsed = np.where(lead > 0, 1 - np.clip(left / lead, 0.0, 1.0), 1.0)
    answer_codes = {state: number for number, state in enumerate(ANSWER_STATES, start=-1)}
    type_codes = {kind: number for number, kind in enumerate(INTERVIEW_TYPES, start=-1)}
    hour_codes = {hour: int(np.searchsorted(_HOUR_STARTS, hour, side="right")) for hour in range(24)}
    choices = {
        "weekday": np.array([-1 if one.weekday is None else one.weekday for one in people], dtype=np.int64),
        "hour": np.array([-1 if one.hour is None else hour_codes[one.hour] for one in people], dtype=np.int64),
        "interview_type": np.array([type_codes[one.interview_type] for one in people], dtype=np.int64),
        "answer": np.array([answer_codes[one.answer] for one in people], dtype=np.int64),
    }
    said_yes = np.isin(choices["answer"], [answer_codes[state] for state in _YES])
    choices["yes_by_type"] = np.where(said_yes, choices["interview_type"], -1)
    for key in questions:
        codes = [_QUESTION_CODES[one.answers[key]] if key in one.answers else -1 for one in people]
        choices[f"question:{key}"] = np.array(codes, dtype=np.int64)
    numbers = {
        "lead_hours": np.log1p(np.maximum(lead, 0.0) / 24),
        "same_day": np.array([one.same_day for one in people], dtype=np.float64),
        "reminders": np.log1p(np.array([one.reminders for one in people], dtype=np.float64)),
        "not_delivered": np.array([one.delivered is False for one in people], dtype=np.float64),
        "link_loaded": np.array([one.link_loaded for one in people], dtype=np.float64),
    }
    silent = choices["answer"] == answer_codes["silent"]
    return Encoded(
        numbers=numbers,
        choices=choices,
        shows=np.array([one.earlier_shows for one in people], dtype=np.float64),
        no_shows=np.array([one.earlier_no_shows for one in people], dtype=np.float64),
        silent_share=np.where(silent, elapsed, 1.0),
    )


def question_keys(people: Sequence[Invitee]) -> list[str]:
    """Return the questions that occur, in alphabetical order, at most ``MAX_QUESTIONS``."""
    keys = {key for one in people if one.answers for key in one.answers}
    return sorted(keys - SAID_ALREADY)[:MAX_QUESTIONS]


def matrix(terms: Sequence[Term], encoded: Encoded, rows: slice, centre: Floats) -> Floats:
    """Return the design of ``rows``, shape (rows, columns); a term of which nothing is known is 0 (= the usual)."""
    size = rows.stop - rows.start
    x = np.zeros((size, centre.size))
    at = 0
    for term in terms:
        width = len(term.levels)
        if term.is_number:
            x[:, at] = np.nan_to_num(encoded.numbers[term.name][rows] - centre[at])
        else:
            codes = encoded.choices[term.name][rows]
            known = np.flatnonzero(codes >= 0)
            x[known, at : at + width] = -centre[at : at + width]
            x[known, at + codes[known]] += 1.0
        at += width
    return x


def centres(terms: Sequence[Term], encoded: Encoded, weight: Floats) -> Floats:
    """Return each column's weighted mean over the rows where something is known, shape (columns,); 0 if nowhere."""
    found: list[float] = []
    for term in terms:
        if term.is_number:
            values = encoded.numbers[term.name]
            known = ~np.isnan(values)
            total = float(weight[known].sum())
            found.append(float(weight[known] @ values[known]) / total if total else 0.0)
        else:
            codes = encoded.choices[term.name]
            known = codes >= 0
            sums = np.bincount(codes[known], weight[known], minlength=len(term.levels))
            found.extend((sums / max(sums.sum(), 1e-12)).tolist())
    return np.array(found)
