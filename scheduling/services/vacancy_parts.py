"""What each vacancy gets out of a session that several share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recruit.models import Application, Vacancy
from scheduling.models import InterviewSession
from scheduling.planning import GroupSpec, StreamedSpec
from scheduling.planning import Plan as PlanOutcome
from scheduling.planning.mixture import at_least, common_shift, first_enough, mixed_law
from scheduling.planning.session_parts import spread_of

Spec = StreamedSpec | GroupSpec


@dataclass(frozen=True, kw_only=True)
class VacancyPart:
    """What one vacancy gets out of a shared session: ``p_target`` is the chance that its own target comes.

    ``more`` is how many more typical people make it as likely as the session's assurance (None: no number does).
    """

    vacancy: Vacancy
    target: int
    people: int
    expected: float
    p_target: float
    more: int | None


def vacancy_parts(
    session: InterviewSession,
    people: Sequence[Application],
    spec: Spec,
    outcome: PlanOutcome,
    targets: Mapping[int, int],
) -> list[VacancyPart]:
    """Return a part for each vacancy of ``targets`` (vacancy id to the number wanted); people invited before count too."""
    nodes = common_shift(spread_of(spec))
    invited: dict[int, list[float]] = {number: [] for number in targets}
    chosen = people if len(people) == len(outcome.assignment) else people[len(people) - len(outcome.assignment) :]
    for one, p, place in zip(chosen, spec.show_probs, outcome.assignment, strict=True):
        if place is not None and one.vacancy_id in invited:
            invited[one.vacancy_id].append(p)
    for one in people[: len(people) - len(chosen)]:
        if one.vacancy_id in invited:
            invited[one.vacancy_id].append(1.0)
    parts = []
    for vacancy in session.vacancies.all():
        if vacancy.pk not in targets:
            continue
        probs, target = invited[vacancy.pk], targets[vacancy.pk]
        reached = at_least(mixed_law(tuple(probs), nodes), target)
        more = None
        if reached < session.assurance:
            many = (*probs, *([spec.typical.mean] * 200))
            enough = first_enough(many, nodes, target=target, assurance=session.assurance)
            more = max(enough - len(probs), 0) if enough is not None else None
        parts.append(
            VacancyPart(
                vacancy=vacancy,
                target=target,
                people=len(probs),
                expected=float(sum(probs)),
                p_target=reached,
                more=more if reached < session.assurance else 0,
            )
        )
    return parts
