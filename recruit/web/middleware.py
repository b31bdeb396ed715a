"""What every request passes through."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from recruit import logs
from recruit.once import reading
from recruit.web.numbers import is_number

Answer = Callable[[HttpRequest], HttpResponse]
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Give each request an id (its own, when a proxy sent a harmless one) and say it in the answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with ``X-Request-ID``."""
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        mark = logs.request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            logs.request_id.reset(mark)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class ReadingMiddleware:
    """The parts of a page that is only read share what the database has answered."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep the answers until the page is made."""
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with reading():
            return self.get_response(request)


class OddInputMiddleware:
    """Refuse what no page of ours sends: NUL characters, which PostgreSQL cannot store, and digits that are no number.

    ``"²".isdigit()`` is true and ``int("9" * 5000)`` raises: a view that asks for digits and then counts would fail.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to it, before any view looks."""
        fields = [request.GET]
        if request.method == "POST" and not request.path.startswith("/api/"):
            fields.append(request.POST)
        for given in fields:
            for name, values in given.lists():
                if any(_is_odd(str(value)) for value in (name, *values)):
                    raise BadRequest("a value that no page of ours sends")
        return self.get_response(request)


def _is_odd(text: str) -> bool:
    return "\x00" in text or (text.isdigit() and not is_number(text))


class LanguageMiddleware:
    """Speak the language chosen in the profile or on the candidate page, else the browser's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language for this request alone."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _ in settings.LANGUAGES}
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class UserPreferencesMiddleware:
    """After sign-in the profile's language wins over the browser's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the profile's language; pages of signed-in people are never kept by shared caches."""
        language = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        if language:
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
