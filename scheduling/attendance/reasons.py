"""Why a forecast is what it is: the terms that moved it, in words a recruiter uses."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from scheduling.attendance.nesting import LEVELS
from scheduling.attendance.offsets import with_beliefs
from scheduling.attendance.special import logit
from scheduling.attendance.terms import HOUR_BANDS, QUESTION_LEVELS, Term, encode, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scheduling.attendance.features import Invitee
    from scheduling.attendance.model import FittedModel, Stage

WORTH_SAYING = 0.1  # on the logit: a factor of about 1.1 on the odds
LITTLE_KNOWN = 30.0  # people's worth of evidence

# Text key -> sentence; pages translate the sentence and fill in ``params``.
TEXTS: dict[str, str] = {
    "off": "The forecast is switched off: everybody is taken at the same rate.",
    "little_known": "Little is known yet: %(people)d people's worth of history.",
    "source": "People from %(source)s",
    "office": "Invited to %(office)s",
    "vacancy": "Invited for %(vacancy)s",
    "earlier": "Came to %(shows)d of %(visits)d earlier appointments",
    "lead_hours": "Invited %(hours)d hours ahead",
    "same_day": "Invited on the day itself",
    "weekday": "The day of the week",
    "hour": "The time of day (%(band)s)",
    "interview_type": "The kind of appointment",
    "yes_by_type": "Said yes to this kind of appointment",
    "reminders": "Reminders sent: %(count)d",
    "not_delivered": "The invitation was not delivered",
    "link_loaded": "The link was loaded",
    "answer.silent": "Has not answered",
    "answer.opened": "Opened the invitation without answering",
    "answer.confirmed": "Confirmed",
    "answer.said_yes_by_phone": "Said yes on the phone",
    "answer.unsure": "Is not sure",
    "answer.asked_to_move": "Asked for another time",
    "answer.declined": "Declined",
    "question.yes": "Answered yes: %(question)s",
    "question.not_yes": "Did not answer yes: %(question)s",
    "question.none": "Gave no answer: %(question)s",
}
_QUESTION_TEXTS = dict(zip(QUESTION_LEVELS, ("question.yes", "question.not_yes", "question.none"), strict=True))


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that moved a forecast.

    Attributes:
        code: the feature. sign: +1 more likely, -1 less likely, 0 a remark.
        text: key of ``TEXTS``. params: what the sentence is filled in with.
        odds_factor: by what it multiplies the odds of coming, > 0.
    """

    code: str
    sign: int
    text: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    odds_factor: float = 1.0


def explain(model: FittedModel, invitee: Invitee) -> tuple[Reason, ...]:
    """Return the reasons of ``invitee``'s forecast, strongest first; what moves the odds by under a tenth is left out."""
    if model.flat_rate is not None:
        return (Reason(code="off", sign=0, text="off"),)
    found = [*_group_reasons(model, invitee), *_term_reasons(model, invitee)]
    found = [reason for reason in found if abs(math.log(reason.odds_factor)) >= WORTH_SAYING]
    found.sort(key=lambda reason: -abs(math.log(reason.odds_factor)))
    belief = model.belief(source=invitee.source, office=invitee.office, vacancy=invitee.vacancy)
    if belief.weight < LITTLE_KNOWN:
        found.append(Reason(code="little_known", sign=0, text="little_known", params={"people": round(belief.weight)}))
    return tuple(found)


def _reason(code: str, shift: float, text: str, **params: str | int) -> Reason:
    return Reason(code=code, sign=1 if shift > 0 else -1, text=text, params=params, odds_factor=math.exp(shift))


def _group_reasons(model: FittedModel, invitee: Invitee) -> list[Reason]:
    reasons, path = [], {}
    before = model.tree.root.mean
    for level in LEVELS:
        path[level] = str(getattr(invitee, level))
        after = model.belief(**path).mean
        shift = float(logit(np.array(after)) - logit(np.array(before)))
        reasons.append(_reason(level, shift, level, **{level: path[level]}))
        before = after
    return reasons


def _best_stage(model: FittedModel, invitee: Invitee) -> Stage:
    if "questions" in model.stages and any(key in invitee.answers for key in model.questions):
        return model.stages["questions"]
    return model.stages["before" if invitee.answer == "not_asked" else "answer"]


def _term_reasons(model: FittedModel, invitee: Invitee) -> list[Reason]:
    belief = model.belief(source=invitee.source, office=invitee.office, vacancy=invitee.vacancy)
    encoded = with_beliefs(
        encode([invitee], model.questions),
        logit(np.array([belief.mean])),
        root=model.tree.root,
        strength=model.person_strength,
    )
    stage = _best_stage(model, invitee)
    shifts = matrix(stage.terms, encoded, slice(0, 1), stage.centre)[0] * stage.beta
    reasons, at = [], 0
    for term in stage.terms:
        shift = float(shifts[at : at + len(term.levels)].sum())
        at += len(term.levels)
        if term.name == "answer":
            shift *= float(encoded.silent_share[0])
        if term.name != "group" and shift:
            reasons.append(_described(term, shift, invitee))
    return reasons


def _described(term: Term, shift: float, invitee: Invitee) -> Reason:
    kind, _, key = term.name.partition(":")
    if kind == "question":
        level = {"yes": "yes", "unknown": "no answer"}.get(invitee.answers[key], "not yes")
        return _reason("question", shift, _QUESTION_TEXTS[level], question=key)
    if kind == "answer":
        return _reason("answer", shift, f"answer.{invitee.answer}")
    params: dict[str, str | int] = {}
    if kind == "earlier":
        params = {"shows": invitee.earlier_shows, "visits": invitee.earlier_shows + invitee.earlier_no_shows}
    elif kind == "lead_hours" and invitee.lead_hours is not None:
        params = {"hours": round(invitee.lead_hours)}
    elif kind == "hour" and invitee.hour is not None:
        params = {"band": HOUR_BANDS[int(np.searchsorted((10, 12, 15, 18), invitee.hour, side="right"))]}
    elif kind == "reminders":
        params = {"count": invitee.reminders}
    return _reason(kind, shift, kind, **params)
