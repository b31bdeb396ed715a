"""How the connected boards are: what a page shows, and what Today should warn of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from jobposts.models import BoardAccount, BoardNotice, BoardResponse, CollectionCheck, Promotion
from jobposts.states import NoticeState, PostingState, PromotionState, ResumeState
from recruit.once import once

# So many readings in a row that did not succeed are worth a word.
MISSED_POLLS = 4


@dataclass(frozen=True, kw_only=True)
class AccountHealth:
    """One account in figures.

    Attributes:
        state: one of ``ok``, ``off``, ``unconnected``, ``broken``, ``captcha``, ``paused``, ``failing``, ``silent``.
        found, seen: the board's own count of its lists, and what was read of them, at the last whole reading.
        missing: how many the board counts and nobody has seen.
    """

    account: BoardAccount
    state: str
    postings: int = 0
    responses: int = 0
    found: int = 0
    seen: int = 0
    missing: int = 0
    checked_at: datetime | None = None
    resumes: dict[str, int] = field(default_factory=dict)
    notices_waiting: int = 0
    notices_failed: int = 0
    unknown_promotions: int = 0


def state_of(account: BoardAccount, *, at: datetime) -> str:
    """Return the one word for how an account is; the graver one where several hold."""
    if not account.is_connected:
        return "unconnected"
    if account.broken_at is not None:
        return "broken"
    if not account.is_on:
        return "off"
    if account.captcha_url:
        return "captcha"
    late = timedelta(minutes=account.poll_minutes * MISSED_POLLS)
    since = account.last_success_at or account.created_at
    if since < at - late:
        return "failing" if account.last_error else "silent"
    if account.paused_until is not None and account.paused_until > at:
        return "paused"
    return "ok"


def worries(*, at: datetime) -> list[AccountHealth]:
    """Return of every account only what somebody may have to act on: state, missing responses, paid steps without an end.

    It takes one statement, asked once a page: the rail and Today both show it.
    """
    absent = Greatest(F("found") - F("seen") - F("failed"), 0)
    checks = CollectionCheck.objects.filter(posting__account=OuterRef("pk")).order_by().values("posting__account")
    steps = Promotion.objects.filter(posting__account=OuterRef("pk"), state=PromotionState.UNKNOWN).order_by()
    figures: Any = BoardAccount.objects.annotate(
        missing=Coalesce(Subquery(checks.annotate(sum=Sum(absent)).values("sum")), 0),
        unknown=Coalesce(Subquery(steps.values("posting__account").annotate(count=Count("pk")).values("count")), 0),
    )
    rows = once("board worries", lambda: [(row, row.missing, row.unknown) for row in figures])
    return [
        AccountHealth(account=row, state=state_of(row, at=at), missing=missing, unknown_promotions=unknown)
        for row, missing, unknown in rows
    ]


def healths(accounts: Sequence[BoardAccount], *, at: datetime) -> list[AccountHealth]:
    """Return the health of each account, in a fixed number of statements."""
    numbers = [account.pk for account in accounts]
    postings = dict(
        BoardAccount.objects.filter(pk__in=numbers)
        .annotate(live=Count("postings", filter=Q(postings__state=PostingState.LIVE)))
        .values_list("pk", "live")
    )
    resumes: dict[int, dict[str, int]] = {}
    rows = BoardResponse.objects.filter(account__in=numbers).values_list("account_id", "resume_state")
    for number, state, count in rows.annotate(count=Count("pk")).order_by():
        resumes.setdefault(number, {})[state] = count
    # Lists that only repeat others (the board makes them) would be counted twice.
    checks: dict[int, Any] = {
        row["posting__account_id"]: row
        for row in CollectionCheck.objects.filter(posting__account__in=numbers)
        .values("posting__account_id")
        .annotate(
            all_found=Sum("found"),
            all_seen=Sum(F("seen") + F("failed")),
            absent=Sum(Greatest(F("found") - F("seen") - F("failed"), 0)),
            at=Max("at"),
        )
        .order_by()
    }
    notices = {
        (number, state): count
        for number, state, count in BoardNotice.objects.filter(
            account__in=numbers, state__in=[NoticeState.NEW, NoticeState.FAILED]
        )
        .values_list("account_id", "state")
        .annotate(count=Count("pk"))
        .order_by()
    }
    unknown = dict(
        Promotion.objects.filter(posting__account__in=numbers, state=PromotionState.UNKNOWN)
        .values_list("posting__account_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [
        AccountHealth(
            account=account,
            state=state_of(account, at=at),
            postings=postings.get(account.pk, 0),
            responses=sum(resumes.get(account.pk, {}).values()),
            found=checks.get(account.pk, {}).get("all_found") or 0,
            seen=checks.get(account.pk, {}).get("all_seen") or 0,
            missing=checks.get(account.pk, {}).get("absent") or 0,
            checked_at=checks.get(account.pk, {}).get("at"),
            resumes=resumes.get(account.pk, {}),
            notices_waiting=notices.get((account.pk, str(NoticeState.NEW)), 0),
            notices_failed=notices.get((account.pk, str(NoticeState.FAILED)), 0),
            unknown_promotions=unknown.get(account.pk, 0),
        )
        for account in accounts
    ]


def resume_counts(health: AccountHealth) -> list[tuple[str, int]]:
    """Return (word, count) of resumes by how far they have come, in the order of the states."""
    return [(str(state.label), health.resumes.get(str(state), 0)) for state in ResumeState]
