"""The last calls of each key, for the page of its connection."""

from __future__ import annotations

from typing import Any

from recruit.models import ApiCall, ApiKey
from recruit.services.rates import Rate

KEPT = 500
# Rows beyond the limit are taken away every so many calls, not at each one.
TRIMMED_EVERY = 50


def rate_of(key: ApiKey) -> Rate:
    """Return the limit of one key, calls a minute."""
    return Rate("api-key", key.rate_per_minute, 60)


def _storable(part: Any) -> Any:
    """Return ``part`` without NUL characters: PostgreSQL keeps none, and a refusal may repeat what was sent."""
    if isinstance(part, str):
        return part.replace("\x00", "")
    if isinstance(part, dict):
        return {_storable(name): _storable(value) for name, value in part.items()}
    return [_storable(one) for one in part] if isinstance(part, list | tuple) else part


def note(
    key: ApiKey,
    *,
    method: str,
    path: str,
    status: int,
    milliseconds: int,
    request_id: str,
    error: dict[str, Any] | None,
) -> None:
    """Keep one call; ``error`` is the answer's error, of which code and field messages are kept."""
    row = ApiCall.objects.create(
        key=key,
        method=method[:8],
        path=path[:200],
        status=status,
        milliseconds=milliseconds,
        request_id=request_id[:64],
        code=str((error or {}).get("code", ""))[:64],
        fields=_storable((error or {}).get("fields") or {}),
    )
    if row.pk % TRIMMED_EVERY == 0:
        newest = list(ApiCall.objects.filter(key=key).order_by("-pk").values_list("pk", flat=True)[KEPT : KEPT + 1])
        if newest:
            ApiCall.objects.filter(key=key, pk__lte=newest[0]).delete()
