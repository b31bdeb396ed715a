"""What is answered when something broke: a fault of ours, or a database that is busy or away for a moment."""

from __future__ import annotations

import errno
import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views.defaults import bad_request, page_not_found, server_error

RETRY_AFTER = "5"  # seconds
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PG_FULL = "53100"


def in_one_shape(request: HttpRequest, code: str, message: str, *, status: int) -> JsonResponse:
    """Return the shape that every error of the API has."""
    error = {"code": code, "message": message, "fields": {}}
    return JsonResponse({"error": error, "request_id": getattr(request, "request_id", "")}, status=status)


def odd_input(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, in the shape that the caller reads."""
    if request.path.startswith("/api/"):
        return in_one_shape(request, "invalid", "This call cannot be read.", status=400)
    return bad_request(request, exception)


def unknown_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, in the shape that the caller reads."""
    if request.path.startswith("/api/"):
        return in_one_shape(request, "not_found", "There is no such thing.", status=404)
    return page_not_found(request, exception)


def is_out_of_room(error: BaseException | None) -> bool:
    """Return whether ``error`` is that of a full disk: of a file, of SQLite, of PostgreSQL."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if (
            getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            or getattr(error, "sqlstate", "") == _PG_FULL
        ):
            return True
        error = error.__cause__
    return False


def _no_room(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return in_one_shape(request, "no_room", "The disk of the server is full; nothing was changed.", status=503)
    return HttpResponse(get_template("503.html").render({"is_full": True}), status=503)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer 503: with ``Retry-After`` while the database is busy or away, without where a disk is full; else 500.

    Nothing was written: a request that meets this was rolled back. Django calls this while the exception is handled.
    """
    error = sys.exc_info()[1]
    if is_out_of_room(error):
        return _no_room(request)
    if not isinstance(error, OperationalError | InterfaceError):
        is_api = request.path.startswith("/api/")
        return in_one_shape(request, "fault", "A fault of ours.", status=500) if is_api else server_error(request)
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = in_one_shape(request, "busy", "The database is busy; nothing was changed. Try again soon.", status=503)
    else:
        answer = HttpResponse(get_template("503.html").render(), status=503)
    answer["Retry-After"] = RETRY_AFTER
    return answer
