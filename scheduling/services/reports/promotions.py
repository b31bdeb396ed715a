"""Promotions of postings: what they brought, whether it lasts, and whether to pay again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.utils import timezone

from recruit.errors import InvalidInputError, NotFoundError
from recruit.models import Application, Company, Source, Spend, User, Vacancy
from recruit.services import audit
from scheduling.attendance.beliefs import Belief
from scheduling.models import Invitation, PromotionBudget
from scheduling.services.reports.clock import local_day
from scheduling.services.reports.money import part_within, spends
from scheduling.services.reports.slices import Slice
from scheduling.states import CAME
from scheduling.statistics.promotion import Again, Effect, again, promotion_effect

BESIDE_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One promotion: the posting, its money and days, responses a day around it, its effect, and whether to repeat it.

    ``first`` is the first day of ``before``; days that have not come yet are in none of the lists.

    ``overlaps``: another promotion of the posting ran in the days it is compared with, so its effect is not its own.
    """

    spend: Spend
    first: date
    before: list[int]
    during: list[int]
    after: list[int]
    effect: Effect
    again: Again | None
    overlaps: bool

    def days_of(self, part: str) -> tuple[date, date] | None:
        """Return the first and last day of "before", "during", "after" or "all"; None where it has no day."""
        lengths = {"before": len(self.before), "during": len(self.during), "after": len(self.after)}
        starts = {"before": 0, "during": lengths["before"], "after": lengths["before"] + lengths["during"]}
        length = sum(lengths.values()) if part == "all" else lengths.get(part, 0)
        first = self.first + timedelta(days=starts.get(part, 0))
        return (first, first + timedelta(days=length - 1)) if length else None

    @property
    def daily(self) -> list[tuple[date, int]]:
        """Return each day with its responses, in order."""
        counts = [*self.before, *self.during, *self.after]
        return [(self.first + timedelta(days=number), count) for number, count in enumerate(counts)]


def promotions(
    piece: Slice, *, today: date, most: int = 12, within: tuple[date, date] | None = None
) -> list[Promotion]:
    """Return the newest promotions of postings (money with a vacancy), at most ``most``; statements do not grow with them.

    ``within``: only those that ran on a day of it, both ends included.
    """
    rows = [spend for spend in spends(piece) if spend.vacancy_id is not None]
    if within is not None:
        rows = [spend for spend in rows if spend.starts_on <= within[1] and spend.ends_on >= within[0]]
    rows = sorted(rows, key=lambda spend: (spend.starts_on, spend.pk), reverse=True)[:most]
    if not rows:
        return []
    daily = _daily(piece, rows)
    yields = _arrivals_per_response(piece)
    every = [spend for spend in spends(Slice(user=piece.user)) if spend.vacancy_id is not None]
    return [_one(spend, daily, yields, every, today) for spend in rows]


def _daily(piece: Slice, rows: Sequence[Spend]) -> dict[tuple[int, int], dict[date, int]]:
    """Return (source, vacancy) -> day on the clock of the vacancy's office -> responses; a statement a time zone."""
    first = min(spend.starts_on for spend in rows) - timedelta(days=BESIDE_DAYS + 1)
    last = max(spend.ends_on for spend in rows) + timedelta(days=BESIDE_DAYS + 1)
    whole = Slice(user=piece.user)
    vacancies = {spend.vacancy_id for spend in rows if spend.vacancy_id is not None}
    found: dict[tuple[int, int], dict[date, int]] = defaultdict(dict)
    zones = Vacancy.objects.filter(pk__in=vacancies).order_by().values_list("office__time_zone", flat=True).distinct()
    for zone in zones:
        counted = (
            Application.objects.filter(
                whole.of_application(),
                source__in={spend.source_id for spend in rows},
                vacancy__in=vacancies,
                vacancy__office__time_zone=zone,
                applied_at__gte=datetime.combine(first, time(), tzinfo=UTC),
                applied_at__lt=datetime.combine(last, time(), tzinfo=UTC),
            )
            .annotate(day=local_day("applied_at", ZoneInfo(zone or "UTC"), first=first, last=last))
            .values_list("source_id", "vacancy_id", "day")
            .annotate(n=Count("pk"))
            .order_by()
        )
        for source, vacancy, number, responses in counted:
            found[source, vacancy][first + timedelta(days=int(number))] = int(responses)
    return found


def responses_of(one: Promotion, user: User, *, first: date, last: date) -> QuerySet[Application]:
    """Return the responses behind the days from ``first`` to ``last`` (both included) of a promotion."""
    zone = one.spend.vacancy.office.zone if one.spend.vacancy and one.spend.vacancy.office else ZoneInfo("UTC")
    return Application.objects.filter(
        Slice(user=user).of_application(),
        source_id=one.spend.source_id,
        vacancy=one.spend.vacancy_id or 0,
        applied_at__gte=datetime.combine(first, time(), tzinfo=zone),
        applied_at__lt=datetime.combine(last + timedelta(days=1), time(), tzinfo=zone),
    )


