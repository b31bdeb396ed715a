"""Limits that hold over all processes: a count per thing and window in the database, claimed by UPDATE."""

from __future__ import annotations

import hashlib
import hmac
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from recruit.errors import RecruitError
from recruit.models import RateCount

log = logging.getLogger(__name__)


class TooManyError(RecruitError):
    """Too often in too short a time; ``retry_after`` is in seconds, ``is_first`` tells the first one of a window."""

    code = "throttled"
    status = 429

    def __init__(self, message: str, *, retry_after: int, is_first: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_first = is_first


@dataclass(frozen=True)
class Rate:
    """At most ``most`` in each window of ``seconds``."""

    name: str
    most: int
    seconds: int


# Every limit of the product, shown in docs/security.md.
SIGN_IN_ACCOUNT = Rate("sign-in-account", 30, 900)
SIGN_IN_PLACE = Rate("sign-in-place", 100, 900)
SECOND_FACTOR = Rate("second-factor", 10, 900)
RESET_ACCOUNT = Rate("reset-account", 3, 3600)
RESET_PLACE = Rate("reset-place", 20, 3600)
UNKNOWN_LINK = Rate("unknown-link", 60, 60)
LINK_ANSWER = Rate("link-answer", 60, 60)
MY_DATA = Rate("my-data", 20, 3600)
UPLOAD = Rate("upload", 60, 600)
API = Rate("api", 1200, 60)
RATES = (
    SIGN_IN_ACCOUNT, SIGN_IN_PLACE, SECOND_FACTOR, RESET_ACCOUNT, RESET_PLACE, UNKNOWN_LINK, LINK_ANSWER, MY_DATA, UPLOAD,
    API,
)  # fmt: skip


def keyed_digest(text: str) -> str:
    """Return a digest of ``text`` under the installation's key: the same text gives the same word, and no way back."""
    key = hashlib.sha256(b"recruit.rates" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:40]


def _key(rate: Rate, who: str) -> str:
    return f"{rate.name}:{keyed_digest(who)}"


def hit(rate: Rate, who: str, *, at: datetime) -> None:
    """Count one; ``TooManyError`` once the window is full. The count is exact, whoever else counts at once."""
    window = int(at.timestamp()) // rate.seconds
    key = _key(rate, who)
    with transaction.atomic():
        count = _count(key, window)
    if count > rate.most:
        is_first = count == rate.most + 1
        if is_first:
            # Once a window, however many follow: a log must not be filled by those it tells of.
            log.warning("limit %s is reached (guess or mishap) by %s", rate.name, keyed_digest(who)[:12])
        raise TooManyError("Too many tries. Wait a little.", retry_after=_left(rate, at), is_first=is_first)


def is_full(rate: Rate, who: str, *, at: datetime) -> bool:
    """Return whether the next ``hit`` would be refused; counts nothing."""
    window = int(at.timestamp()) // rate.seconds
    return RateCount.objects.filter(key=_key(rate, who), window=window, count__gte=rate.most).exists()


def check(rate: Rate, who: str, *, at: datetime) -> None:
    """Refuse when the window is full already, without counting."""
    if is_full(rate, who, at=at):
        raise TooManyError("Too many tries. Wait a little.", retry_after=_left(rate, at))


def _left(rate: Rate, at: datetime) -> int:
    return max(1, rate.seconds - int(at.timestamp()) % rate.seconds)


def _count(key: str, window: int) -> int:
    """Add one to the count of ``key`` in ``window`` and return it."""
    rows = RateCount.objects.filter(key=key)
    for _ in range(3):
        if rows.filter(window=window).update(count=F("count") + 1):
            break
        # The first of a new window: of several, one moves the window on; the others find it moved and add to it.
        if rows.filter(window__lt=window).update(window=window, count=1):
            break
        with suppress(IntegrityError), transaction.atomic():
            RateCount.objects.create(key=key, window=window, count=1)
            break
    return int(rows.values_list("count", flat=True).get())


def forget_old(*, at: datetime) -> int:
    """Delete counts of windows that have passed; return how many."""
    gone = 0
    for rate in RATES:
        now = int(at.timestamp()) // rate.seconds
        gone += RateCount.objects.filter(key__startswith=f"{rate.name}:", window__lt=now - 1).delete()[0]
    return gone
