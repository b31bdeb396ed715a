"""A fitted model: beliefs of groups, three small regressions and the day effect; JSON in, JSON out."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from recruit.errors import InvalidInputError
from scheduling.attendance.beliefs import PRIOR, Belief
from scheduling.attendance.features import ALLOWED_FEATURES, refuse_protected
from scheduling.attendance.nesting import Level, Tree
from scheduling.attendance.terms import ANSWER, BEFORE, YES_BY_TYPE, Term, question

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FORMAT = 1
# Correlation of two invited people of one day, from 42 days of a public interview log, and what that is on the logit.
DAY_CORRELATION_PRIOR = 0.034
DAY_SD_PRIOR = math.sqrt(DAY_CORRELATION_PRIOR / (PRIOR.mean * (1 - PRIOR.mean)))
STAGES = ("before", "answer", "questions")
FEATURE_OF_TERM = {
    "group": "source",
    "earlier": "earlier_shows",
    "not_delivered": "delivered",
    "yes_by_type": "interview_type",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model learns.

    Attributes:
        half_life_days: a day counts half when so many later days with interviews have been seen (> 0). Days without
            interviews do not age anything: a pause teaches nothing.
        prior: what is believed of a company without history.
        person_strength: visits' worth of evidence in the group's rate against a person's own visits, until learned.
    """

    half_life_days: float = 120.0
    prior: Belief = PRIOR
    person_strength: float = 4.0


@dataclass(frozen=True)
class Stage:
    """One regression on top of the beliefs: what is known before an answer, with it, with answers to questions.

    ``day_sd``: deviation of the day's common effect on the logit of these chances. It grows with what is known: a bad
    day keeps home those who would have come, so it moves a mixture of sure and unlikely people less than its parts.
    """

    terms: tuple[Term, ...]
    centre: Floats
    intercept: float
    beta: Floats
    covariance: Floats  # of (intercept, beta)
    day_sd: float = DAY_SD_PRIOR


