"""The operations of the API on a page of our own: nothing is fetched from anybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed


@allowed(Action.SEE_TODAY)
@require_GET
def docs(request: SignedIn) -> HttpResponse:
    """List every operation of the OpenAPI document."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    rows = [
        {
            "method": method.upper(),
            "path": path,
            "words": operation.get("description") or operation.get("summary") or "",
        }
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return render(request, "recruit/api_docs.html", {"rows": rows})
