"""One shape for every error: ``{"error": {"code", "message", "fields"}, "request_id"}``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from recruit.errors import RecruitError
from recruit.services.rates import TooManyError


def flat_fields(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested detail to ``path: messages``."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found.update(flat_fields(inner, f"{prefix}.{name}" if prefix else str(name)))
        return found
    if isinstance(detail, list):
        plain = [str(item) for item in detail if not isinstance(item, dict | list)]
        found = {prefix or "": plain} if plain else {}
        for index, item in enumerate(detail):
            if isinstance(item, dict | list):
                found.update(flat_fields(item, f"{prefix}.{index}" if prefix else str(index)))
        return found
    return {prefix: [str(detail)]}


def _shape(code: str, message: str, fields: dict[str, list[str]]) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": fields}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer with the one shape; None for what is really a fault, which is then a 500."""
    headers: dict[str, str] = {}
    if isinstance(error, RecruitError):
        fields = {error.field: [error.message]} if error.field else {}
        answer, code = _shape(error.code, error.message, fields), error.status
        if isinstance(error, TooManyError):
            headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, exceptions.ValidationError):
        answer = _shape("invalid", "The request has errors; see fields.", flat_fields(error.detail))
        code = status.HTTP_400_BAD_REQUEST
    elif isinstance(error, DjangoValidationError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"": list(error.messages)}
        answer, code = _shape("invalid", "The request has errors; see fields.", fields), status.HTTP_400_BAD_REQUEST
    elif isinstance(error, Http404):
        answer, code = _shape("not_found", "There is no such thing.", {}), status.HTTP_404_NOT_FOUND
    elif isinstance(error, PermissionDenied):
        answer, code = _shape("not_allowed", "This is not allowed.", {}), status.HTTP_403_FORBIDDEN
    elif isinstance(error, exceptions.APIException):
        name = error.get_codes() if isinstance(error.detail, str) else error.default_code
        answer, code = _shape(str(name), str(error.detail), {}), error.status_code
        if getattr(error, "wait", None):
            headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
        if getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    else:
        return None
    set_rollback()
    request = context.get("request")
    request_id = getattr(getattr(request, "_request", request), "request_id", "")
    return Response({"error": answer, "request_id": request_id}, status=code, headers=headers)
