"""Pure: hh.ru negotiations (responses and invitations) and the collections they lie in.

Source: hh OpenAPI, ``GET /negotiations`` (collections), ``GET /negotiations/{collection}`` (items), ``/{id}``.
``employer_state`` and the actions depend on the vacancy and the employer: nothing here knows their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobposts.boards.headhunter.resumes import parse_resume
from jobposts.boards.payload import entries, flag, ident, named, need_object, rows, stamp, text, whole, words
from jobposts.records import Action, Ident, Page, ResponseRecord


@dataclass(frozen=True, slots=True)
class Collection:
    """One list of responses: where it is read, what the board counts in it, how it can be sorted.

    ``generated`` lists (and lists inside a list) repeat responses that lie elsewhere.
    """

    id: str
    name: str
    url: str
    total: int | None
    orders: tuple[str, ...] = ()
    generated: bool = False


def parse_collections(payload: Any) -> tuple[Collection, ...]:
    """Return every list that has responses of its own, each once.

    ``generated_collections`` and sub-collections repeat responses of ``collections``; they are read too where
    the board gives them an address, for a response that lies only there must not be lost: the reader drops repeats.
    """
    found: dict[str, Collection] = {}
    waiting = [(row, False) for row in rows(payload, "collections")]
    waiting += [(row, True) for row in rows(payload, "generated_collections")]
    while waiting:
        row, repeats = waiting.pop(0)
        waiting = [*((inner, True) for inner in rows(row, "sub_collections")), *waiting]
        if url := text(row, "url"):
            total = whole(row, "counters", "total")
            orders = tuple(words(order, "id") for order in rows(row, "order_types"))
            found.setdefault(url, Collection(words(row, "id") or url, named(row) or "", url, total, orders, repeats))
    return tuple(found.values())


def parse_response(payload: Any, *, collection: str = "", vacancy_id: Ident = None) -> ResponseRecord:
    """Return one response; ``vacancy_id`` is used where the payload names no vacancy (items of a list do not)."""
    row = need_object(payload, "response")
    resume = parse_resume(row["resume"]) if isinstance(row.get("resume"), dict) else None
    vacancy = ident(row, "vacancy", "id") or vacancy_id
    return ResponseRecord(
        id=ident(row, "id"),
        vacancy_id=vacancy,
        vacancy_ids=() if vacancy is None else (vacancy,),
        vacancy_titles=(title,) if (title := text(row, "vacancy", "name")) else (),
        resume_id=resume.id if resume else None,
        state=text(row, "employer_state", "id") or text(row, "state", "id"),
        applicant_state=text(row, "state", "id"),
        source=text(row, "source"),
        created_at=stamp(row, "created_at"),
        updated_at=stamp(row, "updated_at"),
        messaging_status=text(row, "messaging_status"),
        has_updates=flag(row, "has_updates"),
        actions=tuple(parse_action(action) for action in rows(row, "actions")),
        resume=resume,
        collection=collection,
        url=text(row, "url"),
        raw=row,
    )


def parse_action(payload: Any) -> Action:
    """Return one offered step with its address, method and arguments."""
    return Action(
        id=words(payload, "id"),
        name=words(payload, "name"),
        method=words(payload, "method") or "PUT",
        url=words(payload, "url"),
        enabled=flag(payload, "enabled") is not False,
        hidden=flag(payload, "hidden") is True,
        arguments={
            words(row, "id"): flag(row, "required") is True for row in rows(payload, "arguments") if words(row, "id")
        },
        resulting_state=text(payload, "resulting_employer_state", "id"),
    )


def parse_responses(payload: Any) -> tuple[ResponseRecord, ...]:
    """Return the responses of a list answer, or of one response."""
    return tuple(parse_response(row) for row in entries(payload, "items"))


def parse_page(payload: Any, read: Any) -> Page[Any]:
    """Return one page of hh's envelope ``{found, page, pages, items}``; an item that cannot be read is counted."""
    envelope = need_object(payload, "list")
    items, failed = [], []
    for row in rows(envelope, "items"):
        try:
            items.append(read(row))
        except Exception as error:  # noqa: BLE001  a bad item is counted and shown, never the end of the list
            failed.append((row, f"{type(error).__name__}: {error}"))
    page, pages = whole(envelope, "page") or 0, whole(envelope, "pages")
    return Page(
        items=tuple(items),
        found=whole(envelope, "found"),
        page=page,
        pages=pages,
        more=pages is not None and page + 1 < pages,
        failed=tuple(failed),
    )