@dataclass(frozen=True)
class FittedModel:
    """What was learned from ``rows`` settled invitations.

    Attributes:
        tree: beliefs about people of whom only source, office and vacancy are known.
        stages: regressions by name; a model without history has those of the stated priors.
        questions: keys of the yes/no questions it knows.
        person_strength: visits; see ``Settings``.
        day_correlation: of two people of one office and day of whom nothing is known: day_sd^2 p (1 - p) of the
            first stage at the company's rate p. It is what ``beliefs.posterior`` counted the people of a day with.
        rows, days: what it was fitted to. as_of: ISO date; nothing later was looked at.
        flat_rate: the off switch: everybody has this rate, whatever is known; None = the model is on.
    """

    tree: Tree
    stages: dict[str, Stage]
    questions: tuple[str, ...] = ()
    person_strength: float = 4.0
    day_correlation: float = DAY_CORRELATION_PRIOR
    rows: int = 0
    days: int = 0
    as_of: str = ""
    flat_rate: float | None = None
    _text: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def day_sd(self) -> float:
        """Deviation of the common effect of one office's day on people of whom nothing is known, on the logit."""
        return self.stages["before"].day_sd

    @property
    def version(self) -> str:
        """Hash of everything that decides a forecast: equal models have equal versions."""
        if not self._text:
            text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
            self._text.append(hashlib.sha256(text.encode()).hexdigest()[:32])
        return self._text[0]

    def belief(self, *, source: str = "", office: str = "", vacancy: str = "") -> Belief:
        """Return what is believed of people not yet named: what a plan takes as typical.

        Without a source it is that of all sources' people of the office and vacancy, as far as those are given.
        """
        if self.flat_rate is not None:
            return Belief(self.flat_rate, 1e6)
        return self.tree.belief(source=source, office=office, vacancy=vacancy)

    def to_dict(self) -> dict[str, Any]:
        """Return the model as JSON-able data that ``from_dict`` reads back to an equal model."""
        return {
            "format": FORMAT,
            "root": [self.tree.root.mean, self.tree.root.weight],
            "levels": [
                {"spread": level.spread, "groups": {key: [b.mean, b.weight] for key, b in level.groups.items()}}
                for level in self.tree.levels
            ],
            "stages": {name: _stage_to_dict(stage) for name, stage in self.stages.items()},
            "questions": list(self.questions),
            "person_strength": self.person_strength,
            "day_correlation": self.day_correlation,
            "rows": self.rows,
            "days": self.days,
            "as_of": self.as_of,
            "flat_rate": self.flat_rate,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> FittedModel:
        """Return the model written in ``data``.

        Raises:
            InvalidInputError: another format, something missing, or a term outside the allow-list.
        """
        if data.get("format") != FORMAT:
            raise InvalidInputError("This attendance model has another format; fit it again.", field="payload")
        try:
            levels = [
                Level(spread=level["spread"], groups={key: Belief(*pair) for key, pair in level["groups"].items()})
                for level in data["levels"]
            ]
            root = Belief(*data["root"])
            stages = {name: _stage_from_dict(stage) for name, stage in data["stages"].items()}
            return cls(
                tree=Tree(root=root, levels=(levels[0], levels[1], levels[2])),
                stages=stages,
                questions=tuple(data["questions"]),
                person_strength=data["person_strength"],
                day_correlation=data["day_correlation"],
                rows=data["rows"],
                days=data["days"],
                as_of=data["as_of"],
                flat_rate=data["flat_rate"],
            )
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise InvalidInputError(f"This is not an attendance model: {error}.", field="payload") from None

    def switched_off(self, rate: float | None = None) -> FittedModel:
        """Return the same model with everybody at ``rate`` in (0, 1), the company's own if None."""
        if rate is not None and not 0 < rate < 1:
            raise InvalidInputError("A flat rate lies between 0 and 1.", field="rate")
        return replace(self, flat_rate=self.tree.root.mean if rate is None else rate, _text=[])


def check_terms(terms: tuple[Term, ...]) -> None:
    """Raise ``InvalidInputError`` if a term is not made of an allowed feature."""
    for term in terms:
        kind, _, key = term.name.partition(":")
        refuse_protected([key] if kind == "question" else [term.name])
        if kind != "question" and FEATURE_OF_TERM.get(kind, kind) not in ALLOWED_FEATURES:
            raise InvalidInputError(f"“{term.name}” is not an allowed feature.", field="terms")


def stage_terms(name: str, questions: tuple[str, ...]) -> tuple[Term, ...]:
    """Return the terms of a stage by its name in ``STAGES``."""
    asked = tuple(question(key) for key in questions) if name == "questions" else ()
    terms = BEFORE + (() if name == "before" else (ANSWER, YES_BY_TYPE)) + asked
    check_terms(terms)
    return terms


INTERCEPT_SD = 0.5


def prior_stage(terms: tuple[Term, ...]) -> Stage:
    """Return the stage of a company without history: the stated priors and their width."""
    beta = np.array([mean for term in terms for mean in term.prior_mean])
    sd = [INTERCEPT_SD, *(term.prior_sd for term in terms for _ in term.levels)]
    return Stage(terms=terms, centre=np.zeros(beta.size), intercept=0.0, beta=beta, covariance=np.diag(np.square(sd)))


def prior_model(settings: Settings | None = None) -> FittedModel:
    """Return the model of a company without history: one of five, and how little that is."""
    settings = settings or Settings()
    empty = Level(spread=40.0, groups={})
    stages = {name: prior_stage(stage_terms(name, ())) for name in STAGES[:2]}
    tree = Tree(root=settings.prior, levels=(empty, empty, empty))
    return FittedModel(tree=tree, stages=stages, person_strength=settings.person_strength)


def flat(rate: float) -> FittedModel:
    """Return the off switch: a model in which everybody comes with chance ``rate`` in (0, 1), whatever is known."""
    return prior_model().switched_off(rate)


def _stage_to_dict(stage: Stage) -> dict[str, Any]:
    return {
        "terms": [[t.name, list(t.levels), list(t.prior_mean), t.prior_sd] for t in stage.terms],
        "centre": stage.centre.tolist(),
        "intercept": stage.intercept,
        "beta": stage.beta.tolist(),
        "covariance": stage.covariance.tolist(),
        "day_sd": stage.day_sd,
    }


def _stage_from_dict(data: dict[str, Any]) -> Stage:
    terms = tuple(Term(name, tuple(levels), tuple(means), sd) for name, levels, means, sd in data["terms"])
    check_terms(terms)
    stage = Stage(
        terms=terms,
        centre=np.array(data["centre"], dtype=np.float64),
        intercept=data["intercept"],
        beta=np.array(data["beta"], dtype=np.float64),
        covariance=np.array(data["covariance"], dtype=np.float64),
        day_sd=data["day_sd"],
    )
    width = sum(len(term.levels) for term in terms)
    if stage.beta.shape != (width,) or stage.covariance.shape != (width + 1, width + 1):
        raise ValueError("its coefficients do not fit its terms")
    return stage
