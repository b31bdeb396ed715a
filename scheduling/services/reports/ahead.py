"""Ahead: from hires wanted back to the work it takes, and what the pipeline will bring, from our own yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Avg, Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from recruit.models import Company, Offer, User
from recruit.states import OfferState, Stage
from scheduling.attendance.beliefs import Belief
from scheduling.models import Invitation
from scheduling.services.reports.clock import WholeMinutes
from scheduling.services.reports.hiring import stays
from scheduling.services.reports.money import money_by_source
from scheduling.services.reports.slices import Slice
from scheduling.states import EXPECTED, SETTLED, Answer, InvitationState
from scheduling.statistics.backward import PRIOR_YIELDS, Effort, Needs, Outlook, Pipeline, learned, needs, outlook

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEP_LABELS: dict[str, _StrPromise] = {
    "responses": _("Responses needed"),
    "viewed": _("Resumes to view"),
    "invited": _("People to invite"),
    "held": _("Interviews to hold"),
    "offers": _("Offers to make"),
    "hires": _("Hires wanted"),
}
LEVER_LABELS: dict[str, _StrPromise] = {
    "responses": _("10 % more responses a day"),
    "viewed": _("look at 10 % more of the responses"),
    "invited": _("invite 10 % more of those viewed"),
    "held": _("have 10 % more of the invited come"),
    "offers": _("find 10 % more of those seen suitable"),
    "hires": _("have 10 % more offers accepted"),
}
HISTORY = timedelta(days=365)
# What all vacancies show counts for a single one as much as so many people of its own.
COMPANY_WEIGHT = 20.0
RATE_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Yield:
    """One yield: the belief, how many entered and passed in our own history, and the prior that stands behind it."""

    step: str
    belief: Belief
    passed: int
    entered: int
    prior: Belief
    # Whether the prior of a vacancy is what all vacancies have shown, and not an opinion.
    is_of_company: bool = False

    @property
    def range(self) -> tuple[float, float]:
        """Ends of the 9-in-10 range of the share."""
        # To a ten-thousandth: yields are shown in per cent and may be small.
        return self.belief.interval(steps=16)


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """The answer to "how much work, and will it be enough?"."""

    hires: int
    days: int
    needs: Needs
    outlook: Outlook
    yields: list[Yield]
    effort: Effort
    pipeline: Pipeline


def working_days(first: date, last: date) -> int:
    """Return how many days from Monday to Friday lie in (first, last].

    >>> working_days(date(2026, 5, 8), date(2026, 5, 15))
    5
    """
    return sum((first + timedelta(days=number)).weekday() < 5 for number in range(1, max((last - first).days, 0) + 1))


def counts_of(piece: Slice) -> dict[str, tuple[int, int]]:
    """Return step -> (passed, entered) of the slice's history, decided people only; four statements."""
    seen = piece.applications().aggregate(
        responses=Count("pk"), viewed=Count("pk", filter=~Q(stage=Stage.NEW) | ~Q(triaged_at=None))
    )
    called_off = Q(state=InvitationState.CANCELLED, answer=Answer.DECLINED)
    finished = Q(state=InvitationState.FINISHED)
    asked = piece.invitations().aggregate(
        invited=Count("application", distinct=True),
        settled=Count("pk", filter=Q(state__in=[*SETTLED, InvitationState.DECLINED]) | called_off),
        held=Count("pk", filter=finished),
        offered=Count("pk", filter=finished & Q(Exists(Offer.objects.filter(application=OuterRef("application_id"))))),
    )
    offers = Offer.objects.filter(piece.of_application("application__")).aggregate(
        accepted=Count("pk", filter=Q(state=OfferState.ACCEPTED)), decided=Count("pk", filter=~Q(state=OfferState.MADE))
    )
    viewed = max(seen["viewed"], asked["invited"])
    return {
        "viewed": (viewed, max(seen["responses"], viewed)),
        "invited": (asked["invited"], viewed),
        "held": (asked["held"], asked["settled"]),
        "offers": (asked["offered"], asked["held"]),
        "hires": (int(offers["accepted"]), int(offers["decided"])),
    }


def effort_of(piece: Slice, responses: int) -> Effort:
    """Return what a unit of work takes: interviews as long as ours were, money as ours was; the rest as usual."""
    minutes = (
        piece.invitations()
        .filter(finished_at__isnull=False, started_at__isnull=False)
        .annotate(minutes=WholeMinutes(F("started_at"), F("finished_at")))
        .aggregate(mean=Avg("minutes"))["mean"]
    )
    money = sum(paid.get(Company.current().currency, 0.0) for paid in money_by_source(piece).values())
    usual = Effort()
    return Effort(
        interview_minutes=float(minutes) if minutes else usual.interview_minutes,
        money_per_response=money / responses if responses else 0.0,
    )


