"""The token of an account: sealed in its row, refreshed by one process at a time.

No transaction is open while the board is asked: the right to refresh is a time in the row, moved on by a conditional
UPDATE. A process that dies with the right loses it after ``CLAIM``.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jobposts.errors import BoardError
from jobposts.models import BoardAccount
from jobposts.protocol import Token
from recruit.sealed import seal, unseal

CLAIM = timedelta(seconds=60)
WAIT_SECONDS = 75.0


class DbTokens:
    """``jobposts.protocol.TokenStore`` over one row of ``BoardAccount``."""

    def __init__(self, account_id: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pk, self._sleep = account_id, sleep
        self._me = secrets.token_hex(8)

    def read(self) -> Token:
        """Return the token as it stands now."""
        row = BoardAccount.objects.values("access", "refresh", "token_expires_at").get(pk=self._pk)
        return Token(access=unseal(row["access"]), refresh=unseal(row["refresh"]), expires_at=row["token_expires_at"])

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the exclusive right to refresh; wait while another process has it."""
        waited = 0.0
        while not self._claim():
            if waited >= WAIT_SECONDS:
                raise BoardError("Another process is refreshing the token.", permanent=False, code="unavailable")
            self._sleep(0.1)
            waited += 0.1
        try:
            yield
        finally:
            BoardAccount.objects.filter(pk=self._pk, refreshing_by=self._me).update(
                refreshing_until=None, refreshing_by=""
            )

    def _claim(self) -> bool:
        now = timezone.now()
        free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
        return bool(
            BoardAccount.objects.filter(free, pk=self._pk).update(refreshing_until=now + CLAIM, refreshing_by=self._me)
        )

    def save(self, token: Token) -> None:
        """Keep the new pair: both parts in one UPDATE."""
        BoardAccount.objects.filter(pk=self._pk).update(
            access=seal(token.access),
            refresh=seal(token.refresh),
            token_expires_at=token.expires_at,
            broken_at=None,
            broken_reason="",
        )

    def mark_broken(self, reason: str) -> None:
        """Note that a person must connect the account again; a pair that was saved meanwhile is not touched."""
        BoardAccount.objects.filter(pk=self._pk, broken_at=None).update(
            broken_at=timezone.now(), broken_reason=reason[:200]
        )
