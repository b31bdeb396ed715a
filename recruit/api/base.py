"""What every operation of the API shares: safe repetition of POST, scope, one place for inputs."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import ApiKey, IdempotencyKey, User
from recruit.permissions import Action
from recruit.services import api_calls, rates

M = TypeVar("M", bound=Model)
# A call that has not answered for so long was cut off; its key may be used again.
ABANDONED_AFTER = timedelta(seconds=90)


class _ReplayError(Exception):
    """Not a fault: the call was answered before, and this is the answer."""

    def __init__(self, answer: IdempotencyKey) -> None:
        super().__init__("replay")
        self.answer = answer


class MismatchError(InvalidInputError):
    """The key was used for another call."""

    code = "idempotency_mismatch"
    status = 422


class BusyError(ConflictError):
    """The same call is being answered right now."""

    code = "in_progress"


def _keep(claim: IdempotencyKey, response: Response) -> None:
    plain = json.loads(json.dumps(getattr(response, "data", None), cls=JSONEncoder))
    IdempotencyKey.objects.filter(pk=claim.pk).update(status=response.status_code, body=plain)


def _with_its_answer(handler: Callable[..., Response], claim: IdempotencyKey) -> Callable[..., Response]:
    """Return ``handler`` in one transaction with its answer under ``claim``."""

    def once(request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            response = handler(request, *args, **kwargs)
            _keep(claim, response)
        return response

    return once


class TurnoutViewSet(viewsets.GenericViewSet[M]):
    """Base of every view set.

    ``actions_allowed`` names the ``Action`` each operation needs. A POST with ``Idempotency-Key`` (at most 255
    characters) is done once: repeated within a day it gets the first answer again, with ``Idempotent-Replayed: true``.
    Effect and answer are one transaction, so that a process that is killed has done either both or nothing;
    ``repeatable`` names the operations that may take long and change nothing more when they are done twice.
    """

    actions_allowed: dict[str, Action] = {}
    repeatable: frozenset[str] = frozenset()
    _claim: IdempotencyKey | None = None
    _began = 0.0
    post: Callable[..., Response]

    @property
    def caller(self) -> User:
        """The person or key that calls; the permission class has refused everybody else."""
        return cast("User", self.request.user)

    def given(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the checked body; 400 with the fields that are wrong."""
        checked = serializer(data=self.request.data, context=self.get_serializer_context())
        checked.is_valid(raise_exception=True)
        data: dict[str, Any] = checked.validated_data
        return data

    def get_queryset(self) -> QuerySet[M]:
        """Return what the caller may see."""
        rows = super().get_queryset()
        visible = getattr(rows, "visible_to", None)
        return visible(self.caller) if visible is not None else rows

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After authentication: claim the idempotency key, or stop with the first answer."""
        super().initial(request, *args, **kwargs)
        rates.hit(rates.API, f"user:{self.caller.pk}", at=timezone.now())
        if isinstance(request.auth, ApiKey):
            rates.hit(api_calls.rate_of(request.auth), f"key:{request.auth.pk}", at=timezone.now())
        key = request.headers.get("Idempotency-Key", "")
        if request.method == "POST" and key:
            self._claim = self._claim_key(request, key)
            if self.action not in self.repeatable:
                # DRF looks the handler up after this; it finds the one that keeps its answer.
                self.post = _with_its_answer(self.post, self._claim)

    def _claim_key(self, request: Request, key: str) -> IdempotencyKey:
        if len(key) > 255 or not key.isprintable():
            raise InvalidInputError("Idempotency-Key has at most 255 printable characters.", field="Idempotency-Key")
        # A file is read as a stream; its size stands for it, and an import is safe to repeat in itself.
        is_file = request.content_type.startswith("multipart/")
        body = str(request.META.get("CONTENT_LENGTH")).encode() if is_file else request._request.body  # noqa: SLF001
        digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + body).hexdigest()
        mine = IdempotencyKey.objects.filter(user=self.caller, key=key)
        mine.filter(status=None, created_at__lt=timezone.now() - ABANDONED_AFTER).delete()
        try:
            with transaction.atomic():
                return IdempotencyKey.objects.create(user=self.caller, key=key, request_digest=digest)
        except IntegrityError:
            before = mine.get()
        if before.request_digest != digest:
            raise MismatchError("This key was used for another call.", field="Idempotency-Key")
        if before.status is None:
            raise BusyError("This call is being answered right now.", field="Idempotency-Key")
        raise _ReplayError(before)

    def handle_exception(self, exc: Exception) -> Response:
        """Turn a replay into the first answer."""
        if isinstance(exc, _ReplayError):
            return Response(exc.answer.body, status=exc.answer.status, headers={"Idempotent-Replayed": "true"})
        if self._claim is not None and not hasattr(exc, "status") and not hasattr(exc, "status_code"):
            # A fault of ours: the call may be tried again.
            self._claim.delete()
            self._claim = None
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer under the idempotency key, and the call on the page of its API key."""
        response = super().finalize_response(request, response, *args, **kwargs)
        self._note_call(request, response)
        if self._claim is not None:
            if response.status_code < status.HTTP_500_INTERNAL_SERVER_ERROR:
                _keep(self._claim, response)
            else:
                self._claim.delete()
            self._claim = None
        return response

    def _note_call(self, request: Any, response: Any) -> None:
        key = getattr(request, "auth", None)
        if not isinstance(key, ApiKey):
            return
        data = getattr(response, "data", None)
        api_calls.note(
            key,
            method=request.method or "",
            path=request.get_full_path(),
            status=response.status_code,
            milliseconds=round((time.perf_counter() - self._began) * 1000),
            request_id=getattr(request._request, "request_id", ""),  # noqa: SLF001
            error=data.get("error") if isinstance(data, dict) else None,
        )

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Note when the call began."""
        self._began = time.perf_counter()
        return super().initialize_request(request, *args, **kwargs)
