"""Who saw, exported or changed what."""

from __future__ import annotations

from typing import Any

from django.db import models

from recruit.models import AuditEntry, User


def note(user: User | None, action: str, thing: models.Model | None = None, **data: Any) -> AuditEntry:
    """Append one entry; ``data`` holds ids, counts and codes, never names or texts."""
    return AuditEntry.objects.create(
        actor=user,
        action=action,
        object_type=thing._meta.label if thing is not None else "",
        object_id=thing.pk if thing is not None else None,
        data=data,
    )
