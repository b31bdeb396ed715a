"""Polls that find nothing new: answered by one indexed statement, before session, language and messages are looked at.

An open desk asks every few seconds. What it asks with is a word that only an open page of the session knows, so nothing
is told to a stranger; and nothing is told at all but "as you have it" (204). Everything else goes the long way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from recruit.web.numbers import is_number
from scheduling.models import InterviewSession

_SALT = b"scheduling.poll"
# Pages whose figures move with the clock as well: the poll names the minute that it has seen.
_BY_MINUTE = frozenset({"live"})


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(_SALT + secret.encode()).digest()


def _word(page: str, pk: str) -> str:
    raw = hmac.new(_key(settings.SECRET_KEY), f"{page}:{pk}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw)[:16].decode()


def seen_now(page: str, session: InterviewSession, *, at: datetime) -> str:
    """Return what a page that shows ``session`` at ``at`` has seen."""
    return f"{session.version}.{at:%d%H%M}" if page in _BY_MINUTE else str(session.version)


def poll_query(page: str, session: InterviewSession, *, at: datetime) -> str:
    """Return the query of the next poll of ``page`` (``desk`` or ``live``)."""
    return urlencode({"poll": _word(page, str(session.pk)), "seen": seen_now(page, session, at=at)})


def is_unchanged(request: HttpRequest) -> bool:
    """Return whether the request is a poll of a session that is as the page has seen it: one statement at most."""
    word, seen = request.GET.get("poll", ""), request.GET.get("seen", "")
    parts = request.path_info.strip("/").split("/")
    if not word or not seen or len(parts) != 3 or parts[0] != "sessions" or not is_number(parts[1]):
        return False
    pk, page = parts[1], parts[2]
    if not hmac.compare_digest(word.encode(), _word(page, pk).encode()):
        return False
    version, _, minute = seen.partition(".")
    if not is_number(version) or len(version) > 9:
        return False
    if page in _BY_MINUTE and minute != f"{timezone.now():%d%H%M}":
        return False
    return InterviewSession.objects.filter(pk=int(pk), version=int(version)).exists()


class PollMiddleware:
    """Answer 204 to a poll that has seen everything; stands before the session is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once, or let the request through."""
        if request.method == "GET" and "poll=" in request.META.get("QUERY_STRING", "") and is_unchanged(request):
            response = HttpResponse(status=204)
            response["Cache-Control"] = "no-store"
            return response
        return self.get_response(request)
