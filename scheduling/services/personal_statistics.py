"""What statistics hold of a person: life after the hire, arms of reminder trials, groups recorded for fairness."""

from __future__ import annotations

from typing import Any

from recruit.models import Candidate
from recruit.services.personal_data import plain
from scheduling.models import ArmAssignment, Employment, GroupRecord

MODELS = tuple(model._meta.label for model in (ArmAssignment, Employment, GroupRecord))


def export_statistics(candidate: Candidate) -> list[dict[str, Any]]:
    """Return every row that hangs on the person."""
    rows: list[Any] = [
        *Employment.objects.filter(application__candidate=candidate),
        *GroupRecord.objects.filter(candidate=candidate),
        *ArmAssignment.objects.filter(invitation__application__candidate=candidate),
    ]
    return [{"what": row._meta.model_name, **plain(row)} for row in rows]


def erase_statistics(candidate: Candidate) -> int:
    """Remove the group and the rating of the person; days and arms stay, as numbers and times."""
    gone, _by_model = GroupRecord.objects.filter(candidate=candidate).delete()
    rated = Employment.objects.filter(application__candidate=candidate).exclude(rating=None).update(rating=None)
    return int(gone) + int(rated)
