"""Two records become one person, and can become two again.

Nothing is copied: rows that point to the one record are pointed to the other, and what moved is written down. What
cannot move (the same phone on both, the same file on both) stays where it is. Undo moves back exactly that; rows that
came after the merge stay with the record that took them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from recruit.errors import ConflictError, TransitionRefusedError
from recruit.models import (
    Application,
    BlockingKey,
    Candidate,
    DuplicatePair,
    Merge,
    PairState,
    StageMove,
    User,
)
from recruit.services import audit
from recruit.states import LIVE_STAGES, Stage

REASON = "duplicate"
_FILLED = ("name", "name_key", "city", "language", "time_zone", "birth_date")
# What these say is about two records as such and does not move with the person.
_STAYS = {"recruit.candidate", "recruit.duplicatepair", "recruit.merge", "recruit.blockingkey"}


@transaction.atomic
def merge_candidates(
    kept: Candidate, gone: Candidate, *, by: User | None, reasons: tuple[str, ...] = (), at: datetime | None = None
) -> Merge:
    """Let ``gone`` be the same person as ``kept``; all contacts, resumes, applications and messages go to ``kept``.

    Two live applications for one vacancy become one: the one that has come less far is withdrawn as a duplicate.

    Raises:
        ConflictError: both records are invited to interviews for one vacancy, or one of them was erased.
        TransitionRefusedError: one of them has been merged meanwhile.
    """
    at = at or timezone.now()
    if kept.pk == gone.pk:
        raise ConflictError("This is one record.")
    rows: dict[str, Any] = {"moved": {}, "changed": [], "made": []}
    claimed = Candidate.objects.filter(pk=gone.pk, merged_into=None, erased_at=None).update(merged_into=kept)
    standing = Candidate.objects.filter(pk=kept.pk, merged_into=None, erased_at=None).exists()
    if not claimed or not standing:
        msg = "One of these records was merged or erased meanwhile; look again."
        raise TransitionRefusedError(msg)
    rows["changed"].append(["recruit.candidate", gone.pk, {"merged_into": [None, kept.pk]}])
    _settle_applications(kept, gone, rows, at=at)
    for relation in _relations():
        moved = _move(relation, gone.pk, kept.pk)
        if moved:
            rows["moved"][f"{relation.model._meta.label_lower}.{relation.name}"] = moved
    _fill(kept, gone, rows)
    merge = Merge.objects.create(kept=kept, gone=gone, rows=rows, reasons=list(reasons), at=at, by=by)
    first, second = sorted((kept.pk, gone.pk))
    DuplicatePair.objects.filter(first_id=first, second_id=second).update(
        state=PairState.MERGED, decided_at=at, decided_by=by
    )
    BlockingKey.objects.filter(candidate=gone).delete()
    audit.note(by, "candidate.merged", kept, gone=gone.pk, merge=merge.pk)
    kept.refresh_from_db()
    gone.refresh_from_db()
    return merge


def _relations() -> list[models.ForeignKey[Any, Any]]:
    """Return every foreign key of the installation to a candidate; a new table is found by itself."""
    return [
        field
        for model in apps.get_models()
        if model._meta.label_lower not in _STAYS
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Candidate
    ]


def _move(field: models.ForeignKey[Any, Any], old: int, new: int) -> list[int]:
    """Point the rows of one table to ``new`` and return the moved ones; a row that stands there already stays."""
    rows = field.model._base_manager
    numbers = list(rows.filter(**{field.attname: old}).order_by("pk").values_list("pk", flat=True))
    try:
        with transaction.atomic():
            rows.filter(pk__in=numbers).update(**{field.attname: new})
    except IntegrityError:
        moved = []
        for number in numbers:
            try:
                with transaction.atomic():
                    rows.filter(pk=number).update(**{field.attname: new})
            except IntegrityError:
                continue
            moved.append(number)
        return moved
    return numbers


def _settle_applications(kept: Candidate, gone: Candidate, rows: dict[str, Any], *, at: datetime) -> None:
    live = Application.objects.filter(stage__in=LIVE_STAGES)
    mine = {one.vacancy_id: one for one in live.filter(candidate=kept)}
    order = [str(stage) for stage in LIVE_STAGES]
    for theirs in live.filter(candidate=gone, vacancy__in=mine):
        ours = mine[theirs.vacancy_id]
        if order.index(theirs.stage) >= order.index(Stage.INTERVIEW) <= order.index(ours.stage):
            msg = "Both records are at interviews for the same vacancy; cancel one of the invitations first."
            raise ConflictError(msg)
        loser = ours if order.index(theirs.stage) > order.index(ours.stage) else theirs
        changes = {"stage": str(Stage.WITHDRAWN), "closing_reason": REASON, "stage_since": at}
        old = {name: _plain(getattr(loser, name)) for name in changes}
        Application.objects.filter(pk=loser.pk).update(**changes)
        rows["changed"].append(
            ["recruit.application", loser.pk, {name: [old[name], _plain(value)] for name, value in changes.items()}]
        )
        move = StageMove.objects.create(
            application=loser, old=loser.stage, new=Stage.WITHDRAWN, at=at, reason=REASON, actor=None
        )
        rows["made"].append(["recruit.stagemove", move.pk])


def _fill(kept: Candidate, gone: Candidate, rows: dict[str, Any]) -> None:
    """Write what is empty in ``kept`` and known in ``gone``; a wish not to be contacted holds for the person."""
    changes = {name: getattr(gone, name) for name in _FILLED if not getattr(kept, name) and getattr(gone, name)}
    if "name" not in changes:
        changes.pop("name_key", None)
    if gone.do_not_contact and not kept.do_not_contact:
        changes["do_not_contact"] = True
    if changes:
        old = {name: [_plain(getattr(kept, name)), _plain(value)] for name, value in changes.items()}
        # Not save(): that would touch ``updated_at``, and undo gives every row back as it was.
        Candidate.objects.filter(pk=kept.pk).update(**changes)
        rows["changed"].append(["recruit.candidate", kept.pk, old])


@transaction.atomic
def undo_merge(merge: Merge, *, by: User | None, at: datetime | None = None) -> None:
    """Make two people of one again: every row that moved goes back, every value that was changed is as it was.

    What was changed or moved on after the merge is left as it is now. Raises ``TransitionRefusedError`` where it was
    undone already, or a later merge took the person further and must be undone first.
    """
    at = at or timezone.now()
    kept = Candidate.objects.get(pk=merge.kept_id)
    if kept.merged_into_id is not None:
        msg = "This person was merged again later; undo that merge first."
        raise TransitionRefusedError(msg)
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=at, undone_by=by):
        msg = "This merge was undone already."
        raise TransitionRefusedError(msg)
    for label, number in merge.rows["made"]:
        apps.get_model(label)._base_manager.filter(pk=number).delete()
    for name, numbers in merge.rows["moved"].items():
        label, _, column = name.rpartition(".")
        rows = apps.get_model(label)._base_manager
        rows.filter(**{"pk__in": numbers, column: merge.kept_id}).update(**{column: merge.gone_id})
    for label, number, values in reversed(merge.rows["changed"]):
        _restore(label, number, values)
    first, second = sorted((merge.kept_id, merge.gone_id))
    DuplicatePair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={"state": PairState.APART, "decided_at": at, "decided_by": by},
        create_defaults={"level": "suggest", "state": PairState.APART, "decided_at": at, "decided_by": by},
    )
    audit.note(by, "candidate.unmerged", kept, gone=merge.gone_id, merge=merge.pk)


def _restore(label: str, number: int, values: dict[str, list[Any]]) -> None:
    model = apps.get_model(label)
    row = model._base_manager.filter(pk=number).first()
    if row is None:
        return
    back = {}
    for name, (old, new) in values.items():
        field = model._meta.get_field(name)
        attname = field.attname
        if _plain(getattr(row, attname)) == new:
            back[attname] = old if isinstance(field, models.ForeignKey) else field.to_python(old)
    if back:
        model._base_manager.filter(pk=number).update(**back)


def keep_apart(pair: DuplicatePair, *, by: User, at: datetime | None = None) -> None:
    """Note that two records are two people; they are not suggested again."""
    DuplicatePair.objects.filter(pk=pair.pk, state=PairState.OPEN).update(
        state=PairState.APART, decided_at=at or timezone.now(), decided_by=by
    )
    audit.note(by, "candidate.apart", None, first=pair.first_id, second=pair.second_id)


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it, to the microsecond."""
    return value.isoformat() if isinstance(value, date | datetime) else value
