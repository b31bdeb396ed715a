"""Secret addresses of feeds: half random and stored, half a MAC over it and a version, which the database does not hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce

from recruit.errors import NotFoundError
from scheduling.models import Feed

# 96 stored bits and 128 bits of a MAC.
_STORED, _TAG = 16, 22
_SALT = b"scheduling.feed-address"
# How long an address that was replaced says so, and how many of them are remembered.
REPLACED_DAYS = 14
_REMEMBERED = 5


# What a poll looks at, and no more.
_POLLED = (
    "kind", "detail", "interviewer", "room", "office", "vacancy", "language", "color", "gzip", "public_id", "version",
    "rotated_at", "created_at", "mark", "owner__role", "owner__is_active", "copy__etag", "copy__changed_at", "copy__feed",
)  # fmt: skip


def subject_name(feed: Feed) -> str:
    """Return the name of whose sessions a feed shows; "" for those that its owner sees."""
    text: str | None = getattr(feed, "subject_text", None)
    return text or ("" if feed.subject is None else str(feed.subject))


def new_public_id() -> str:
    """Return the stored half of an address."""
    return secrets.token_urlsafe(12)


def _mac(public_id: str, version: int) -> str:
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    raw = hmac.new(key, f"{public_id}:{version}".encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def path_of(feed: Feed, ending: str = "ics") -> str:
    """Return the path of a feed; ``ending`` is ``ics`` for events, ``ifb`` for taken times alone."""
    return f"/feeds/{feed.public_id}{_mac(feed.public_id, feed.version)}.{ending}"


def url_of(feed: Feed, ending: str = "ics") -> str:
    """Return the whole address, built from ``PUBLIC_URL`` and never from a request's Host header."""
    return settings.PUBLIC_URL + path_of(feed, ending)


def webcal_of(feed: Feed) -> str:
    """Return the address by which a calendar program offers to subscribe when it is opened."""
    return re.sub(r"^https?://", "webcal://", url_of(feed))


def feed_of(token: str, *, at: datetime) -> tuple[Feed, str]:
    """Return the feed of an address and how it stands: ``current``, ``replaced`` or ``gone``.

    ``NotFoundError``, always with one message, for any other word, a revoked feed and one of somebody who left.
    """
    msg = "There is no such calendar."
    if len(token) != _STORED + _TAG or not token.isascii() or not token.isprintable():
        raise NotFoundError(msg)
    feed = (
        Feed.objects.in_use()
        .annotate(
            # Alone, and not with the whole rows: a poll that finds nothing new must cost next to nothing.
            subject_text=Coalesce("interviewer__name", "room__name", "office__name", "vacancy__title"),
            works_here=F("interviewer__is_active"),
        )
        .select_related("owner", "copy")
        .only(*_POLLED)
        .filter(public_id=token[:_STORED])
        .first()
    )
    if feed is None or getattr(feed, "works_here", None) is False:
        raise NotFoundError(msg)
    tag = token[_STORED:]
    if hmac.compare_digest(tag, _mac(feed.public_id, feed.version)):
        return feed, "current"
    for version in range(max(0, feed.version - _REMEMBERED), feed.version):
        if hmac.compare_digest(tag, _mac(feed.public_id, version)):
            newest = version == feed.version - 1 and feed.rotated_at is not None
            fresh = newest and feed.rotated_at is not None and at < feed.rotated_at + timedelta(days=REPLACED_DAYS)
            return feed, "replaced" if fresh else "gone"
    raise NotFoundError(msg)
