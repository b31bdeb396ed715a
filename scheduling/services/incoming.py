"""Mail that comes in: kept first, read in the sandbox, and believed only as far as it proves itself (``mail_verdicts``)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from recruit import sandbox
from recruit.errors import FileRefusedError, InvalidInputError
from recruit.queue import enqueue
from scheduling.models import IncomingMail, MailOutcome
from scheduling.services.mail_verdicts import judge

MOST_BYTES = 15 * 1024 * 1024


def receive(raw: bytes, *, source: str, at: datetime) -> IncomingMail:
    """Keep a mail and have it read; the same bytes a second time are the row that is there.

    ``InvalidInputError`` for an empty or too large one.
    """
    if not raw.strip() or len(raw) > MOST_BYTES:
        raise InvalidInputError("This mail is empty or too large.")
    digest = hashlib.sha256(raw).hexdigest()
    found = IncomingMail.objects.filter(digest=digest).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            mail = IncomingMail.objects.create(digest=digest, source=source[:8], received_at=at, raw=raw)
            enqueue("scheduling.tasks.read_mail", mail_id=mail.pk)
    except IntegrityError:
        return IncomingMail.objects.get(digest=digest)
    return mail


def read(mail: IncomingMail, *, at: datetime) -> IncomingMail:
    """Read a waiting mail and do what it says; reading it twice changes nothing more."""
    try:
        facts = sandbox.run("scheduling.ics.mail.read_mail", bytes(mail.raw))
    except FileRefusedError as error:
        IncomingMail.objects.filter(pk=mail.pk, outcome=MailOutcome.WAITING).update(
            outcome=MailOutcome.UNREADABLE, words=error.message[:500], read_at=at, raw=b""
        )
        mail.refresh_from_db()
        return mail
    with transaction.atomic():
        row = IncomingMail.objects.select_for_update().get(pk=mail.pk)
        if row.outcome != MailOutcome.WAITING:
            return row
        verdict = judge(facts, row)
        row.outcome, row.invitation, row.block = verdict.outcome, verdict.invitation, verdict.block
        row.from_address = (facts["from"] or "")[:254]
        row.subject, row.words = facts["subject"], (verdict.words or facts["words"])[:500]
        row.facts = {"method": facts["method"], "bounce": facts["bounce"], "automatic": facts["automatic"]} | dict(
            verdict.facts
        )
        row.read_at, row.raw = at, b""
        row.save()
    return row


def forget_old(*, at: datetime, days: int = 180) -> int:
    """Erase mails older than ``days``: what they changed stands in the ledger."""
    return IncomingMail.objects.filter(received_at__lt=at - timedelta(days=days)).delete()[0]


def read_waiting(*, limit: int = 50) -> int:
    """Read what still waits (a worker may have died over it); return how many."""
    rows = list(IncomingMail.objects.filter(outcome=MailOutcome.WAITING).order_by("pk")[:limit])
    for row in rows:
        read(row, at=timezone.now())
    return len(rows)
