"""People who were erased or want no messages are left out of later imports, known by keyed digests of their contacts.

The digest is a MAC under the installation's key: nobody can read a contact back or try one without the key. A record that
says that the person applied after that day is a new wish of theirs and is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from recruit.models import Suppression
from recruit.services.people import PersonRecord
from recruit.services.rates import keyed_digest

CODE = "left_out"
WORDS = "Left out: somebody with this contact was erased or wants no messages."


def suppress(contacts: Iterable[str], *, reason: Suppression.Reason, at: datetime) -> None:
    """Leave out whoever has one of these normalised contacts from now on."""
    suppress_digests((keyed_digest(one) for one in contacts if one), reason=reason, at=at)


def suppress_digests(digests: Iterable[str], *, reason: Suppression.Reason, at: datetime) -> None:
    """Write the digests; one that stands gets the later moment."""
    Suppression.objects.bulk_create(
        [Suppression(digest=one, reason=reason, at=at) for one in sorted(set(digests))],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["reason", "at"],
    )


def left_out(records: Sequence[tuple[PersonRecord, datetime | None]], *, region: str) -> list[bool]:
    """Return for each (person, moment of their application or None) whether an import leaves it out; one statement."""
    wanted = [
        [keyed_digest(contact) for contact in (*one.emails, *one.phones)]
        for one in (person.compared(region) for person, _ in records)
    ]
    known = dict(
        Suppression.objects.filter(digest__in={digest for row in wanted for digest in row}).values_list("digest", "at")
    )
    return [
        any(digest in known and (applied is None or applied <= known[digest]) for digest in row)
        for row, (_, applied) in zip(wanted, records, strict=True)
    ]
