"""What is done with the records that programs told: taken back, forgotten, given out, emptied."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from recruit.models import Application, Candidate, Erasure, InboundRecord, PrivacyRequest, User
from recruit.services import applications, privacy, trial_keys
from recruit.states import LIVE_STAGES, Stage


def standing(row: InboundRecord) -> Candidate:
    """Return the person of a record, through merges."""
    candidate = row.candidate
    assert candidate is not None  # noqa: S101 - the caller has looked
    seen = {candidate.pk}
    while candidate.merged_into is not None and candidate.merged_into_id not in seen:
        candidate = candidate.merged_into
        seen.add(candidate.pk)
    return candidate


def withdraw(record: InboundRecord, *, at: datetime, reason: str) -> int:
    """Take back what a person sent through a program: their live applications of this source end as withdrawn."""
    if record.candidate is None:
        return 0
    person = standing(record)
    rows = Application.objects.filter(candidate=person, source=record.source, stage__in=LIVE_STAGES)
    return applications.move_many(list(rows), Stage.WITHDRAWN, at=at, by=None, reason=reason[:64] or "withdrawn")


@transaction.atomic
def forget(record: InboundRecord, *, at: datetime, by: User) -> bool:
    """Pass on that a person wants to be forgotten; True where that was done at once.

    A program may have been matched with somebody it has no say over: a person who is known from elsewhere too is not
    erased by its word, a person of the company decides.
    """
    withdraw(record, at=at, reason="asked to be forgotten")
    person = standing(record)
    elsewhere = (
        person.applications.exclude(source=record.source).exists()
        or person.identities.exclude(system__in=[f"source:{record.source.code}"[:64], *_test_systems(record)]).exists()
    )
    if elsewhere:
        privacy.ask(person, PrivacyRequest.Kind.ERASE, at=at, text=f"{record.source}: {record.external_id}")
        return False
    privacy.erase_person(person, at=at, by=by, reason=Erasure.Reason.REQUEST)
    return True


def _test_systems(record: InboundRecord) -> list[str]:
    return [trial_keys.system_of(record.key)] if record.key is not None else []


def export_records(candidate: Candidate) -> list[dict[str, Any]]:
    """Return what programs told us of a person."""
    return [
        {"source": row.source.name, "number": row.external_id, "payload": row.payload, "at": row.updated_at.isoformat()}
        for row in InboundRecord.objects.filter(candidate=candidate).select_related("source")
    ]


def erase_records(candidate: Candidate) -> int:
    """Empty what programs told us of a person; the number stays, so that the record is not taken again."""
    rows = InboundRecord.objects.filter(candidate=candidate)
    return rows.update(payload={}, digest="", resume_url="", resume_error="")
