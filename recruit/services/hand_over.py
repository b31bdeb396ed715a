"""Hired people for another program (1C, any CRM): a table whose columns are remembered."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from recruit.errors import InvalidInputError
from recruit.models import Application, ContactKind, HandOverMap, Offer, StageMove
from recruit.states import OfferState, Stage

Row = dict[str, Any]
FORMATS = ("xlsx", "csv")


def _contact(kind: str) -> Callable[[Application], str]:
    def find(row: Application) -> str:
        return next((one.normalised for one in row.candidate.contacts.all() if one.kind == kind), "")

    return find


def _part(place: int) -> Callable[[Application], str]:
    return lambda row: [*row.candidate.name.split(), "", "", ""][place]


def _hired_on(row: Application) -> str:
    moves = [move.at for move in row.moves.all() if move.new == Stage.HIRED]
    return max(moves).date().isoformat() if moves else row.stage_since.date().isoformat()


def _offer(name: str) -> Callable[[Application], str]:
    def find(row: Application) -> str:
        taken = [offer for offer in row.offers.all() if offer.state == OfferState.ACCEPTED]
        value = getattr(taken[-1], name) if taken else None
        return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)

    return find


# What can stand in a column: code, label, how it is found.
FIELDS: dict[str, tuple[Any, Callable[[Application], str]]] = {
    "number": (_("Number of the person"), lambda row: str(row.candidate_id)),
    "name": (_("Name"), lambda row: row.candidate.name),
    "first_word": (_("First word of the name"), _part(0)),
    "second_word": (_("Second word of the name"), _part(1)),
    "third_word": (_("Third word of the name"), _part(2)),
    "birth_date": (
        _("Day of birth"),
        lambda row: row.candidate.birth_date.isoformat() if row.candidate.birth_date else "",
    ),
    "phone": (_("Phone"), _contact(ContactKind.PHONE)),
    "email": (_("E-mail"), _contact(ContactKind.EMAIL)),
    "city": (_("Town"), lambda row: row.candidate.city),
    "vacancy": (_("Vacancy"), lambda row: row.vacancy.title),
    "office": (_("Office"), lambda row: str(row.vacancy.office or "")),
    "source": (_("Source"), lambda row: row.source.name),
    "hired_on": (_("Hired on"), _hired_on),
    "starts_on": (_("First day of work"), _offer("starts_on")),
    "pay": (_("Pay a month"), _offer("pay")),
    "currency": (_("Currency"), _offer("currency")),
}
USUAL = ("name", "birth_date", "phone", "email", "vacancy", "office", "starts_on", "pay", "source")


def hired(rows: QuerySet[Application], *, since: date, until: date) -> QuerySet[Application]:
    """Return applications hired in the days from ``since`` to ``until``, with what the table needs."""
    moved = StageMove.objects.filter(new=Stage.HIRED, at__date__gte=since, at__date__lte=until)
    came = Q(pk__in=moved.values("application_id")) | Q(
        moves=None, stage_since__date__gte=since, stage_since__date__lte=until
    )
    return (
        rows.filter(came, stage=Stage.HIRED)
        .select_related("candidate", "vacancy__office", "source")
        .prefetch_related(
            "candidate__contacts", "moves", Prefetch("offers", queryset=Offer.objects.order_by("made_at"))
        )
        .order_by("stage_since", "pk")
    )


def check_columns(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the columns (title, field) that can be used; ``InvalidInputError`` for none, or an unknown field."""
    kept = [[str(title).strip()[:80], str(field)] for title, field in columns if str(title).strip()]
    if not kept:
        raise InvalidInputError("Choose at least one column.", field="columns")
    unknown = [field for _title, field in kept if field and field not in FIELDS]
    if unknown:
        raise InvalidInputError(f"There is no field {unknown[0]}.", field="columns")
    return kept


def remember(name: str, columns: Sequence[Sequence[str]]) -> HandOverMap:
    """Keep the columns under a name; the same name is replaced."""
    if not name.strip():
        raise InvalidInputError("Give the columns a name.", field="name")
    return HandOverMap.objects.update_or_create(name=name.strip()[:120], defaults={"columns": check_columns(columns)})[
        0
    ]


def table(rows: Iterable[Application], columns: Sequence[Sequence[str]]) -> Iterable[list[str]]:
    """Yield the head and a line for each person."""
    yield [title for title, _field in columns]
    for row in rows:
        yield [FIELDS[field][1](row) if field else "" for _title, field in columns]


def as_csv(lines: Iterable[list[str]]) -> bytes:
    """Return the lines as CSV for a spreadsheet: UTF-8 with its mark, semicolons, no cell that is read as a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
        [[harmless(cell) for cell in line] for line in lines]
    )
    return ("\ufeff" + text.getvalue()).encode()


def as_xlsx(lines: Iterable[list[str]]) -> bytes:
    """Return the lines as a workbook in which every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    for line in lines:
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, value="".join(char for char in value if char.isprintable()))
            # Never a formula, whatever a person calls themselves.
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(text: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula; a phone keeps its plus by a leading apostrophe."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
