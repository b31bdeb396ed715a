"""Moving many people at once: carried out after a delay, told to the person who did it, undone as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, BulkMove, BulkMoveItem, User
from recruit.services.applications import move_stage, note_triage, undo_move
from recruit.states import BULK_MOVES, BulkEvent, BulkState, Stage, step

MOST_PEOPLE = 500


@transaction.atomic
def plan_bulk(
    applications: Iterable[Application],
    stage: Stage,
    *,
    at: datetime,
    by: User,
    reason: str = "",
    delay: timedelta = timedelta(0),
) -> BulkMove:
    """Note that ``applications`` (at most 500) go to ``stage`` after ``delay``; without a delay it is done at once."""
    rows = list(applications)
    if not rows:
        raise InvalidInputError(_("Choose people first."), field="people")
    if len(rows) > MOST_PEOPLE:
        raise InvalidInputError(_("At most 500 people at once."), field="people")
    bulk = BulkMove.objects.create(stage=stage, reason=reason[:64], made_by=by, made_at=at, due_at=at + delay)
    BulkMoveItem.objects.bulk_create(
        BulkMoveItem(bulk=bulk, application=row, chosen_in=row.stage) for row in rows if row.stage != stage
    )
    if not delay:
        carry_out(bulk, at=at)
    return bulk


@transaction.atomic
def carry_out(bulk: BulkMove, *, at: datetime) -> int:
    """Move the people of a waiting bulk who still stand where they were chosen; return how many moved."""
    _claim(bulk, BulkEvent.CARRY_OUT, done_at=at)
    moved = 0
    for item in bulk.items.select_related("application"):
        if item.application.stage != item.chosen_in:
            continue
        try:
            move = move_stage(item.application, Stage(bulk.stage), at=at, by=bulk.made_by, reason=bulk.reason)
        except (TransitionRefusedError, ConflictError):
            continue
        if item.chosen_in == Stage.NEW and bulk.made_by is not None:
            note_triage(item.application, at=at, by=bulk.made_by)
        BulkMoveItem.objects.filter(pk=item.pk).update(move=move)
        moved += 1
    return moved


@transaction.atomic
def undo_bulk(bulk: BulkMove, *, at: datetime, by: User) -> int:
    """Take a bulk move back: one that waits never happens, one that was done is undone where nothing came after it.

    Returns how many people were brought back (for one that waited: how many are spared).
    """
    waited = bulk.state == BulkState.WAITING
    _claim(bulk, BulkEvent.UNDO)
    if waited:
        return bulk.items.count()
    back = 0
    for item in bulk.items.exclude(move=None).select_related("move__application"):
        assert item.move is not None  # noqa: S101 - excluded above
        try:
            undo_move(item.move, at=at, by=by)
        except (TransitionRefusedError, ConflictError):
            continue
        back += 1
    return back


def carry_out_due(*, at: datetime) -> int:
    """Carry out every bulk move whose delay is over; return how many people moved."""
    moved = 0
    for bulk in BulkMove.objects.filter(state=BulkState.WAITING, due_at__lte=at).order_by("due_at")[:50]:
        try:
            moved += carry_out(bulk, at=at)
        except TransitionRefusedError:
            continue
    return moved


def _claim(bulk: BulkMove, event: BulkEvent, **changes: object) -> None:
    new = step(BULK_MOVES, BulkState(bulk.state), event)
    if not BulkMove.objects.filter(pk=bulk.pk, state=bulk.state).update(state=new, **changes):
        msg = _("This was carried out or taken back by someone else; look again.")
        raise TransitionRefusedError(msg)
    bulk.refresh_from_db()
