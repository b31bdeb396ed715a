"""Pure: reading a whole list that moves while it is read, and reconciling it with the board's own count.

Items that are added push others to later pages (seen twice); items that are moved away pull others to earlier pages
(not seen at all). So: every item is counted once by its id, and a list that comes out shorter than the board counts
is read again from its first page, a few times.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jobposts.boards.payload import ident
from jobposts.protocol import ResponseBatch
from jobposts.records import CollectionCount, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from jobposts.records import Ident, Page, ResponseRecord

PASSES = 3
MOST_PAGES = 4000


@dataclass(slots=True)
class _Tally:
    """What was seen of one collection."""

    seen: set[Ident] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    twice: int = 0
    found: int | None = None

    def take(
        self, page: Page[ResponseRecord], *, first_pass: bool, given: set[tuple[Ident, str, str]]
    ) -> Page[ResponseRecord]:
        """Count the page; return it without what was handed on before in the same shape."""
        new: list[ResponseRecord] = []
        for item in page.items:
            if item.id in self.seen:
                self.twice += first_pass
            self.seen.add(item.id)
            shape = (item.id, str(item.state), str(item.updated_at))
            if shape not in given:
                given.add(shape)
                new.append(item)
        bad = [(row, why, str(ident(row, "id") or row)) for row, why in page.failed]
        fresh = tuple((row, why) for row, why, key in bad if key not in self.failed)
        self.failed.update(key for _, _, key in bad)
        self.found = self.found if page.found is None else page.found
        return replace(page, items=tuple(new), failed=fresh)

    @property
    def short(self) -> bool:
        """Whether fewer were seen than the board counts."""
        return self.found is not None and len(self.seen) + len(self.failed) < self.found


def _past(page: Page[ResponseRecord], since: datetime | None) -> bool:
    """Whether everything on the page is older than ``since``; a page with something undated is not."""
    if since is None or not page.items:
        return False
    times = [moment(item.updated_at) or moment(item.created_at) for item in page.items]
    return all(at is not None and at < since for at in times)


def read_collection(
    fetch: Callable[[int], Page[ResponseRecord]],
    *,
    collection: str,
    name: str = "",
    total: int | None = None,
    given: set[tuple[Ident, str, str]],
    max_pages: int | None = None,
    since: datetime | None = None,
) -> Iterator[ResponseBatch]:
    """Yield the pages of one collection; the batch with ``last`` holds the final count.

    Args:
        fetch: returns the page of a number from 0.
        collection: its id on the board.
        name: its name, for people.
        total: what the board counts in the overview; the pages' own ``found`` is newer and wins.
        given: (id, state, updated) of what this run has handed on, over all collections; grows.
        max_pages: for a quick look; the count is then marked ``limited``.
        since: a quick look too: the list is left after a page on which everything is older.
    """
    tally = _Tally(found=total)
    most = min(MOST_PAGES, max_pages or MOST_PAGES)
    limited = max_pages is not None or since is not None

    def batch(page: Page[ResponseRecord], *, last: bool) -> ResponseBatch:
        count = CollectionCount(
            collection=collection,
            name=name,
            found=tally.found,
            seen=len(tally.seen),
            failed=len(tally.failed),
            twice=tally.twice,
            limited=limited,
        )
        return ResponseBatch(page=page, count=count, last=last)

    for number in range(PASSES):
        again = False
        for page_number in range(most):
            raw = fetch(page_number)
            page = tally.take(raw, first_pass=number == 0, given=given)
            more = raw.more and bool(raw.items or raw.failed) and page_number + 1 < most and not _past(raw, since)
            if not more:
                again = tally.short and not limited and number + 1 < PASSES
            yield batch(page, last=not more and not again)
            if not more:
                break
        if not again:
            return
