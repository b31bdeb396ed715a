"""Calling: who is due, and what a call is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from recruit.models import Application, Company, ContactKind, ContactPoint, User
from recruit.models.application import ApplicationQuerySet
from recruit.once import once
from recruit.states import Stage
from scheduling.attendance import FittedModel
from scheduling.models import CallOutcome, Invitation, PhoneCall, SessionVacancy
from scheduling.models.invitation import InvitationQuerySet
from scheduling.planning.calls import call_value, reach_of
from scheduling.services import replies
from scheduling.services.attendance import chances_of, current_model, invitees_of
from scheduling.states import EXPECTED, LIVE, Answer, SessionState

CALL_AHEAD = timedelta(days=3)
# People whom Triage has taken are called for a week; later a plan invites them in writing.
NEW_FOR = timedelta(days=7)
# Nobody is rung outside these hours, on the clock of the office.
CALL_FROM, CALL_UNTIL = 9, 20
# With less time than this left, nobody can be invited instead.
REPLACE_BEFORE = timedelta(hours=1)
# Who is invited for the same day comes about half as often.
SAME_DAY = timedelta(hours=6)
# A call that adds less than this is not worth a minute of anybody.
WORTH_A_CALL = 0.05


def is_quiet(at: datetime, zone: Any) -> bool:
    """Return whether ``at`` is an hour at which nobody is rung."""
    return not CALL_FROM <= timezone.localtime(at, zone).hour < CALL_UNTIL


def _phones() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(
        candidate=OuterRef("application__candidate"), kind=ContactKind.PHONE, bad_since=None
    )


def _put_off(at: datetime, kind: str) -> Exists:
    """Whether the last call of the row (``invitation`` or ``application``) asked for an hour that is still to come."""
    last = PhoneCall.objects.filter(**{kind: OuterRef(kind)}).order_by("-at", "-pk").values("pk")[:1]
    return Exists(PhoneCall.objects.filter(**{kind: OuterRef("pk")}, call_at__gt=at, pk=Subquery(last)))


def calls_due(user: User, *, at: datetime | None = None, attempts: int | None = None) -> InvitationQuerySet:
    """Return invitations worth a call: silent or unsure, of the coming days, not called too often, not put off."""
    now = at or timezone.now()
    most = Company.current().call_attempts if attempts is None else attempts
    return (
        Invitation.objects.visible_to(user)
        .filter(
            state__in=EXPECTED,
            answer__in=[Answer.SILENT, Answer.UNSURE, Answer.ASKED_TO_MOVE],
            session__starts_at__lte=now + CALL_AHEAD,
            session__ends_at__gte=now,
            calls__lt=most,
            application__candidate__do_not_contact=False,
        )
        .filter(Exists(_phones()))
        .exclude(_put_off(now, "invitation"))
    )


def new_due(user: User, *, at: datetime | None = None, attempts: int | None = None) -> ApplicationQuerySet:
    """Return people whom Triage took and nobody has invited or reached yet, the newest decision first.

    Only for vacancies with an open session to offer: without one there is nothing to say.
    """
    now = at or timezone.now()
    most = Company.current().call_attempts if attempts is None else attempts
    # Asked of the few rows that are left, and of the vacancies once: every page of the product counts this list.
    unanswered = PhoneCall.objects.filter(application=OuterRef("pk"), outcome=CallOutcome.NO_ANSWER).order_by()
    vain = Coalesce(Subquery(unanswered.values("application").annotate(n=Count("pk")).values("n")), 0)
    phone = ContactPoint.objects.filter(candidate=OuterRef("candidate"), kind=ContactKind.PHONE, bad_since=None)
    offered = SessionVacancy.objects.filter(
        session__state__in=[SessionState.OPEN, SessionState.RUNNING], session__ends_at__gt=now
    )
    return (
        Application.objects.visible_to(user)
        .filter(stage=Stage.SHORTLIST, triaged_at__gte=now - NEW_FOR, candidate__do_not_contact=False)
        .filter(Exists(phone), vacancy__in=offered.values("vacancy"))
        .exclude(Exists(Invitation.objects.filter(application=OuterRef("pk"), state__in=LIVE)))
        .exclude(_put_off(now, "application"))
        .annotate(vain=vain)
        .filter(vain__lt=most)
        .order_by("-triaged_at", "-pk")
    )


@dataclass(frozen=True, kw_only=True)
class Due:
    """One call: to an invited person (``invitation``) or to one who is not invited yet.

    ``p`` chance of coming as known now; ``worth`` arrivals that the call adds; ``tries`` vain calls so far.
    """

    application: Application
    invitation: Invitation | None
    p: float
    worth: float
    tries: int
    asked_for: datetime | None = None

    @property
    def key(self) -> str:
        """How the page names the call."""
        return f"i{self.invitation.pk}" if self.invitation is not None else f"a{self.application.pk}"


def measured_reach() -> tuple[int, int]:
    """Return how many of the last 30 days' calls were answered, and how many calls there were."""
    rows = PhoneCall.objects.filter(at__gte=timezone.now() - timedelta(days=30))
    found = rows.aggregate(all=Count("pk"), vain=Count("pk", filter=Q(outcome=CallOutcome.NO_ANSWER)))
    return found["all"] - found["vain"], found["all"]


