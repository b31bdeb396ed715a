"""Vacancies of a board into postings: which of ours each of them is, and how it stands there."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobposts.models import BoardAccount, Posting
from jobposts.records import Ident, VacancyRecord, given, moment
from jobposts.states import PostingState
from recruit.models import SourceLink, Vacancy
from recruit.states import VacancyState

# What boards write for currencies, in ISO 4217.
CURRENCIES = {"RUR": "RUB", "RUB": "RUB", "BYR": "BYN"}


def currency_of(word: str | None, default: str = "RUB") -> str:
    """Return the ISO code of a board's word for a currency."""
    plain = (word or default).upper()
    return CURRENCIES.get(plain, plain)[:3]


def digest_of(payload: Any) -> str:
    """Return the SHA-256 of a payload in canonical form."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def new_link(account: BoardAccount, vacancy: Vacancy | None, name: str) -> SourceLink:
    """Make the way in that people who come by a posting are counted under."""
    return SourceLink.objects.create(
        token=secrets.token_urlsafe(9).replace("_", "-").strip("-") or secrets.token_hex(6),
        source=account.source,
        vacancy=vacancy,
        name=f"{account.name}: {name}"[:200],
    )


@transaction.atomic
def keep_vacancies(account: BoardAccount, records: Iterable[VacancyRecord]) -> int:
    """Keep what the board says of its vacancies; return how many postings are new. At most a page at a time.

    A vacancy that is new here is tied to the one open vacancy of that title that has no posting in this account; where
    there is none, a vacancy is made of it, so that no response is without a place.
    """
    read = {str(record.id): record for record in records if record.id is not None}
    standing = {row.external_id: row for row in account.postings.filter(external_id__in=read)}
    new = 0
    for number, record in read.items():
        posting = standing.get(number)
        if posting is None:
            if record.archived:
                continue
            posting = _new_posting(account, number, record)
            new += 1
        _refresh(posting, record)
    return new


def keep_vacancy(account: BoardAccount, record: VacancyRecord) -> Posting | None:
    """``keep_vacancies`` for one; None for an archived one that was never seen."""
    keep_vacancies(account, [record])
    return account.postings.filter(external_id=str(record.id)).first()


def _new_posting(account: BoardAccount, number: str, record: VacancyRecord) -> Posting:
    title = (record.title or record.name or f"#{number}")[:200]
    vacancy = _vacancy_for(account, record, title)
    return Posting.objects.create(
        account=account,
        vacancy=vacancy,
        link=new_link(account, vacancy, title),
        external_id=number,
        title=title,
        state=PostingState.LIVE,
    )


def _vacancy_for(account: BoardAccount, record: VacancyRecord, title: str) -> Vacancy:
    taken = Posting.objects.filter(account=account, vacancy__isnull=False).values("vacancy_id")
    # Not in SQL: SQLite compares the letters of other alphabets with their case.
    free = Vacancy.objects.open().exclude(pk__in=taken).values_list("pk", "title")
    alike = [number for number, name in free if name.strip().casefold() == title.strip().casefold()]
    if len(alike) == 1:
        return Vacancy.objects.get(pk=alike[0])
    low, high = _whole(record.salary_from), _whole(record.salary_to)
    return Vacancy.objects.create(
        title=title,
        state=VacancyState.OPEN,
        city=(record.city or record.address_city or "")[:120],
        salary_from=low,
        salary_to=high if high >= low else 0,
        currency=currency_of(record.currency),
    )


def _whole(amount: Any) -> int:
    try:
        return max(0, min(int(float(given(amount) or 0)), 2_000_000_000))
    except (TypeError, ValueError):
        return 0


def _refresh(posting: Posting, record: VacancyRecord) -> None:
    raw = record.raw if isinstance(record.raw, dict) else {}
    expires = moment(record.expires_at)
    archived = bool(record.archived) or (expires is not None and expires < timezone.now())
    changes: dict[str, Any] = {
        "title": (record.title or record.name or posting.title)[:200],
        "url": (record.url or str(raw.get("alternate_url") or "") or posting.url)[:500],
        "published_at": moment(record.published_at) or posting.published_at,
        "expires_at": expires or posting.expires_at,
        "seen_at": timezone.now(),
    }
    if isinstance(raw.get("alternate_url"), str):
        changes["url"] = raw["alternate_url"][:500]
    if record.counters:
        changes["counters"] = {**posting.counters, **record.counters}
    digest = digest_of(raw)
    if digest != posting.digest:
        changes |= {"payload": raw, "digest": digest}
    if posting.state in {PostingState.LIVE, PostingState.ARCHIVED}:
        changes["state"] = PostingState.ARCHIVED if archived else PostingState.LIVE
    Posting.objects.filter(pk=posting.pk).update(**changes)


def tie(posting: Posting, vacancy: Vacancy) -> None:
    """Say which of our vacancies a posting is; people who come from now on go there."""
    with transaction.atomic():
        Posting.objects.filter(pk=posting.pk).update(vacancy=vacancy)
        SourceLink.objects.filter(pk=posting.link_id).update(vacancy=vacancy)
    posting.refresh_from_db()


def known(account: BoardAccount, vacancy_id: Ident) -> Posting | None:
    """Return the posting of a board's vacancy."""
    return account.postings.filter(external_id=str(vacancy_id)).select_related("vacancy", "link").first()
