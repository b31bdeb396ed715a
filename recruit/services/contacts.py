"""Ways to reach a person: added, preferred, marked as wrong."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recruit.errors import ConflictError
from recruit.models import Candidate, ContactKind, ContactPoint


@transaction.atomic
def add_contact(candidate: Candidate, *, kind: ContactKind, value: str, normalised: str) -> ContactPoint:
    """Add a phone (E.164 in ``normalised``) or an e-mail; ``ConflictError`` where the person has it already."""
    try:
        with transaction.atomic():
            return ContactPoint.objects.create(
                candidate=candidate,
                kind=kind,
                value=value.strip()[:254],
                normalised=normalised,
                tail=normalised[-4:] if kind == ContactKind.PHONE else "",
            )
    except IntegrityError as error:
        msg = _("This person has that contact already.")
        raise ConflictError(msg) from error


@transaction.atomic
def prefer_contact(contact: ContactPoint) -> None:
    """Let messages of this kind go to ``contact`` first."""
    same = ContactPoint.objects.filter(candidate=contact.candidate_id, kind=contact.kind)
    same.exclude(pk=contact.pk).update(preferred=False)
    same.filter(pk=contact.pk).update(preferred=True)


def mark_wrong(contact: ContactPoint, *, at: datetime | None) -> None:
    """Note that a contact is wrong since ``at``; None: it is right after all."""
    ContactPoint.objects.filter(pk=contact.pk).update(bad_since=at)
