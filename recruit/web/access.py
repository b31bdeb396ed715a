"""Which action a page needs; a test walks every address and looks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from recruit.models import User
from recruit.permissions import Action

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request whose user is known: what every view behind ``allowed`` is given."""

    user: User
    htmx: Any


def allowed(
    action: Action,
) -> Callable[
    [Callable[Concatenate[SignedIn, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Let only people who may do ``action`` reach the view; others get 403, visitors the sign-in page."""

    def wrap(
        view: Callable[Concatenate[SignedIn, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User) or not user.may(action):
                raise PermissionDenied
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.action = action  # type: ignore[attr-defined]
        return guarded

    return wrap


__all__ = ["HttpResponse", "SignedIn", "allowed"]
