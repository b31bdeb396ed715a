"""Are people treated alike: waiting and turned away by a group that the company lawfully records; never for the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Greatest

from recruit import sandbox
from recruit.errors import FileRefusedError, InvalidInputError
from recruit.models import Candidate, User
from recruit.services import audit
from recruit.tables import table_from_frames
from scheduling.models import GroupRecord
from scheduling.services.reports.clock import WholeMinutes
from scheduling.services.reports.measures import arrival
from scheduling.services.reports.slices import Slice
from scheduling.states import CAME, InvitationState
from scheduling.statistics.rates import SMALL, Rate, rate

LEVEL = 0.9


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """One group: who came, of them turned away and left unseen, mean wait in minutes of those seen (None: too few)."""

    group: str
    came: int
    turned_away: Rate
    left_unseen: Rate
    wait_mean: float | None
    is_small: bool


def traits() -> list[str]:
    """Return what the company records."""
    return list(GroupRecord.objects.order_by("trait").values_list("trait", flat=True).distinct())


def by_group(piece: Slice, trait: str) -> list[GroupLine]:
    """Return how each group of ``trait`` fared at the desk, the largest first; one statement.

    A group of fewer than 20 people is only counted: its rates would say more of single people than of the group.
    """
    own = GroupRecord.objects.filter(candidate=OuterRef("application__candidate_id"), trait=trait)
    rows = (
        piece.invitations()
        .filter(state__in=CAME)
        .annotate(
            of=Subquery(own.values("group")[:1]),
            waited=WholeMinutes(Greatest("arrived_at", arrival()), F("started_at")),
        )
        .exclude(of=None)
        .values("of")
        .annotate(
            came=Count("pk"),
            away=Count("pk", filter=Q(state=InvitationState.TURNED_AWAY)),
            left=Count("pk", filter=Q(state=InvitationState.LEFT_UNSEEN)),
            seen=Count("waited"),
            minutes=Sum("waited", filter=Q(waited__gt=0)),
        )
        .order_by("-came", "of")
    )
    return [
        GroupLine(
            group=str(row["of"]),
            came=row["came"],
            turned_away=rate(row["away"], row["came"], level=LEVEL),
            left_unseen=rate(row["left"], row["came"], level=LEVEL),
            wait_mean=(row["minutes"] or 0) / row["seen"] if row["seen"] >= SMALL else None,
            is_small=row["came"] < SMALL,
        )
        for row in rows
    ]


def read_groups(data: bytes, *, filename: str) -> list[tuple[int, str]]:
    """Return the (candidate id, group) pairs of a table with the columns "candidate" and "group".

    Raises:
        FileRefusedError: it cannot be read, a column is missing, or a line has no number.
    """
    with sandbox.stream(
        "recruit.tables.frames.table_frames", data, limits=sandbox.TABLE_LIMITS, filename=filename
    ) as frames:
        table = table_from_frames(frames)
        names = [title.strip().casefold() for title in table.header]
        if not {"candidate", "group"} <= set(names):
            raise FileRefusedError("The table needs the columns “candidate” and “group”.", field="file")
        found = []
        for number, cells in table.rows:
            row = dict(zip(names, cells, strict=False))
            candidate = row.get("candidate", "").strip()
            if not (candidate.isascii() and candidate.isdigit() and len(candidate) < 16):
                raise FileRefusedError(f"Line {number} has no number of a candidate.", field="file")
            found.append((int(candidate), row.get("group", "")))
    return found


@transaction.atomic
def record_groups(rows: Iterable[tuple[int, str]], *, trait: str, by: User) -> int:
    """Write down (candidate id, group) pairs of ``trait``; an empty group removes the record. Return how many.

    Raises:
        InvalidInputError: no trait, or a candidate that is not there.
    """
    trait = trait.strip()
    if not trait or len(trait) > 40:
        raise InvalidInputError("Name what is recorded, in at most 40 letters.", field="trait")
    pairs = {number: group.strip()[:80] for number, group in rows}
    known = set(Candidate.objects.filter(pk__in=pairs).values_list("pk", flat=True))
    missing = sorted(set(pairs) - known)
    if missing:
        raise InvalidInputError(f"There is no candidate {missing[0]}.", field="file")
    GroupRecord.objects.filter(trait=trait, candidate__in=pairs).delete()
    made = [GroupRecord(candidate_id=pk, trait=trait, group=group) for pk, group in pairs.items() if group]
    GroupRecord.objects.bulk_create(made, batch_size=500)
    audit.note(by, "fairness.recorded", people=len(pairs))
    return len(pairs)


def forget_groups(*, trait: str, by: User) -> int:
    """Remove every record of ``trait``."""
    removed, _by_model = GroupRecord.objects.filter(trait=trait).delete()
    audit.note(by, "fairness.forgotten", people=removed)
    return int(removed)


__all__ = ["GroupLine", "by_group", "forget_groups", "read_groups", "record_groups", "traits"]
