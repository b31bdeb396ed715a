"""What the worker does; each task is safe to repeat."""

from __future__ import annotations

import os

from django.utils import timezone
from django_tasks import task

from recruit.messaging import deliver, webhooks
from recruit.models import ImportRun
from recruit.services import bulk, clean_up, duplicates, imports, inbound_files, retention, trial_keys
from recruit.states import ImportState


@task(queue_name="mail")
def deliver_due() -> int:
    """Deliver the messages that are due."""
    return deliver.deliver_due(worker=f"worker-{os.getpid()}")


@task(queue_name="imports")
def run_import(run_id: int, *, dry_run: bool = False) -> int:
    """Do an import, or the dry run of a large one, from its cursor to the end."""
    run = ImportRun.objects.filter(pk=run_id, state=ImportState.RUNNING, dry_run=dry_run).first()
    return imports.run_now(run).created if run is not None else 0


@task
def keep_retention() -> int:
    """Erase people whose time is over; the report is kept."""
    return retention.run(at=timezone.now()).erased


@task
def tidy() -> dict[str, int]:
    """Forget what has no use any more: old answers to repeated calls, counts, finished tasks, ended sessions."""
    return clean_up.tidy(at=timezone.now())


@task(queue_name="mail")
def deliver_webhooks() -> int:
    """Send the webhooks that are due."""
    return webhooks.deliver_due()


@task(queue_name="imports")
def find_duplicates() -> int:
    """Look for records that may be one person."""
    return duplicates.find_duplicates()


@task(queue_name="imports")
def wipe_test_keys() -> int:
    """Wipe what test keys have sent."""
    return trial_keys.wipe_due()


@task(queue_name="imports")
def fetch_inbound_resume(record_id: int) -> bool:
    """Fetch the resume behind an address that a program gave."""
    return inbound_files.fetch(record_id)


@task
def carry_out_bulk_moves() -> int:
    """Carry out the moves of many people whose delay is over."""
    return bulk.carry_out_due(at=timezone.now())
