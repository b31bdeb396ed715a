"""Marks side by side: by person and point, with their mean, their spread, and who stands apart from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from scheduling.models import Interviewer, Invitation, Scorecard

# Two marks of one person on one point that are this far apart are talked about.
APART = 2


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One observer's mark on one point; ``first`` is what it was before the talk, where it changed."""

    author: Interviewer
    value: int | None
    first: int | None = None
    is_apart: bool = False
    note: str = ""
    card_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """All marks of one person on one point; ``mean`` is None without a mark."""

    code: str
    label: str
    marks: tuple[Mark, ...]
    mean: float | None
    is_apart: bool

    @property
    def given(self) -> tuple[Mark, ...]:
        """The marks that were given."""
        return tuple(mark for mark in self.marks if mark.value is not None)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person's marks; ``low`` and ``high`` are the lowest and highest of all marks, 1 to 5."""

    person: Invitation
    cells: tuple[Cell, ...]
    mean: float | None
    low: int | None
    high: int | None
    cards: int
    advices: tuple[str, ...] = field(default=())

    @property
    def has_mean(self) -> bool:
        """Whether more than one mark stands behind the mean."""
        return sum(len(cell.given) for cell in self.cells) > 1


def _cell(point: Mapping[str, str], cards: Sequence[Scorecard], authors: Sequence[Interviewer], label: str) -> Cell:
    code = point["code"]
    by_author = {card.author_id: card for card in cards}
    values = [int(card.standing[code]) for card in cards if code in card.standing]
    low, high = (min(values), max(values)) if values else (0, 0)
    apart = bool(values) and high - low >= APART
    marks = []
    for author in authors:
        card = by_author.get(author.pk)
        value = int(card.standing[code]) if card is not None and code in card.standing else None
        first = card.marks.get(code) if card is not None else None
        marks.append(
            Mark(
                author=author,
                value=value,
                first=int(first) if first is not None and value is not None and int(first) != value else None,
                is_apart=apart and value in {low, high},
                note=str(card.notes.get(code, "")) if card is not None else "",
                card_id=card.pk if card is not None else None,
            )
        )
    return Cell(code=code, label=label, marks=tuple(marks), mean=fmean(values) if values else None, is_apart=apart)


def matrix_of(
    people: Sequence[Invitation],
    cards: Sequence[Scorecard],
    criteria: Sequence[Mapping[str, str]],
    *,
    authors: Sequence[Interviewer] | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[Row]:
    """Return a row for each person, the greatest mean first, people without a mark last.

    ``authors`` fixes the columns (each person then has a mark, or none, of each of them); without it a person's own
    authors are taken. ``cards`` must be submitted ones, with their author.
    """
    rows = []
    for person in people:
        own = [card for card in cards if card.invitation_id == person.pk]
        columns = authors if authors is not None else [card.author for card in own]
        cells = tuple(
            _cell(point, own, columns, (labels or {}).get(point["code"], point["label"])) for point in criteria
        )
        values = [mark.value for cell in cells for mark in cell.given if mark.value is not None]
        rows.append(
            Row(
                person=person,
                cells=cells,
                mean=fmean(values) if values else None,
                low=min(values) if values else None,
                high=max(values) if values else None,
                cards=len(own),
                advices=tuple(card.get_advice_display() for card in own if card.advice),
            )
        )
    return sorted(rows, key=lambda row: (row.mean is None, -(row.mean or 0.0), row.person.pk))
