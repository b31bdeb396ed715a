"""A vacancy of ours in the words of a board, before it is published there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.html import escape

from jobposts.models import BoardAccount, BoardSystem, Posting
from jobposts.services.vacancies_in import new_link
from recruit.models import User, Vacancy
from recruit.services import audit

_TO_BOARD = {"RUB": {"headhunter": "RUR", "superjob": "rub"}}


def payload_of(
    system: str,
    *,
    title: str,
    description: str,
    place: str,
    role: str,
    salary_from: int | None,
    salary_to: int | None,
    currency: str,
) -> dict[str, Any]:
    """Return what the board's publication takes; money a month before tax, texts as paragraphs."""
    word = _TO_BOARD.get(currency, {}).get(system, currency if system == BoardSystem.HEADHUNTER else currency.lower())
    if system == BoardSystem.SUPERJOB:
        return {
            "profession": title,
            "work": description,
            "town": int(place) if place.isdigit() else place,
            "catalogues": [int(role)] if role.isdigit() else [],
            "payment_from": salary_from or 0,
            "payment_to": salary_to or 0,
            "currency": word,
        }
    draft: dict[str, Any] = {
        "name": title,
        "description": "".join(
            f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in description.split("\n\n") if part.strip()
        ),
        "area": {"id": place},
        "professional_roles": [{"id": role}],
        "type": {"id": "open"},
        "vacancy_properties": {"properties": [{"property_type": "HH_STANDARD"}]},
    }
    if salary_from or salary_to:
        draft["salary_range"] = {
            "from": salary_from,
            "to": salary_to,
            "currency": word,
            "gross": True,
            "mode": {"id": "MONTH"},
        }
    return draft


def changes_of(
    posting: Posting, *, title: str, description: str, salary_from: int | None, salary_to: int | None
) -> dict[str, Any]:
    """Return what an edit sends: the parts that were filled in, each whole; what was left empty stays as it is."""
    whole = payload_of(
        posting.account.system,
        title=title,
        description=description,
        place="",
        role="",
        salary_from=salary_from,
        salary_to=salary_to,
        currency=posting.vacancy.currency if posting.vacancy else "RUB",
    )
    given: set[str] = set()
    if title:
        given |= {"name", "profession"}
    if description:
        given |= {"description", "work"}
    if salary_from or salary_to:
        given |= {"salary_range", "payment_from", "payment_to", "currency"}
    return {key: value for key, value in whole.items() if key in given}


@transaction.atomic
def new_draft(vacancy: Vacancy, account: BoardAccount, content: dict[str, Any], *, by: User) -> Posting:
    """Keep a draft for a board; nothing is sent and nothing costs yet."""
    title = str(content["title"])
    posting = Posting.objects.create(
        account=account,
        vacancy=vacancy,
        link=new_link(account, vacancy, title),
        title=title[:200],
        draft=payload_of(account.system, currency=vacancy.currency, **content),
    )
    audit.note(by, "board.draft", posting)
    return posting
