"""What the OpenAPI document says of every operation: who may call, what may be refused, how a POST is repeated."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """``Authorization: Bearer tk_…``."""

    target_class = "recruit.api.auth.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the bearer scheme."""
        del auto_schema
        return {"type": "http", "scheme": "bearer", "description": "An API key, made in Settings and shown once."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The pages' own session."""

    target_class = "recruit.api.auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the cookie scheme."""
        del auto_schema
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


_ERROR = {
    "type": "object",
    "description": "The one shape of every refusal.",
    "required": ["error", "request_id"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
            },
        },
        "request_id": {"type": "string"},
    },
}
_EVERYWHERE = {
    400: "An input is wrong; `fields` names it.",
    401: "No valid key.",
    403: "The role may not do this.",
    404: "Not there, or outside what the caller may see.",
    429: "Too many calls; `Retry-After` tells the seconds.",
    503: "The database is busy or away and nothing was changed; `Retry-After` tells the seconds.",
}
_WHERE_SOMETHING_CHANGES = {
    409: "The state does not allow it, somebody was first, or the same call is being answered.",
    415: "The body is of another kind.",
    422: "What is asked cannot be done, or the `Idempotency-Key` was used for another call.",
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Printable characters; the same call again within a day gets the first answer.",
    "schema": {"type": "string", "maxLength": 255},
}


def document_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to each operation what may be refused and how, and to each POST the header by which it is done once."""
    result["components"].setdefault("schemas", {})["Error"] = _ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for methods in result["paths"].values():
        for method, operation in methods.items():
            told = _EVERYWHERE if method == "get" else {**_EVERYWHERE, **_WHERE_SOMETHING_CHANGES}
            for status, words in told.items():
                operation["responses"].setdefault(str(status), {"description": words, "content": content})
            if method == "post":
                operation.setdefault("parameters", []).append(_KEY)
    return result
