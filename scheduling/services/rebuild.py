"""Do the columns that statistics count still say what the ledger says?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from scheduling.models import Invitation, LedgerEntry
from scheduling.states import InvitationState
from scheduling.statistics.ledger_fold import Event, Story, fold

TIMES = ("arrived_at", "started_at", "finished_at")
CHUNK = 5_000


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An invitation whose column says something else than its events."""

    invitation: int
    column: str
    stored: object
    told: object


def stories() -> Iterator[tuple[int, Story]]:
    """Yield every invitation's id with its story, told from the ledger alone; read in pieces."""
    rows = (
        LedgerEntry.objects.order_by("invitation_id", "recorded_at", "pk")
        .values_list("invitation_id", "kind", "at", "source", "corrects__kind")
        .iterator(chunk_size=CHUNK)
    )
    for invitation, entries in groupby(rows, key=lambda row: row[0]):
        yield invitation, fold(Event(kind, at, source, corrects or "") for _pk, kind, at, source, corrects in entries)


def differences() -> Iterator[Difference]:
    """Yield what differs; nothing where every figure can be rebuilt. Imported history has no clock: days alone."""
    told = stories()
    stored = (
        Invitation.objects.exclude(state=InvitationState.DRAFT)
        .order_by("pk")
        .values_list("pk", "state", "answer", *TIMES, "is_walk_in", "session__is_history")
        .iterator(chunk_size=CHUNK)
    )
    pk, story = next(told, (0, Story()))
    for row in stored:
        while pk and pk < row[0]:
            pk, story = next(told, (0, Story()))
        mine = story if pk == row[0] else Story()
        yield from _compare(row, mine)


def _compare(row: tuple[object, ...], story: Story) -> Iterator[Difference]:
    pk, state, answer, *rest = row
    times, is_walk_in, is_history = rest[:3], rest[3], rest[4]
    pairs: list[tuple[str, object, object]] = [("state", state, story.state)]
    if not is_walk_in:
        pairs.append(("answer", answer, story.answer))
    if not is_history:
        pairs += [(name, stored, getattr(story, name)) for name, stored in zip(TIMES, times, strict=True)]
    for column, stored, told in pairs:
        if stored != told:
            yield Difference(invitation=int(str(pk)), column=column, stored=stored, told=told)
