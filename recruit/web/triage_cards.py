"""What one card of Triage shows: resume, requirements, who it may be already, pay and distance. Never photo, age or gender."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from recruit.models import Application, ContactPoint, PayRange, Resume, User
from recruit.services.fit import Match, requirement_matches
from recruit.services.vacancies import pay_for
from recruit.states import Stage
from recruit.web.filters import PeopleFilter
from recruit.web.names import reading_of

# The one on the screen and three that wait behind it.
CARDS_AHEAD = 4


@dataclass(frozen=True, kw_only=True)
class Same:
    """Another record with a contact of this person: ``kind`` in words, and what became of it."""

    contact: ContactPoint
    last: Application | None


@dataclass(frozen=True, kw_only=True)
class Card:
    """One response with everything the decision needs."""

    row: Application
    resume: Resume | None
    requirements: list[Match]
    same: list[Same]
    pay: tuple[int, int]
    other_name: str
    past: list[Application] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How many requirements the resume states."""
        return sum(one.result == "found" for one in self.requirements)

    @property
    def wish_tone(self) -> str:
        """The tone of a wish: ``warn`` where it lies above the range."""
        return "warn" if self.pay[1] and self.row.salary_wish > self.pay[1] else ""


def queue_of(user: User, chosen: PeopleFilter) -> QuerySet[Application]:
    """New responses, newest first; those put off come last, in the order they were put off."""
    rows = chosen.apply(Application.objects.untriaged().visible_to(user))
    return rows.with_people().order_by(  # type: ignore[attr-defined, no-any-return]
        F("postponed_at").asc(nulls_first=True), "-applied_at", "-pk"
    )


def first_of(queue: QuerySet[Application], most: int) -> list[Application]:
    """Return the first ``most`` of ``queue_of``; read along an index, for hundreds of thousands may be waiting."""
    rows = list(queue.filter(postponed_at=None).order_by("-applied_at", "-pk")[:most])
    if len(rows) < most:
        rows += queue.filter(postponed_at__isnull=False)[: most - len(rows)]
    return rows


def cards_of(rows: Sequence[Application]) -> list[Card]:
    """Return the cards of ``rows`` in six statements, however many there are."""
    people = [row.candidate_id for row in rows]
    resumes: dict[int, Resume] = {}
    for resume in Resume.objects.filter(candidate__in=people).order_by("created_at", "pk").defer("payload"):
        resumes[resume.candidate_id] = resume
    same = _same(rows)
    ranges: dict[int, list[PayRange]] = defaultdict(list)
    for one in PayRange.objects.filter(vacancy__in={row.vacancy_id for row in rows}):
        ranges[one.vacancy_id].append(one)
    past: dict[int, list[Application]] = defaultdict(list)
    others = Application.objects.filter(candidate__in=people).exclude(pk__in=[row.pk for row in rows])
    for other in others.select_related("vacancy").order_by("-applied_at"):
        past[other.candidate_id].append(other)
    return [
        Card(
            row=row,
            resume=resumes.get(row.candidate_id),
            requirements=_requirements(row, resumes.get(row.candidate_id)),
            same=same[row.candidate_id],
            pay=pay_for(row.vacancy, city=row.candidate.city, ranges=ranges[row.vacancy_id]),
            other_name=reading_of(row.candidate.name, get_language() or "en"),
            past=past[row.candidate_id][:3],
        )
        for row in rows
    ]


def _requirements(row: Application, resume: Resume | None) -> list[Match]:
    return requirement_matches(row.vacancy.requirement_lines, resume.text if resume else "", row.answers)


def _same(rows: Sequence[Application]) -> dict[int, list[Same]]:
    """Find, for each person, other records that share a contact, with their last application."""
    mine: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for contact in row.candidate.contacts.all():
            mine[contact.normalised].add(row.candidate_id)
    found = list(
        ContactPoint.objects.filter(normalised__in=list(mine), candidate__merged_into=None, candidate__erased_at=None)
        .exclude(normalised="")
        .select_related("candidate")[:200]
    )
    last: dict[int, Application] = {}
    for other in Application.objects.filter(candidate__in={one.candidate_id for one in found}).order_by("applied_at"):
        last[other.candidate_id] = other
    same: dict[int, list[Same]] = defaultdict(list)
    for contact in found:
        for person in mine[contact.normalised]:
            known = {one.contact.candidate_id for one in same[person]}
            if contact.candidate_id != person and contact.candidate_id not in known and len(known) < 3:
                same[person].append(Same(contact=contact, last=last.get(contact.candidate_id)))
    return same


def counts_of(user: User, chosen: PeopleFilter) -> dict[str, int]:
    """Return how many are new, put off, on the shortlist, and decided today by this person."""
    rows = Application.objects.visible_to(user)
    if chosen.vacancy:
        rows = rows.filter(vacancy_id=chosen.vacancy)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    # Stages are counted from the index; only what this person decided today is looked at row by row.
    counts: dict[str, Any] = rows.filter(stage=Stage.NEW).aggregate(
        new=Count("pk", filter=Q(postponed_at=None)), later=Count("pk", filter=Q(postponed_at__isnull=False))
    )
    counts["yes"] = rows.filter(stage=Stage.SHORTLIST).count()
    counts["seen"] = rows.filter(triaged_at__gte=today, triaged_by=user).count()
    return {name: int(value) for name, value in counts.items()}