def _arrivals_per_response(piece: Slice) -> Belief:
    """Return the share of responses that end in an arrival, from the company's own funnel; weakly 1 of 20 before."""
    whole = Slice(user=piece.user, vacancy=piece.vacancy)
    responses = whole.applications().count()
    came = Invitation.objects.filter(whole.of_application("application__"), state__in=CAME, is_walk_in=False)
    arrived = came.aggregate(n=Count("application", distinct=True))["n"]
    # Weight 20: what 20 resumes would teach; replaced by data.
    return Belief((0.05 * 20 + arrived) / (20 + responses), 20 + responses)


def _one(
    spend: Spend,
    daily: dict[tuple[int, int], dict[date, int]],
    yields: Belief,
    every: Sequence[Spend],
    today: date,
) -> Promotion:
    counts = daily.get((spend.source_id, spend.vacancy_id or 0), {})

    def days(first: date, last: date) -> list[int]:
        last = min(last, today - timedelta(days=1))
        return [counts.get(first + timedelta(days=number), 0) for number in range((last - first).days + 1)]

    length = (spend.ends_on - spend.starts_on).days + 1
    # Days before the vacancy was there say nothing of what is usual.
    opened = timezone.localdate(spend.vacancy.created_at) if spend.vacancy else spend.starts_on
    first = max(spend.starts_on - timedelta(days=BESIDE_DAYS), min(opened, spend.starts_on))
    before = days(first, spend.starts_on - timedelta(days=1))
    during = days(spend.starts_on, spend.ends_on)
    after = days(spend.ends_on + timedelta(days=1), spend.ends_on + timedelta(days=BESIDE_DAYS))
    effect = promotion_effect(before, during, after, money=float(spend.amount))
    near = [
        other
        for other in every
        if other.pk != spend.pk
        and (other.source_id, other.vacancy_id) == (spend.source_id, spend.vacancy_id)
        and other.ends_on >= spend.starts_on - timedelta(days=BESIDE_DAYS)
        and other.starts_on <= spend.ends_on + timedelta(days=BESIDE_DAYS)
    ]
    repeat = again(effect, money=float(spend.amount), yields=yields.interval()) if len(during) == length else None
    return Promotion(
        spend=spend,
        first=first,
        before=before,
        during=during,
        after=after,
        effect=effect,
        again=repeat,
        overlaps=bool(near),
    )


@dataclass(frozen=True, kw_only=True)
class BudgetState:
    """A month's budget of promotions: what is spent or booked in the month of ``today``, of how much."""

    budget: PromotionBudget
    spent: float

    @property
    def left(self) -> float:
        """Money left this month; negative when it is overdrawn."""
        return float(self.budget.amount) - self.spent

    @property
    def is_over(self) -> bool:
        """Whether more is spent or booked than was agreed."""
        return self.left < 0

    @property
    def is_near(self) -> bool:
        """Whether less than a fifth is left."""
        return not self.is_over and self.left < 0.2 * float(self.budget.amount)


def budgets(piece: Slice, *, today: date) -> list[BudgetState]:
    """Return the budgets that this user may see with what the month of ``today`` has cost."""
    first = today.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    rows = [spend for spend in spends(Slice(user=piece.user)) if spend.vacancy_id is not None]
    seen = set(Vacancy.objects.visible_to(piece.user).values_list("pk", flat=True))
    found = []
    for budget in PromotionBudget.objects.select_related("vacancy").order_by("vacancy__title", "pk"):
        if budget.vacancy_id is not None and budget.vacancy_id not in seen:
            continue
        of = [
            spend
            for spend in rows
            if spend.currency == budget.currency and budget.vacancy_id in {None, spend.vacancy_id}
        ]
        found.append(BudgetState(budget=budget, spent=sum(part_within(spend, first, following) for spend in of)))
    return found


def note_promotion(
    *,
    source: Source,
    vacancy: Vacancy,
    amount: Decimal,
    starts_on: date,
    ends_on: date,
    by: User,
    note: str = "",
) -> Spend:
    """Write down a promotion of a posting: money over days.

    Raises:
        InvalidInputError: the days are in the wrong order, or money is negative.
        NotFoundError: the vacancy is not one that ``by`` may see.
    """
    if not Vacancy.objects.visible_to(by).filter(pk=vacancy.pk).exists():
        raise NotFoundError("There is no such vacancy.", field="vacancy")
    if ends_on < starts_on:
        raise InvalidInputError("The last day does not lie before the first.", field="ends_on")
    if amount < 0:
        raise InvalidInputError("Money spent is not negative.", field="amount")
    spend = Spend.objects.create(
        source=source,
        vacancy=vacancy,
        amount=amount,
        currency=Company.current().currency,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note or "promotion",
    )
    audit.note(by, "promotion.noted", spend)
    return spend


def set_budget(*, vacancy: Vacancy | None, amount: Decimal, by: User) -> PromotionBudget:
    """Set the month's budget of a vacancy, or of all promotions together."""
    if amount < 0:
        raise InvalidInputError("A budget is not negative.", field="amount")
    currency = Company.current().currency
    budget, _is_new = PromotionBudget.objects.update_or_create(
        vacancy=vacancy, currency=currency, defaults={"amount": amount}
    )
    audit.note(by, "promotion.budget", budget, vacancy=vacancy.pk if vacancy else None)
    return budget