def count_due(user: User) -> int:
    """Return how many calls are due, to invited people and to new ones."""
    attempts = Company.current().call_attempts
    return once(
        ("calls due", user.pk),
        lambda: calls_due(user, attempts=attempts).count() + new_due(user, attempts=attempts).count(),
    )


def dial_order(
    user: User, *, at: datetime, most: int = 200, model: FittedModel | None = None, attempts: int | None = None
) -> list[Due]:
    """Return the calls in the order in which to dial.

    First who asked to be called about now, then the new ones, the newest first (the sooner the call, the more of them
    come), then invited people by what the call is worth; a person whose office is in its quiet hours comes last.
    """
    model = model or current_model()
    attempts = Company.current().call_attempts if attempts is None else attempts
    answered, calls = measured_reach()
    invited = list(
        calls_due(user, at=at, attempts=attempts)
        .with_people()
        .select_related("session__office")
        .order_by("session__starts_at", "pk")[:most]
    )
    invitees = invitees_of(invited, at=at) if invited else []
    now_p = chances_of(model, invitees)
    yes_p = chances_of(model, [replace(one, answer="said_yes_by_phone") for one in invitees])
    asked = _asked_for([row.pk for row in invited], "invitation_id")
    due = []
    for index, row in enumerate(invited):
        p, typical = float(now_p.mean[index]), float(now_p.typical[index])
        left = replies.arrival_time(row) - at
        late = 0.0 if left < REPLACE_BEFORE else 0.5 if left < SAME_DAY else 1.0
        worth = call_value(
            p,
            p_yes=max(float(yes_p.mean[index]), p),
            reach=reach_of(answered, calls, row.calls),
            replacement=late * typical,
        )
        due.append(
            Due(
                application=row.application,
                invitation=row,
                p=p,
                worth=worth,
                tries=row.calls,
                asked_for=asked.get(row.pk),
            )
        )
    fresh = list(new_due(user, at=at, attempts=attempts).with_people()[:most])
    asked = _asked_for([row.pk for row in fresh], "application_id")
    new = [
        Due(
            application=row,
            invitation=None,
            p=model.belief(source=row.source.code, vacancy=str(row.vacancy_id)).mean,
            worth=reach_of(answered, calls, row.vain) * model.belief(source=row.source.code).mean,  # type: ignore[attr-defined]
            tries=row.vain,  # type: ignore[attr-defined]
            asked_for=asked.get(row.pk),
        )
        for row in fresh
    ]
    return sorted([*new, *due], key=lambda one: _rank(one, at))


def _rank(one: Due, at: datetime) -> tuple[Any, ...]:
    office = one.invitation.session.office if one.invitation is not None else one.application.vacancy.office
    quiet = office is not None and is_quiet(at, office.zone)
    called_for = one.asked_for is not None
    if one.invitation is None:
        since = one.application.triaged_at
        return (quiet, not called_for, 0, one.tries, -(since.timestamp() if since else 0.0), one.application.pk)
    return (quiet, not called_for, 1, one.tries, -one.worth, one.application.pk)


def _asked_for(numbers: Sequence[int], field: str) -> dict[int, datetime]:
    """Return, of those whose last call asked for a later hour, which hour that was."""
    found: dict[int, datetime] = {}
    seen: set[int] = set()
    rows = PhoneCall.objects.filter(**{f"{field}__in": numbers}).order_by("-at", "-pk")
    for number, hour in rows.values_list(field, "call_at"):
        if number not in seen and hour is not None:
            found[number] = hour
        seen.add(number)
    return found


def first_contact_minutes(user: User, *, at: datetime) -> tuple[float | None, int]:
    """Return the median time from response to first contact over the last week, in minutes, and of how many people."""
    rows = (
        Application.objects.visible_to(user)
        .filter(first_contact_at__gte=at - timedelta(days=7))
        .filter(first_contact_at__gte=F("applied_at"))
        .order_by("-first_contact_at")
        .values_list("applied_at", "first_contact_at")[:500]
    )
    waits = [(contact - applied).total_seconds() / 60 for applied, contact in rows if contact is not None]
    return (median(waits) if waits else None), len(waits)
