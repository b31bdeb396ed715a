"""Somebody else who acts between our look and our step, at the same place in every run and on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def meanwhile(looked_at: str, act: Callable[[], object]) -> Iterator[None]:
    """Do ``act`` once, right after the first SELECT from the table ``looked_at`` within the block."""
    waiting = [act]

    def after(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if waiting and sql.startswith("SELECT") and f'FROM "{looked_at}"' in sql:
            waiting.pop()()
        return answer

    with connection.execute_wrapper(after):
        yield
    assert not waiting, f"nobody looked at {looked_at}"
