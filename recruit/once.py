"""What the parts of one page ask for more than once, and the database needs to answer only once.

It works in reading requests alone: one that writes must see what it has written.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

Found = TypeVar("Found")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Keep the answers of ``once`` until the end of the block."""
    before = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(before)


def once(key: Hashable, ask: Callable[[], Found]) -> Found:
    """Return what ``ask`` answers: its first answer to ``key`` within a ``reading`` block, a new one everywhere else."""
    answers = _answers.get()
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    return cast("Found", answers[key])
