"""Requests and answers of the played boards, free of any server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: ``query`` and ``form`` hold the last value of each name."""

    method: str
    path: str
    base: str
    headers: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        """The form-encoded body."""
        return {key: values[-1] for key, values in parse_qs(self.body.decode("utf-8", "replace")).items()}

    @property
    def data(self) -> Any:
        """The JSON body; an empty object if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def bearer(self) -> str:
        """The access token."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def whole(self, name: str, default: int) -> int:
        """Return a whole number of the query."""
        value = self.query.get(name, "")
        return int(value) if value.isdigit() else default


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def says(payload: Any, status: int = 200, **headers: str) -> Said:
    """Return a JSON answer."""
    return Said(status, json.dumps(payload, ensure_ascii=False).encode(), headers=headers)


def ask(method: str, target: str, *, base: str, headers: dict[str, str], body: bytes) -> Asked:
    """Return the request for a request line's target."""
    parts = urlsplit(target)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return Asked(method, parts.path, base, {key.lower(): value for key, value in headers.items()}, query, body)
