"""What the worker does with job boards; each task is safe to repeat."""

from __future__ import annotations

from django_tasks import task

from jobposts.services import notices, promotions, pulls, resumes_in


@task(queue_name="boards")
def poll_accounts() -> int:
    """Begin reading the accounts that are due."""
    return pulls.poll_due()


@task(queue_name="boards")
def process_notices() -> int:
    """Work off the boards' notices."""
    return notices.process_notices()


@task(queue_name="boards")
def fetch_resumes() -> int:
    """Fetch full resumes and their files."""
    return resumes_in.fetch_resumes()


@task(queue_name="boards")
def read_back() -> int:
    """Find out what became of paid steps whose answer was lost."""
    return promotions.read_back()
