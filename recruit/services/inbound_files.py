"""Resumes behind addresses that programs gave: fetched through the guarded door, kept as any other file."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.db import transaction

from recruit.models import Company, InboundRecord
from recruit.outbound import Door, OutboundError
from recruit.parsing.resume import MAX_BYTES
from recruit.services.resume_files import keep_file, read_file


def fetch(record_id: int) -> bool:
    """Fetch one; False where there is nothing to fetch or it could not be: the record then says why.

    A fault that may pass is raised, so that the worker tries again.
    """
    row = InboundRecord.objects.select_related("candidate", "application").filter(pk=record_id).first()
    if row is None or not row.resume_url or row.candidate is None or row.candidate.erased_at is not None:
        return False
    door = Door(max_bytes=MAX_BYTES, total_seconds=60.0, retries=2)
    try:
        answer = door.get(row.resume_url)
    except OutboundError as error:
        InboundRecord.objects.filter(pk=row.pk).update(resume_error=str(error)[:200])
        if error.permanent:
            return False
        raise
    finally:
        door.close()
    if not answer.ok:
        InboundRecord.objects.filter(pk=row.pk).update(resume_error=f"HTTP {answer.status}")
        return False
    name = PurePosixPath(unquote(urlsplit(row.resume_url).path)).name or "resume"
    read = read_file(answer.body, filename=name, region=Company.current().region)
    with transaction.atomic():
        keep_file(row.candidate, read, application=row.application)
        InboundRecord.objects.filter(pk=row.pk).update(resume_url="", resume_error="")
    return True
