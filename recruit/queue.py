"""Background work by dotted name, in the caller's transaction: it is queued if and only if the change is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from recruit import contrib


def names() -> tuple[str, ...]:
    """Return the dotted name of every task that an app has registered; a test resolves each."""
    return tuple(task.name for task in contrib.background)


def resolve(name: str) -> Any:
    """Return the django-tasks ``Task`` that ``name`` stands for; ``LookupError`` for a name that is not registered."""
    if name not in names():
        msg = f"{name} is not registered in recruit.contrib.background"
        raise LookupError(msg)
    return import_string(name)


def enqueue(name: str, *, run_after: datetime | None = None, **kwargs: Any) -> str:
    """Queue the task ``name`` with JSON-able ``kwargs`` and return its id; ``run_after`` (aware) delays it."""
    task = resolve(name)
    if run_after is not None:
        task = task.using(run_after=run_after)
    return str(task.enqueue(**kwargs).id)


def tasks() -> Iterator[tuple[str, Any]]:
    """Yield every registered name with its task."""
    for name in names():
        yield name, resolve(name)
