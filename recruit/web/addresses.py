"""Where a request comes from, as far as it can be known."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the other side.

    ``X-Forwarded-For`` is written by whoever sends the request, so it counts only behind a proxy of our own
    (``BEHIND_PROXY``), and then only its last entry, which that proxy appended.
    """
    near = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.BEHIND_PROXY:
        return near
    return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or near
