"""What the model may know of an invited person: an allow-list, held by the shape of the record itself.

There is no field for anything else, so nothing else can be weighed: not gender, age, marital status, nationality,
native place, name, photo, health or free text (DESIGN decision 3). ``answers`` is the one open door, for the yes/no
questions of imported history; its keys are checked against ``PROTECTED`` and its values against ``ANSWER_LEVELS``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from recruit.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

AnswerState = Literal[
    "not_asked",
    "silent",
    "opened",
    "confirmed",
    "said_yes_by_phone",
    "unsure",
    "asked_to_move",
    "declined",
]
ANSWER_STATES: tuple[str, ...] = get_args(AnswerState)
ANSWER_LEVELS = ("yes", "no", "not_yet", "unsure", "unknown")
INTERVIEW_TYPES = ("", "scheduled", "scheduled_walk_in", "walk_in", "other")

ALLOWED_FEATURES = frozenset(
    {
        "source",
        "vacancy",
        "office",
        "lead_hours",
        "hours_left",
        "same_day",
        "weekday",
        "hour",
        "reminders",
        "delivered",
        "link_loaded",
        "answer",
        "answers",
        "earlier_shows",
        "earlier_no_shows",
        "interview_type",
    }
)
# Words of a question's key that name a trait nobody may be judged by, or a way to guess one.
PROTECTED = frozenset(
    {
        "gender", "sex", "male", "female", "age", "birth", "birthday", "marital", "married", "single", "spouse",
        "children", "child", "pregnant", "pregnancy", "family", "nationality", "national", "citizenship", "citizen",
        "native", "origin", "ethnicity", "ethnic", "race", "religion", "caste", "disability", "health", "photo",
        "name", "surname", "patronymic", "language", "hometown", "address", "comment", "text",
        "пол", "возраст", "рождения", "семейное", "дети", "национальность", "гражданство", "религия", "здоровье",
        "инвалидность", "фото", "имя", "фамилия", "отчество",
        "เพศ", "อายุ", "สถานภาพ", "สัญชาติ", "เชื้อชาติ", "ศาสนา", "สุขภาพ", "ภูมิลำเนา", "ชื่อ",
    }
)  # fmt: skip
# Thai is written without blanks between words, so there a protected word anywhere is enough.
_UNSPACED = tuple(word for word in PROTECTED if word[0] >= "\u0e00")
_WORD_BREAK = re.compile(r"[\s\d_.,:;!?/()'\"“”‘’-]+")
MAX_HOURS = 24 * 366 * 10
_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


class ProtectedFeatureError(InvalidInputError):
    """Something was offered to the model that it must never weigh."""

    code = "protected_feature"


def refuse_protected(keys: Iterable[str]) -> None:
    """Raise ``ProtectedFeatureError`` if a word of one of ``keys`` names a protected trait.

    >>> refuse_protected(["letter_shared", "venue_clear"])
    """
    for key in keys:
        plain = key.casefold()
        if PROTECTED.intersection(_WORD_BREAK.split(plain)) or any(word in plain for word in _UNSPACED):
            raise ProtectedFeatureError(f"“{key}” must not be weighed in a forecast.", field="answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """One invited person as the model sees them; what is not known is left at its default and weighs nothing.

    Attributes:
        source, vacancy, office: codes or ids as text, "" if unknown.
        lead_hours: from invitation to interview, hours >= 0; None if unknown.
        hours_left: from now to the interview; 0 on the day. Silence says little while there is time to answer.
        same_day: invited on the day of the interview.
        weekday: 0 (Monday) to 6. hour: 0 to 23, local time of the office.
        reminders: reminders sent so far.
        delivered: False if the invitation is known not to have arrived; None if nothing is known.
        link_loaded: the secret page was loaded (by a person or a mail scanner): weak evidence.
        answer: the last thing the person let us know; ``not_asked`` before the invitation is sent.
        earlier_shows, earlier_no_shows: own settled invitations before this one.
        interview_type: one of ``INTERVIEW_TYPES``.
        answers: question key -> one of ``ANSWER_LEVELS``; from imported history.
    """

    source: str = ""
    vacancy: str = ""
    office: str = ""
    lead_hours: float | None = None
    hours_left: float = 0.0
    same_day: bool = False
    weekday: int | None = None
    hour: int | None = None
    reminders: int = 0
    delivered: bool | None = None
    link_loaded: bool = False
    answer: AnswerState = "not_asked"
    earlier_shows: int = 0
    earlier_no_shows: int = 0
    interview_type: str = ""
    answers: Mapping[str, str] = field(default_factory=lambda: _NO_ANSWERS)

    def __post_init__(self) -> None:
        """Raise ``InvalidInputError`` (``ProtectedFeatureError`` for a protected question) if a value is not allowed."""
        if self.answer not in ANSWER_STATES:
            raise InvalidInputError(f"There is no answer “{self.answer}”.", field="answer")
        if self.interview_type not in INTERVIEW_TYPES:
            raise InvalidInputError(f"There is no interview type “{self.interview_type}”.", field="interview_type")
        if self.lead_hours is not None and not 0 <= self.lead_hours < MAX_HOURS:
            raise InvalidInputError("A lead time is a number of hours, 0 or more.", field="lead_hours")
        if not 0 <= self.hours_left < MAX_HOURS:
            raise InvalidInputError("The time left is a number of hours, 0 or more.", field="hours_left")
        if self.weekday is not None and not 0 <= self.weekday <= 6:
            raise InvalidInputError("A weekday is 0 to 6.", field="weekday")
        if self.hour is not None and not 0 <= self.hour <= 23:
            raise InvalidInputError("An hour is 0 to 23.", field="hour")
        if min(self.reminders, self.earlier_shows, self.earlier_no_shows) < 0:
            raise InvalidInputError("Counts are not negative.", field="reminders")
        if self.answers:
            _check_answers(self.answers)
            object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one invitation: ``came`` on ``day`` (local date of the office).

    Everybody who was invited belongs here, whoever declined or called off included (they did not come): a plan asks
    how many of those it invites will come. Walk-ins were not invited, and whom we cancelled had no chance to come.
    """

    invitee: Invitee
    day: date
    came: bool


def allowed_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Return what of ``answers`` (from anywhere) the model may know: no protected question, no free text.

    >>> allowed_answers({"letter_shared": "yes", "gender": "yes", "why": "I live near"})
    {'letter_shared': 'yes'}
    """
    found = {}
    for key, level in answers.items():
        try:
            _check_answers({key: level})
        except InvalidInputError:
            continue
        found[key] = level
    return found


def _check_answers(answers: Mapping[str, str]) -> None:
    refuse_protected(answers)
    unknown = sorted(set(answers.values()) - set(ANSWER_LEVELS))
    if unknown:
        raise InvalidInputError(f"An answer is one of {', '.join(ANSWER_LEVELS)}, not “{unknown[0]}”.", field="answers")


if {entry.name for entry in fields(Invitee)} != ALLOWED_FEATURES:  # pragma: no cover - cannot pass review
    raise TypeError("Invitee has a field that is not on the allow-list.")
