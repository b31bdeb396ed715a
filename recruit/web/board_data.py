"""What the board of one vacancy shows: columns with a count and one fact, cards of two lines, the strip above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from recruit import contrib
from recruit.contrib import CardFact
from recruit.models import Application, ContactPoint, Offer, Resume, StageMove, User, Vacancy
from recruit.permissions import Action
from recruit.services.fit import requirement_matches
from recruit.services.yields import HireForecast, StageYield, expected_hires
from recruit.states import OfferState, Stage
from recruit.templatetags.parts import ago, day, money
from recruit.web.filters import PeopleFilter

CARDS_A_COLUMN = 7
BOARD_STAGES = (Stage.NEW, Stage.SCREENING, Stage.SHORTLIST, Stage.INTERVIEW, Stage.OFFER, Stage.HIRED)
# Stages whose people may still be hired, and that say something of the chance.
_PROMISING = (Stage.SHORTLIST, Stage.INTERVIEW, Stage.OFFER)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One stage: how many, one fact, the first cards, how many more, and a sentence where nobody is."""

    stage: Stage
    count: int
    fact: str
    cards: list[tuple[Application, CardFact]]
    more: int
    empty: str


def stages_of(vacancy: Vacancy) -> list[Stage]:
    """Return the stages of the vacancy's pipeline template, in their order; all of them without one."""
    chosen = set(vacancy.pipeline.stages) if vacancy.pipeline else set()
    keep = chosen | {Stage.NEW, Stage.HIRED} if chosen else set(BOARD_STAGES)
    return [stage for stage in BOARD_STAGES if stage in keep]


def columns_of(
    vacancy: Vacancy, user: User, chosen: PeopleFilter, *, now: datetime
) -> tuple[list[Column], dict[str, int]]:
    """Return the columns and the counts of all stages, in a fixed number of statements whatever the number of people."""
    rows = Application.objects.filter(vacancy=vacancy)
    if not chosen.is_empty:
        # Some filters join and repeat rows: what they choose is looked at from outside.
        rows = rows.filter(pk__in=chosen.apply(Application.objects.filter(vacancy=vacancy)).order_by().values("pk"))
    counts = dict(rows.order_by().values_list("stage").annotate(count=Count("pk")))
    # A few from the top of each stage, along an index: hundreds of thousands may wait below them.
    top = [
        Q(pk__in=rows.filter(stage=stage).order_by("priority", "-stage_since", "-pk").values("pk")[:CARDS_A_COLUMN])
        for stage in BOARD_STAGES
    ]
    shown = list(Application.objects.filter(reduce(or_, top)).with_people())
    shown.sort(key=lambda row: (row.priority, -row.stage_since.timestamp(), -row.pk))
    facts = _facts(vacancy, shown, user, now=now)
    heads = _heads(vacancy, user, counts, now=now)
    columns = []
    for stage in _shown_stages(vacancy, counts):
        cards = [(row, facts[row.pk]) for row in shown if row.stage == stage]
        count = counts.get(stage, 0)
        columns.append(
            Column(
                stage=stage,
                count=count,
                fact=heads.get(stage, ""),
                cards=cards,
                more=count - len(cards),
                empty=_empty(stage),
            )
        )
    return columns, counts


def _shown_stages(vacancy: Vacancy, counts: dict[str, int]) -> list[Stage]:
    # Nobody may vanish: a stage that the template leaves out is shown while somebody stands in it.
    kept = stages_of(vacancy)
    return [stage for stage in BOARD_STAGES if stage in kept or counts.get(stage)]


def _empty(stage: Stage) -> str:
    return {
        Stage.NEW: _("Nobody new. Responses appear here the moment they arrive."),
        Stage.SCREENING: _("Nobody is being screened."),
        Stage.SHORTLIST: _("Nobody yet. A yes in Triage puts a person here."),
        Stage.INTERVIEW: _("Nobody is invited. Plan a session to fill it."),
        Stage.OFFER: _("Nobody yet. Offers follow interviews."),
        Stage.HIRED: _("Nobody yet. An accepted offer puts a person here."),
    }[stage]


def _heads(vacancy: Vacancy, user: User, counts: dict[str, int], *, now: datetime) -> dict[str, str]:
    """Return the one fact of each column."""
    oldest = vacancy.applications.filter(stage__in=BOARD_STAGES).values_list("stage").annotate(since=Min("stage_since"))
    heads = {stage: _("oldest %(ago)s") % {"ago": ago(since, now)} for stage, since in oldest}
    heads[Stage.SHORTLIST] = _("of %(count)s wanted") % {"count": vacancy.wanted_shortlist}
    heads[Stage.HIRED] = _("of %(count)s openings") % {"count": vacancy.openings}
    due = Offer.objects.filter(application__vacancy=vacancy, state=OfferState.MADE).aggregate(day=Min("answer_by"))[
        "day"
    ]
    if due:
        heads[Stage.OFFER] = _("answer by %(day)s") % {"day": day(due)}
    for source in contrib.board_facts:
        heads.update({stage: str(words) for stage, words in source.of_columns(vacancy, user).items()})
    return {
        stage: words for stage, words in heads.items() if counts.get(stage) or stage in {Stage.SHORTLIST, Stage.HIRED}
    }


