"""Pure: reaching into a board's payload without trusting its shape.

A board may leave a key out, write null or change a type; a reader then finds nothing there, it never fails.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from jobposts.errors import BoardError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jobposts.records import Ident, Number, Stamp

Step = str | int
_ODD = re.compile(r"\\u(?:0000|d[89a-f])|\d[eE]\d", re.IGNORECASE)


def load(body: bytes | str) -> Any:
    """Return the JSON of ``body``; raise ``BoardError`` "unreadable" if it is none (an HTML page, a cut answer).

    Binary zeros, halves of characters and numbers that are none are left out: no database keeps them.
    """
    try:
        plain = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        payload = json.loads(plain, parse_constant=lambda _: None)
        return _kept(payload) if _ODD.search(plain) else payload
    except (ValueError, RecursionError):
        raise BoardError("The board's answer is not JSON.", permanent=False, code="unreadable", field="body") from None


def _kept(payload: Any) -> Any:
    """Return the payload with texts that can be written to a database."""
    if isinstance(payload, str):
        return payload.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(payload, dict):
        return {_kept(key): _kept(value) for key, value in payload.items()}
    if isinstance(payload, list):
        return [_kept(value) for value in payload]
    return None if isinstance(payload, float) and not math.isfinite(payload) else payload


def at(payload: Any, *path: Step) -> Any:
    """Return what lies at ``path`` (keys and indexes), None where there is nothing."""
    for step in path:
        if isinstance(payload, dict):
            payload = payload.get(step)
        elif isinstance(payload, list) and isinstance(step, int) and -len(payload) <= step < len(payload):
            payload = payload[step]
        else:
            return None
    return payload


def text(payload: Any, *path: Step) -> str | None:
    """Return the text at ``path``; None for nothing, an empty text or another type than text and number."""
    value = at(payload, *path)
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def words(payload: Any, *path: Step) -> str:
    """Return the text at ``path``, "" for nothing."""
    return text(payload, *path) or ""


def ident(payload: Any, *path: Step) -> Ident:
    """Return the id at ``path`` as the board wrote it, number or text."""
    value = at(payload, *path)
    return value if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def stamp(payload: Any, *path: Step) -> Stamp:
    """Return the date at ``path`` as the board wrote it."""
    return ident(payload, *path)


def number(payload: Any, *path: Step) -> Number:
    """Return the amount at ``path`` as the board wrote it."""
    value = at(payload, *path)
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) and value != "" else None


def whole(payload: Any, *path: Step) -> int | None:
    """Return the whole number at ``path``."""
    value = at(payload, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(payload: Any, *path: Step) -> bool | None:
    """Return the truth value at ``path``; None where there is none."""
    value = at(payload, *path)
    return value if isinstance(value, bool) else None


def rows(payload: Any, *path: Step) -> list[Any]:
    """Return the list at ``path``; an empty one where there is none."""
    value = at(payload, *path)
    return value if isinstance(value, list) else []


def table(payload: Any, *path: Step) -> Mapping[str, Any]:
    """Return the object at ``path``; an empty one where there is none."""
    value = at(payload, *path)
    return value if isinstance(value, dict) else {}


def named(payload: Any, *path: Step) -> str | None:
    """Return the text at ``path``, or the ``name`` or ``title`` of the object there."""
    value = at(payload, *path)
    return (text(value, "name") or text(value, "title")) if isinstance(value, dict) else text(value)


def first(*values: Any) -> Any:
    """Return the first value that is not None."""
    return next((value for value in values if value is not None), None)


def texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the texts and the names of the objects among ``values``."""
    return tuple(found for value in values if (found := named(value)))


def need_object(payload: Any, what: str) -> Mapping[str, Any]:
    """Return ``payload`` if it is an object; raise ``BoardError`` "unreadable" if not."""
    if not isinstance(payload, dict):
        raise BoardError(f"The board's {what} is not an object.", permanent=True, code="unreadable", field=what)
    return payload


def entries(payload: Any, *keys: str) -> list[Any]:
    """Return the items of a list answer: a bare list, the list under the first of ``keys``, or one bare object."""
    if isinstance(payload, list):
        return payload
    for key in keys:
        if isinstance(at(payload, key), list):
            return rows(payload, key)
    return [need_object(payload, "answer")]
