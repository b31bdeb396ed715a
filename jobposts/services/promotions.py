"""What is paid for on a board: sent once, never blindly again, kept as an event with money and days.

A row is written before the request goes out and claimed by a constraint: of two who press, one pays. Where no answer
came, or the process died in between, the row says "unknown", and the board is read until it is known.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobposts import protocol
from jobposts.errors import BoardError
from jobposts.models import BoardAccount, BoardSystem, Posting, Promotion
from jobposts.records import moment
from jobposts.services import accounts
from jobposts.services.vacancies_in import currency_of, keep_vacancies
from jobposts.states import (
    POSTING_MOVES,
    PROMOTION_MOVES,
    PostingEvent,
    PostingState,
    PromotionEvent,
    PromotionKind,
    PromotionState,
)
from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Spend, User
from recruit.services import audit
from recruit.states import step

DAYS = 30
# A request is over after two minutes at most: what is "being sent" for longer was cut off.
CUT_OFF = timedelta(minutes=5)
_RESULTS = {"done": PromotionEvent.SUCCEED, "unknown": PromotionEvent.LOSE, "absent": PromotionEvent.MISS}


def publish(posting: Posting, *, by: User, amount: Decimal | None = None, ignore_duplicates: bool = False) -> Promotion:
    """Put a draft, or an archived posting again, on the board; costs money and is sent once.

    Returns the promotion: done, or unknown where no answer came. ``BoardError`` where the board refused; the posting
    is a draft again then.
    """
    again = posting.state == PostingState.ARCHIVED
    kind = PromotionKind.REPUBLICATION if again else PromotionKind.PUBLICATION
    old = PostingState(posting.state)
    with transaction.atomic():
        new = step(POSTING_MOVES, old, PostingEvent.PUBLISH)
        key, detail = _marks(posting)
        if not Posting.objects.filter(pk=posting.pk, state=old).update(state=new, key=key):
            msg = "This posting was changed by someone else; look again."
            raise TransitionRefusedError(msg)
        promotion = _begin(posting, kind=kind, by=by, amount=amount, key=key, detail=detail)
    posting.refresh_from_db()
    draft: dict[str, Any] = dict(posting.draft)
    if again:
        draft["previous_id"] = posting.external_id
    try:
        with accounts.opened(posting.account) as board:
            options: dict[str, Any] = {"ignore_duplicates": True} if ignore_duplicates else {}
            result = board.publish(draft, key=key, **options)
    except BoardError as error:
        _settle(promotion, PromotionEvent.REFUSE, error=str(error))
        # Back to where it was: an archived posting is not lost by a refusal.
        Posting.objects.filter(pk=posting.pk, state=PostingState.SENDING).update(state=old)
        raise
    return _take_result(promotion, result)


def _marks(posting: Posting) -> tuple[str, str]:
    """Return what a publication is found again by if the process dies before the board answers: key and detail."""
    if posting.account.system == BoardSystem.SUPERJOB:
        return (timezone.now() - timedelta(minutes=2)).isoformat(), f"{posting.draft.get('profession', posting.title)}|"
    return f"t-{secrets.token_hex(8)}", str(posting.draft.get("name", posting.title))


def prolong(posting: Posting, *, by: User, amount: Decimal | None = None) -> Promotion:
    """Prolong a posting; costs as much as a publication and is sent once."""
    if posting.state != PostingState.LIVE:
        msg = "Only a posting that is on the board can be prolonged."
        raise TransitionRefusedError(msg)
    with transaction.atomic():
        shown = posting.published_at if posting.account.system == BoardSystem.SUPERJOB else posting.expires_at
        key = (
            "" if shown is None else str(int(shown.timestamp())) if shown == posting.published_at else shown.isoformat()
        )
        promotion = _begin(posting, kind=PromotionKind.PROLONGATION, by=by, amount=amount, key=key, detail="")
    try:
        with accounts.opened(posting.account) as board:
            result = board.prolong(posting.external_id)
    except BoardError as error:
        _settle(promotion, PromotionEvent.REFUSE, error=str(error))
        raise
    return _take_result(promotion, result)


def _begin(
    posting: Posting, *, kind: PromotionKind, by: User, amount: Decimal | None, key: str, detail: str
) -> Promotion:
    today = timezone.localdate()
    try:
        with transaction.atomic():
            promotion = Promotion.objects.create(
                posting=posting,
                kind=kind,
                amount=amount,
                currency=posting.vacancy.currency if posting.vacancy else "RUB",
                starts_on=today,
                ends_on=today + timedelta(days=DAYS),
                by=by,
                key=key[:64],
                detail=detail[:300],
            )
    except IntegrityError as error:
        msg = "A paid step of this posting is under way; wait until its outcome is known."
        raise ConflictError(msg) from error
    audit.note(by, f"board.{kind}", posting)
    return promotion


def _take_result(promotion: Promotion, result: protocol.Promotion) -> Promotion:
    """Write what the board answered, or what was read back."""
    changes: dict[str, Any] = {"key": (result.key or promotion.key)[:64], "checked_at": timezone.now()}
    if result.detail:
        changes["detail"] = result.detail[:300]
    if (price := _price(result.cost_amount)) is not None:
        changes |= {"amount": price, "currency": currency_of(result.cost_currency, promotion.currency)}
    expires = moment(result.expires_at)
    if expires is not None and expires.date() >= promotion.starts_on:
        changes["ends_on"] = expires.date()
    with transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(**changes)
        promotion.refresh_from_db()
        _posting_after(promotion, result)
        if PromotionState(promotion.state) != PromotionState.UNKNOWN or result.state != "unknown":
            _settle(promotion, _RESULTS[result.state])
    return promotion


def _posting_after(promotion: Promotion, result: protocol.Promotion) -> None:
    posting = Posting.objects.get(pk=promotion.posting_id)
    changes: dict[str, Any] = {}
    if posting.state in {PostingState.SENDING, PostingState.UNKNOWN}:
        event = {"done": PostingEvent.SUCCEED, "unknown": PostingEvent.LOSE, "absent": PostingEvent.REFUSE}[
            result.state
        ]
        if not (posting.state == PostingState.UNKNOWN and event is PostingEvent.LOSE):
            changes["state"] = step(POSTING_MOVES, PostingState(posting.state), event)
            if event is PostingEvent.REFUSE and posting.external_id:
                changes["state"] = PostingState.ARCHIVED
        if result.state == "done":
            changes |= {"published_at": timezone.now(), "seen_at": timezone.now()}
            if result.vacancy_id is not None:
                changes["external_id"] = str(result.vacancy_id)
    if (expires := moment(result.expires_at)) is not None and result.state == "done":
        changes["expires_at"] = expires
    if changes:
        Posting.objects.filter(pk=posting.pk).update(**changes)


def _settle(promotion: Promotion, event: PromotionEvent, *, error: str = "") -> None:
    """Move the promotion on; money is noted once it is known to be spent."""
    new = step(PROMOTION_MOVES, PromotionState(promotion.state), event)
    with transaction.atomic():
        claimed = Promotion.objects.filter(pk=promotion.pk, state=promotion.state).update(state=new, error=error[:300])
        promotion.refresh_from_db()
        if claimed and promotion.state == PromotionState.DONE:
            note_spend(promotion)


def note_spend(promotion: Promotion) -> Spend | None:
    """Write or correct the money of a promotion where statistics find it; None while no price is known."""
    if promotion.amount is None or promotion.state != PromotionState.DONE:
        return None
    posting = Posting.objects.select_related("link").get(pk=promotion.posting_id)
    spend, _ = Spend.objects.update_or_create(
        reference=f"promotion:{promotion.pk}",
        defaults={
            "source_id": posting.link.source_id,
            "vacancy_id": posting.vacancy_id,
            "link_id": posting.link_id,
            "amount": promotion.amount,
            "currency": promotion.currency,
            "starts_on": promotion.starts_on,
            "ends_on": promotion.ends_on,
            "kind": promotion.kind,
            "note": f"{promotion.get_kind_display()}: {posting.title}"[:200],
        },
    )
    Promotion.objects.filter(pk=promotion.pk).update(spend=spend)
    return spend


@transaction.atomic
def enter_by_hand(
    posting: Posting, *, kind: str, amount: Decimal, currency: str, starts_on: date, ends_on: date, by: User
) -> Promotion:
    """Note a promotion that was bought elsewhere, with its money and days."""
    if kind not in PromotionKind.values:
        raise InvalidInputError("Choose what was paid for.", field="kind")
    if ends_on < starts_on:
        raise InvalidInputError("The last day is before the first.", field="ends_on")
    promotion = Promotion.objects.create(
        posting=posting,
        kind=kind,
        state=PromotionState.DONE,
        amount=amount,
        currency=currency.upper()[:3],
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        by_hand=True,
    )
    note_spend(promotion)
    audit.note(by, "board.promotion_entered", promotion)
    promotion.refresh_from_db()
    return promotion


@transaction.atomic
def set_cost(promotion: Promotion, *, amount: Decimal, currency: str, by: User) -> None:
    """Say what a promotion cost, where the board named no price or another one was agreed."""
    Promotion.objects.filter(pk=promotion.pk).update(amount=amount, currency=currency.upper()[:3])
    promotion.refresh_from_db()
    note_spend(promotion)
    audit.note(by, "board.cost_entered", promotion)


def read_back() -> int:
    """Find out what became of steps whose answer was lost; return how many are known now. Sends nothing but GETs."""
    cut_off = timezone.now() - CUT_OFF
    for promotion in Promotion.objects.filter(state=PromotionState.SENDING, at__lt=cut_off):
        with transaction.atomic():
            Posting.objects.filter(pk=promotion.posting_id, state=PostingState.SENDING).update(
                state=step(POSTING_MOVES, PostingState.SENDING, PostingEvent.LOSE)
            )
            _settle(promotion, PromotionEvent.LOSE)
    known = 0
    lost = Promotion.objects.filter(
        state=PromotionState.UNKNOWN, posting__account__in=BoardAccount.objects.working()
    ).select_related("posting__account", "posting__link")
    for promotion in lost:
        known += read_one_back(promotion)
    return known


def read_one_back(promotion: Promotion) -> bool:
    """Ask the board what became of one step; False while it is not known."""
    record = protocol.Promotion(
        kind=promotion.kind,
        state="unknown",
        vacancy_id=promotion.posting.external_id or None,
        key=promotion.key,
        detail=promotion.detail,
    )
    try:
        with accounts.opened(promotion.posting.account) as board:
            result = board.read_back(record)
            if result.state == "done" and result.vacancy_id is not None:
                found = board.vacancy(result.vacancy_id)
            else:
                found = None
    except BoardError as error:
        Promotion.objects.filter(pk=promotion.pk).update(error=str(error)[:300], checked_at=timezone.now())
        return False
    _take_result(promotion, result)
    if found is not None:
        keep_vacancies(promotion.posting.account, [found])
    return result.state != "unknown"


def archive(posting: Posting, *, by: User) -> None:
    """Take a posting off the board; doing it twice changes nothing more."""
    with accounts.opened(posting.account) as board:
        board.archive(posting.external_id)
    new = step(POSTING_MOVES, PostingState(posting.state), PostingEvent.ARCHIVE)
    Posting.objects.filter(pk=posting.pk, state=posting.state).update(state=new)
    audit.note(by, "board.archived", posting)
    posting.refresh_from_db()


def edit(posting: Posting, changes: Mapping[str, Any], *, by: User) -> None:
    """Change a posting: only here while it is not on the board, else on the board too, and then read back.

    Raises ``TransitionRefusedError`` while it is not known whether the posting is on the board.
    """
    if posting.state in {PostingState.SENDING, PostingState.UNKNOWN}:
        msg = "Wait until it is known whether this posting is on the board."
        raise TransitionRefusedError(msg)
    if posting.state == PostingState.LIVE:
        with accounts.opened(posting.account) as board:
            change = getattr(board, "edit", None)
            if change is None:
                raise BoardError("This board cannot change a posting.", permanent=True, code="unsupported")
            change(posting.external_id, changes)
            keep_vacancies(posting.account, [board.vacancy(posting.external_id)])
    title = str(changes.get("name") or changes.get("profession") or posting.title)
    Posting.objects.filter(pk=posting.pk).update(draft={**posting.draft, **changes}, title=title[:200])
    audit.note(by, "board.edited", posting, fields=sorted(changes))
    posting.refresh_from_db()


def read_statistics(posting: Posting) -> None:
    """Read the board's own figures of a posting."""
    with accounts.opened(posting.account) as board:
        record = board.vacancy(posting.external_id)
        statistics = getattr(board, "statistics", None)
        days = statistics(posting.external_id) if statistics is not None else {}
    keep_vacancies(posting.account, [record])
    posting.refresh_from_db()
    Posting.objects.filter(pk=posting.pk).update(counters={**posting.counters, "days": days.get("items", [])})
    posting.refresh_from_db()


def _price(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
    except (InvalidOperation, ValueError):
        return None