def _facts(vacancy: Vacancy, shown: Sequence[Application], user: User, *, now: datetime) -> dict[int, CardFact]:
    new = [row for row in shown if row.stage == Stage.NEW]
    facts = {row.pk: _plain_fact(vacancy, row, now=now) for row in shown}
    facts.update(_fits(vacancy, new))
    offers = Offer.objects.filter(
        application__in=[row.pk for row in shown if row.stage == Stage.OFFER], state=OfferState.MADE
    )
    for offer in offers:
        words = money(offer.pay, offer.currency)
        if offer.answer_by:
            late = offer.answer_by < now.date()
            words = _("%(pay)s, answer by %(day)s") % {"pay": words, "day": day(offer.answer_by)}
            facts[offer.application_id] = CardFact(
                words=words, mark="warn" if late else "", tone="warn" if late else ""
            )
        else:
            facts[offer.application_id] = CardFact(words=words)
    for source in contrib.board_facts:
        facts.update(source.of_cards(shown, user))
    return facts


def _plain_fact(vacancy: Vacancy, row: Application, *, now: datetime) -> CardFact:
    """Say since when, and warn where the pipeline template calls that long."""
    longest = (vacancy.pipeline.longest_days if vacancy.pipeline else {}).get(row.stage)
    long = longest is not None and now - row.stage_since > timedelta(days=longest)
    words = {
        Stage.SHORTLIST: _("yes %(ago)s"),
        Stage.INTERVIEW: _("not invited yet, %(ago)s"),
        Stage.HIRED: _("hired %(ago)s"),
    }.get(Stage(row.stage), _("since %(ago)s"))
    return CardFact(
        words=words % {"ago": ago(row.stage_since, now)}, mark="late" if long else "", tone="warn" if long else ""
    )


def _fits(vacancy: Vacancy, new: Sequence[Application]) -> dict[int, CardFact]:
    """Say of new people how many requirements the resume states, or that a contact is known already."""
    facts: dict[int, CardFact] = {}
    people = [row.candidate_id for row in new]
    texts: dict[int, str] = dict(
        Resume.objects.filter(candidate__in=people).order_by("created_at", "pk").values_list("candidate_id", "text")
    )
    lines = vacancy.requirement_lines
    for row in new:
        if lines:
            matches = requirement_matches(lines, texts.get(row.candidate_id, ""), row.answers)
            found = sum(one.result == "found" for one in matches)
            facts[row.pk] = CardFact(words=_("fits %(found)s of %(all)s") % {"found": found, "all": len(lines)})
    owners: dict[str, set[int]] = defaultdict(set)
    values = {contact.normalised for row in new for contact in row.candidate.contacts.all()}
    for value, person in ContactPoint.objects.filter(normalised__in=values, candidate__merged_into=None).values_list(
        "normalised", "candidate_id"
    ):
        owners[value].add(person)
    for row in new:
        if any(len(owners[contact.normalised]) > 1 for contact in row.candidate.contacts.all()):
            facts[row.pk] = CardFact(words=_("same contact as another"), mark="warn", tone="warn")
    return facts


def hires_expected(vacancy: Vacancy, counts: dict[str, int]) -> HireForecast | None:
    """Return the hires to expect of those on the shortlist, in interviews and with offers."""
    passed = (
        StageMove.objects.filter(application__vacancy=vacancy, new__in=_PROMISING)
        .order_by()
        .values_list("new")
        .annotate(
            hired=Count("application", distinct=True, filter=Q(application__stage=Stage.HIRED)),
            lost=Count(
                "application", distinct=True, filter=Q(application__stage__in=[Stage.REJECTED, Stage.WITHDRAWN])
            ),
        )
    )
    known = {stage: (hired, lost) for stage, hired, lost in passed}
    return expected_hires(
        [
            StageYield(people=counts.get(stage, 0), hired=known.get(stage, (0, 0))[0], lost=known.get(stage, (0, 0))[1])
            for stage in _PROMISING
        ]
    )


def main_action(vacancy: Vacancy, counts: dict[str, int], user: User) -> dict[str, Any] | None:
    """Return the step where most people wait: Triage, planning, or comparing."""
    waiting = [
        (
            counts.get(Stage.NEW, 0),
            Action.TRIAGE,
            f"{reverse('triage')}?vacancy={vacancy.pk}",
            _("Triage %(count)s new"),
        ),
        (
            counts.get(Stage.SHORTLIST, 0),
            Action.PLAN_SESSION,
            f"{reverse('session-new')}?vacancy={vacancy.pk}",
            _("Plan interviews for %(count)s"),
        ),
    ]
    best = max((one for one in waiting if user.may(one[1])), key=lambda one: one[0], default=None)
    if best is None:
        return None
    count, _action, url, words = best
    return {"url": url, "label": words % {"count": count}} if count else None
