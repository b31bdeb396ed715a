"""Which column of a foreign table holds what: one frozen, storable map per kind of file.

A map names, for every target field, the title or titles it is read from; two titles are joined with ": ".
Columns that must not be taken over (what the law forbids to weigh, or what nobody needs) are named with the
reason, so that a dry run can say so.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from recruit.errors import InvalidInputError
from recruit.tables.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["history", "responses"]

HISTORY_FIELDS = (
    "candidate_id", "name", "last_name", "first_name", "middle_name", "phone", "email", "date", "start_time",
    "source", "vacancy", "office", "interview_type", "intention", "outcome", "duration_minutes", "comment",
)  # fmt: skip
RESPONSE_FIELDS = (
    "external_id", "name", "last_name", "first_name", "middle_name", "phone", "email", "birth_date", "city",
    "vacancy", "source", "applied_at", "salary", "comment", "resume_url",
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {"history": HISTORY_FIELDS, "responses": RESPONSE_FIELDS}
_NAMES = ("name", "last_name", "first_name")
_MAX_JSON = 200_000


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one kind of table is read.

    Attributes:
        name: stable short name; part of the natural key of imported rows.
        kind: "history" (past interviews) or "responses" (people who applied).
        columns: target field → titles it is read from, in order; see ``HISTORY_FIELDS``, ``RESPONSE_FIELDS``.
        answers: key of a question → title of the column with the answers (history only).
        dropped: title → why it is not imported.
        day_first: how 05/02/15 is read, see ``recruit.tables.dates``.
        buddhist_years: two figures of a year are Buddhist (69 = 2569).
    """

    name: str
    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = True
    buddhist_years: bool = False

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise InvalidInputError(f"A map is for history or responses, not “{self.kind}”.", field="kind")
        if not self.name.strip():
            raise InvalidInputError("A map needs a name.", field="name")
        unknown = sorted(set(self.columns) - set(FIELDS[self.kind]))
        if unknown:
            raise InvalidInputError(f"There is no field “{unknown[0]}” in {self.kind}.", field="columns")
        if self.answers and self.kind != "history":
            raise InvalidInputError("Answers belong to history only.", field="answers")

    def missing_fields(self) -> tuple[str, ...]:
        """Return the fields without which no row can be read and that have no column."""
        has = {name for name, titles in self.columns.items() if titles}
        if self.kind == "history":
            missing = [name for name in ("date", "outcome") if name not in has]
            if not has & {"candidate_id", "email", "phone", *_NAMES}:
                missing.insert(0, "candidate_id")
            return tuple(missing)
        return () if has & {"external_id", "phone", "email", *_NAMES} else ("name",)

    def titles(self) -> tuple[str, ...]:
        """Return every title that is read, in the order of the fields."""
        read = [title for titles in self.columns.values() for title in titles]
        return tuple(dict.fromkeys([*read, *self.answers.values()]))

    def ignored(self, header: Sequence[str]) -> tuple[str, ...]:
        """Return the titles of ``header`` that are neither read nor dropped with a reason."""
        known = {title_key(title) for title in (*self.titles(), *self.dropped)}
        return tuple(title for title in header if title_key(title) not in known)

    def to_json(self) -> str:
        """Return the map as JSON text that ``from_json`` reads back to an equal map."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def map_from_json(text: str | bytes) -> ColumnMap:
    """Return the map written in ``text``.

    Raises:
        InvalidInputError: not JSON, an unknown key or field, or a value of the wrong type.
    """
    if len(text) > _MAX_JSON:
        raise InvalidInputError("The map is too long.", field="map")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInputError("The map is not valid JSON.", field="map") from None
    if not isinstance(raw, dict) or not {"name", "kind", "columns"} <= set(raw):
        raise InvalidInputError("A map is an object with name, kind and columns.", field="map")
    unknown = sorted(set(raw) - set(ColumnMap.__dataclass_fields__))
    if unknown:
        raise InvalidInputError(f"A map has no “{unknown[0]}”.", field="map")
    columns = _pairs(raw, "columns")
    try:
        return ColumnMap(
            name=_typed(raw, "name", str, ""),
            kind=_typed(raw, "kind", str, ""),
            columns={name: _titles(titles) for name, titles in columns.items()},
            answers={key: _text(title, "answers") for key, title in _pairs(raw, "answers").items()},
            dropped={title: _text(reason, "dropped") for title, reason in _pairs(raw, "dropped").items()},
            day_first=_typed(raw, "day_first", bool, True),
            buddhist_years=_typed(raw, "buddhist_years", bool, False),
        )
    except TypeError:
        raise InvalidInputError("The map is not valid.", field="map") from None


def _pairs(raw: dict[str, Any], key: str) -> dict[str, Any]:
    value: dict[str, Any] = _typed(raw, key, dict, {})
    return value


def _typed(raw: dict[str, Any], key: str, kind: type, default: object) -> Any:
    value = raw.get(key, default)
    if not isinstance(value, kind):
        raise InvalidInputError(f"“{key}” of the map has a value of the wrong type.", field="map")
    return value


def _titles(value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(title, str) for title in values):
        raise InvalidInputError("A field is read from a title or a list of titles.", field="columns")
    return tuple(values)


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(f"“{key}” of the map has a value that is not text.", field="map")
    return value
