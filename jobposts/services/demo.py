"""The demo world's boards: accounts of a played board, postings, promotions with money, counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from jobposts.models import BoardAccount, BoardResponse, CareersPage, CollectionCheck, Posting, Promotion
from jobposts.protocol import Token
from jobposts.services.promotions import note_spend
from jobposts.services.tokens import DbTokens
from jobposts.services.vacancies_in import new_link
from jobposts.states import PostingState, PromotionKind, PromotionState, ResumeState
from recruit.demo.options import DemoOptions
from recruit.models import Application, Source, SourceLink, Vacancy
from recruit.states import Stage

DEMO_TOKEN = "demo-access"  # noqa: S105 - opens the played board alone
_BOARDS = (("headhunter", "hh", "hh.ru · demo"), ("superjob", "superjob", "SuperJob · demo"))
_LISTS = (("response", "Неразобранные"), ("interview", "Собеседование"), ("discard", "Отказ"))
# Rows of responses kept for the page of an account; the rest of the demo's people need none.
MOST_RESPONSES = 400


def load_boards(options: DemoOptions, rng: Random) -> None:
    """Write the accounts of the two played boards and what was bought there."""
    vacancies = list(Vacancy.objects.order_by("pk"))
    for index, (system, code, name) in enumerate(_BOARDS):
        source = Source.objects.filter(code=code).first()
        if source is None:
            continue
        account = BoardAccount.objects.create(
            system=system,
            name=name,
            source=source,
            employer_id="1455",
            manager_id="4424964",
            hook_token=f"demo-{system}-{rng.getrandbits(64):016x}",
            views_left=(412, None)[index],
            last_success_at=options.now - timedelta(minutes=4),
            last_full_at=options.now - timedelta(hours=2),
            next_poll_at=options.now + timedelta(days=1),
            poll_minutes=600,
        )
        DbTokens(account.pk).save(Token(DEMO_TOKEN, "", options.now + timedelta(days=9)))
        for number, vacancy in enumerate(vacancies[: 4 - index]):
            _posting(account, vacancy, number, options, rng)


def _posting(account: BoardAccount, vacancy: Vacancy, number: int, options: DemoOptions, rng: Random) -> None:
    link = new_link(account, vacancy, vacancy.title)
    starts = options.start + timedelta(days=rng.randint(0, 6))
    posting = Posting.objects.create(
        account=account,
        vacancy=vacancy,
        link=link,
        external_id=str(130_853_000 + account.pk * 100 + number),
        title=vacancy.title,
        state=PostingState.LIVE,
        published_at=options.now - timedelta(days=(options.today - starts).days),
        expires_at=options.now + timedelta(days=max(1, 30 - (options.today - starts).days)),
        counters={"views": rng.randint(900, 5200)},
        seen_at=options.now - timedelta(hours=2),
    )
    people = Application.objects.filter(vacancy=vacancy, source=account.source)
    people.update(link=link)
    rows = list(people.order_by("-pk")[:MOST_RESPONSES])
    _responses(posting, rows, rng)
    posting.counters["responses"] = len(rows)
    posting.save(update_fields=["counters"])
    for kind, days, price in ((PromotionKind.PUBLICATION, 30, 4900), (PromotionKind.RAISING, 6, 790)):
        promotion = Promotion.objects.create(
            posting=posting,
            kind=kind,
            state=PromotionState.DONE,
            amount=Decimal(price + 10 * rng.randint(0, 30)),
            currency=vacancy.currency,
            starts_on=starts,
            ends_on=starts + timedelta(days=days),
            at=options.now - timedelta(days=(options.today - starts).days),
            by_hand=kind == PromotionKind.RAISING,
        )
        note_spend(promotion)


def _responses(posting: Posting, rows: Sequence[Application], rng: Random) -> None:
    counts = dict.fromkeys((code for code, _ in _LISTS), 0)
    made = []
    for row in rows:
        state = (
            "discard" if row.stage == Stage.REJECTED else "interview" if row.stage == Stage.INTERVIEW else "response"
        )
        counts[state] += 1
        made.append(
            BoardResponse(
                account=posting.account,
                posting=posting,
                external_id=str(5_169_546_000 + row.pk),
                collection=state,
                state=state,
                payload={"employer_state": {"id": state, "name": dict(_LISTS)[state]}},
                digest=f"demo-{row.pk}",
                candidate_id=row.candidate_id,
                application=row,
                resume_state=rng.choices([ResumeState.FETCHED, ResumeState.HIDDEN, ResumeState.GONE], [96, 3, 1])[0],
            )
        )
    BoardResponse.objects.bulk_create(made)
    CollectionCheck.objects.bulk_create(
        [
            CollectionCheck(posting=posting, collection=code, name=name, found=counts[code], seen=counts[code])
            for code, name in _LISTS
        ]
    )


def wipe_boards() -> None:
    """Remove the boards of the demo world."""
    Promotion.objects.all().delete()
    Posting.objects.all().delete()
    BoardAccount.objects.all().delete()
    CareersPage.objects.all().delete()
    Application.objects.exclude(link=None).update(link=None)
    SourceLink.objects.all().delete()
