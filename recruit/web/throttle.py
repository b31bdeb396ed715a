"""The answer to what comes too often: 429 with Retry-After."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recruit.services.rates import TooManyError


def too_many(request: HttpRequest, error: TooManyError) -> HttpResponse:
    """Return a short page that says when to try again."""
    minutes = -(-error.retry_after // 60)
    response = render(request, "recruit/too_many.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(error.retry_after)
    return response


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Return the page of somebody who gave too many wrong passwords."""
    response = render(request, "recruit/locked_out.html", status=429)
    response["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return response
