"""Specs and plans as JSON-able data and back; ``ValueError`` names what is unknown, missing or of the wrong kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, TypeVar

from scheduling.planning.plan_record import Arrivals, Band, Choice, Conflict, IfWrong, Plan
from scheduling.planning.spec import Belief, Costs, GroupSpec, StreamedSpec
from scheduling.planning.spec_day import LISTS

R = TypeVar("R")


def to_json(record: Any) -> dict[str, Any]:
    """Return a record as JSON-able data; ``from_json`` gives an equal record back."""
    plain: dict[str, Any] = asdict(record)
    return plain


_NESTED: dict[str, Any] = {"typical": Belief, "costs": Costs, "arrivals": Arrivals, "now_arrivals": Arrivals}
_LISTS = frozenset({*LISTS, "assignment", "law"})
_DEEP = frozenset({"already", "breaks", "guaranteed", "availability"})
_NESTED_LISTS: dict[str, Any] = {"choices": Choice, "if_wrong": IfWrong}


def from_json(kind: type[R], data: Mapping[str, Any]) -> R:
    """Return the record of type ``kind`` that ``data`` describes; ``ValueError`` names what is unknown or missing."""
    return _record(kind, data, "")


def _record(kind: type[R], data: Any, at: str) -> R:
    """Return the record that ``data`` describes; ``at`` is where it stands in the whole, with a dot behind it."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{at.rstrip('.') or kind.__name__}: an object is needed")  # noqa: TRY004 - one error for all bad input
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(str(name) for name in set(data) - set(known))
    if unknown:
        raise ValueError(f"{at}{unknown[0]}: there is no such field")
    for name, entry in known.items():
        if name not in data and entry.default is MISSING and entry.default_factory is MISSING:
            raise ValueError(f"{at}{name}: this field is needed")
    return kind(**{name: _value(kind, name, value, at) for name, value in data.items()})


def _value(kind: type[Any], name: str, value: Any, at: str) -> Any:
    where = at + name
    if name in _NESTED:
        return _record(_NESTED[name], value, f"{where}.")
    if value is None:
        return None
    if name in _NESTED_LISTS or (name == "bands" and kind is Plan):
        return tuple(_record(_NESTED_LISTS.get(name, Band), one, f"{where}.") for one in _listed(where, value))
    if name == "conflict":
        return _record(Conflict, value, f"{where}.")
    if name == "remedies":
        return tuple((str(code), int(number), float(chance)) for code, number, chance in value)
    depth = 2 if kind is StreamedSpec and name in _DEEP else int(name in _LISTS)
    if kind is GroupSpec and name == "guaranteed":
        depth = 0
    return _plain(where, value, depth)


def _listed(name: str, value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name}: a list is needed, not {value!r}")  # noqa: TRY004 - one error for all bad input
    return value


def _plain(name: str, value: Any, depth: int) -> Any:
    """Return numbers, words and lists of lists of them ``depth`` deep."""
    if value is None:
        return None
    if depth:
        return tuple(_plain(name, one, depth - 1) for one in _listed(name, value))
    if isinstance(value, list | tuple | Mapping):
        raise ValueError(f"{name}: one value is needed, not {value!r}")  # noqa: TRY004 - one error for all bad input
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name}: {value!r} is not finite")
    return value