@dataclass(frozen=True, kw_only=True)
class Base:
    """What all vacancies have shown, as the prior of a single one: beliefs, and the steps that have any history."""

    priors: Mapping[str, Belief]
    known: frozenset[str]


NOTHING_SHOWN = Base(priors=PRIOR_YIELDS, known=frozenset())


def company_base(user: User, *, at: datetime) -> Base:
    """Return the yields of everything ``user`` may see, with no more weight than ``COMPANY_WEIGHT`` people."""
    counts = counts_of(Slice(user=user, start=at - HISTORY, end=at))
    return Base(
        priors={step: Belief(of.mean, min(of.weight, COMPANY_WEIGHT)) for step, of in learned(counts).items()},
        known=frozenset(step for step, (_passed, entered) in counts.items() if entered),
    )


def look_ahead(
    *,
    user: User,
    hires: int,
    by: date,
    today: date,
    at: datetime,
    vacancy: int | None = None,
    base: Base | None = None,
    seed: int = 1,
) -> Ahead:
    """Return what ``hires`` until the day ``by`` take and whether the pipeline will bring them.

    ``at`` is now (aware). A single vacancy begins with what all of them have shown (``base``, read if not given).
    Draws are seeded: the same question gets the same answer until the data change.
    """
    if base is None:
        base = NOTHING_SHOWN if vacancy is None else company_base(user, at=at)
    history = Slice(user=user, vacancy=vacancy, start=at - HISTORY, end=at)
    counts = counts_of(history)
    yields = learned(counts, base.priors)
    effort = effort_of(history, counts["viewed"][1])
    days = max(working_days(today, by), 1)
    pipeline = _pipeline(Slice(user=user, vacancy=vacancy), history, days=days, at=at)
    return Ahead(
        hires=hires,
        days=days,
        needs=needs(hires, np.random.default_rng(seed), yields=yields, effort=effort, days=days),
        outlook=outlook(hires, pipeline, np.random.default_rng(seed), yields=yields),
        yields=[
            Yield(
                step=step,
                belief=yields[step],
                passed=counts[step][0],
                entered=counts[step][1],
                prior=prior,
                is_of_company=step in base.known,
            )
            for step, prior in base.priors.items()
        ],
        effort=effort,
        pipeline=pipeline,
    )


def _pipeline(piece: Slice, history: Slice, *, days: int, at: datetime) -> Pipeline:
    """Return who waits at which step now, the responses a day of the last weeks, and the usual time between steps."""
    rows = piece.applications()
    asked = Invitation.objects.filter(application=OuterRef("pk"))
    listed = Q(stage__in=[Stage.SCREENING, Stage.SHORTLIST])
    waiting = rows.aggregate(
        responses=Count("pk", filter=Q(stage=Stage.NEW)),
        viewed=Count("pk", filter=listed & ~Q(Exists(asked.filter(state__in=EXPECTED)))),
        held=Count("pk", filter=Q(stage=Stage.INTERVIEW) & Q(Exists(asked.filter(state=InvitationState.FINISHED)))),
        offers=Count("pk", filter=Q(stage=Stage.OFFER)),
        recent=Count("pk", filter=Q(applied_at__gte=at - timedelta(days=RATE_DAYS), applied_at__lt=at)),
    )
    recent = waiting.pop("recent")
    expected = Invitation.objects.filter(piece.of_application("application__"), state__in=EXPECTED)
    waiting["invited"] = expected.aggregate(n=Count("application", distinct=True))["n"]
    # Working days, as all the rest: four weeks have twenty.
    per_day, seen_days = recent / 20, 20
    return Pipeline(
        waiting={step: int(number) for step, number in waiting.items()},
        hired=0,
        days_left=days,
        responses_per_day=per_day,
        response_days=seen_days,
        lag_days=_lags(history),
    )


def _lags(history: Slice) -> Mapping[str, float]:
    """Return the median working days from a step to the next; nothing where nobody went that way."""
    names = {"shortlisted": "invited", "invited": "held", "offered": "offers", "decided": "hires"}
    medians = {stay.code: stay.hours.median for stay in stays(history, tuple(names))}
    return {step: (medians[code] or 0.0) / 24 * 5 / 7 for code, step in names.items()}


__all__ = ["LEVER_LABELS", "STEP_LABELS", "Ahead", "Base", "company_base", "look_ahead", "working_days"]
