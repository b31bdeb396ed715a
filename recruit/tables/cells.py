"""Cells of one row by the field they are mapped to, with the problems found on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

import regex

from recruit.tables.dates import DateError, Moment, parse_clock, parse_moment
from recruit.tables.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recruit.tables.maps import ColumnMap

MAX_TEXT = 10_000
_NOTHING = frozenset({"", "-", "--", "—", "n/a", "null", "none", "#n/a", "nan"})
_EMAIL = regex.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\.[^@\s,;<>.]{2,63}")
_AMOUNT = regex.compile(r"\d{1,3}(?:[ '\u00a0\u202f.,]\d{3})+(?!\d)|\d+")
_CURRENCIES = (
    ("RUB", ("₽", "руб", "rub", "rur", "р.")),
    ("THB", ("฿", "บาท", "thb", "baht")),
    ("KZT", ("₸", "kzt", "тенге", "тг")),
    ("USD", ("$", "usd")),
    ("EUR", ("€", "eur")),
    ("GBP", ("£", "gbp")),
    ("INR", ("₹", "inr", "rs.")),
)


@dataclass(frozen=True, slots=True)
class Salary:
    """A wish as written; whole units of ``currency`` (ISO 4217 or ""), bounds None where not given."""

    text: str
    low: int | None = None
    high: int | None = None
    currency: str = ""


def parse_salary(text: str) -> Salary | None:
    """Return the salary in ``text`` or None if there is no figure in it.

    >>> parse_salary("от 60 000 до 80 000 руб.")
    Salary(text='от 60 000 до 80 000 руб.', low=60000, high=80000, currency='RUB')
    """
    plain = " ".join(text.casefold().split())
    thousands = 1000 if regex.search(r"\d\s*(?:k|к|тыс)", plain) else 1
    amounts = [int(regex.sub(r"\D", "", figure)) for figure in _AMOUNT.findall(plain[:100])]
    amounts = [a * thousands if a < 1000 else a for a in amounts if 0 < a < 10**9]
    if not amounts:
        return None
    currency = next((code for code, words in _CURRENCIES if any(word in plain for word in words)), "")
    if len(amounts) > 1:
        low, high = sorted(amounts[:2])
        return Salary(text, low, high, currency)
    if regex.match(r"(?:до|up to|max|ไม่เกิน)\b", plain):
        return Salary(text, None, amounts[0], currency)
    return Salary(text, amounts[0], None, currency)


class RowReader:
    """Reads the fields of one row after the other; ``problems`` belong to the row begun last."""

    def __init__(self, header: Sequence[str], column_map: ColumnMap) -> None:
        self.column_map = column_map
        self._index = {title_key(title): index for index, title in enumerate(header)}
        self._width = len(header)
        self._fields = {
            name: tuple(self._index[title_key(title)] for title in titles)
            for name, titles in column_map.columns.items()
        }
        self._spellings: dict[str, dict[str, str]] = {}
        self.number = 0
        self.problems: list[tuple[str, str, str, str]] = []
        self._cells: tuple[str, ...] = ()

    def start(self, number: int, cells: tuple[str, ...]) -> None:
        """Begin row ``number``."""
        self.number, self._cells, self.problems = number, cells, []
        if len(cells) > self._width and any(cells[self._width :]):
            message = f"the row has {len(cells)} cells, the header {self._width}"
            self.problems.append(("", "too_many_cells", message, cells[self._width]))

    def problem(self, name: str, code: str, message: str) -> None:
        """Note that field ``name`` of this row cannot be read."""
        self.problems.append((self._title(name), code, message, self.text(name)))

    def has_problem(self, name: str) -> bool:
        """Return whether a problem was noted at the column of field ``name``."""
        title = self._title(name)
        return any(column == title for column, *_ in self.problems)

    def cell(self, title: str) -> str:
        """Return the cell under ``title``, "" where the row is short."""
        return self._at(self._index[title_key(title)])

    def text(self, name: str) -> str:
        """Return field ``name`` as one line of text; several columns are joined with ": ", none is ""."""
        return ": ".join(dict.fromkeys(self._parts(name)))

    def several(self, name: str) -> tuple[str, ...]:
        """Return field ``name`` split at commas, semicolons, bars and the word or."""
        parts = (
            part.strip() for text in self._parts(name) for part in regex.split(r"[,;|\n]|\s/\s|\bили\b|\bor\b", text)
        )
        return tuple(dict.fromkeys(part for part in parts if part))

    def emails(self, name: str) -> tuple[str, ...]:
        """Return the addresses in field ``name``; note a problem if there is text but no address."""
        text = " ".join(self._parts(name))
        found = tuple(dict.fromkeys(_EMAIL.findall(text[:1000])))
        if text and not found:
            self.problem(name, "bad_email", "this is not an e-mail address")
        return found

    def same_spelling(self, name: str) -> str:
        """Return field ``name`` in the spelling in which the file had it first (Chennai, chennai)."""
        text = regex.sub(r"^[\s\-–—]+|[\s\-–—]+$", "", self.text(name))
        return self._first_spelling(name, text)

    def title_and_clock(self, name: str) -> tuple[str, time | None]:
        """Return field ``name`` without parts that are a time of day (a shifted cell), and that time."""
        clocks = [clock for part in self._parts(name) if (clock := parse_clock(part)) is not None]
        parts = (regex.sub(r"^[\s\-–—]+|[\s\-–—]+$", "", p) for p in self._parts(name) if parse_clock(p) is None)
        text = ": ".join(dict.fromkeys(part for part in parts if part))
        return self._first_spelling(name, text), clocks[0] if clocks else None

    def moment(self, name: str) -> Moment | None:
        """Return field ``name`` as a date, None if it is empty; note a problem if it is no date."""
        text = self.text(name)
        if not text:
            return None
        rules = self.column_map
        try:
            return parse_moment(text, day_first=rules.day_first, buddhist=rules.buddhist_years)
        except DateError as error:
            self.problem(name, "bad_date", str(error))
            return None

    def clock(self, name: str) -> time | None:
        """Return field ``name`` as a time of day, None if it is empty; note a problem if it is none."""
        text = self.text(name)
        if not text:
            return None
        # A workbook hands on times with seconds, and Excel stores them as a share of the day.
        if regex.fullmatch(r"0[.,]\d+", text):
            minutes = round(float(text.replace(",", ".")) * 1440)
            return time(minutes // 60 % 24, minutes % 60)
        found = parse_clock(text)
        if found is None:
            self.problem(name, "bad_time", "this is not a time of day")
        return found

    def minutes(self, name: str, *, at_most: int) -> int | None:
        """Return field ``name`` in whole minutes, 0 to ``at_most``; note a problem otherwise."""
        text = self.text(name)
        if not text:
            return None
        found = regex.fullmatch(
            r"([-−–]?)\s*(\d{1,6})(?:[.,](\d{1,6}))?\s*(?:min(?:utes?)?|мин(?:ут[аы]?)?|นาที)?\.?", text.casefold()
        )
        clock = regex.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text)
        if clock:
            value = int(clock[1]) * 60 + int(clock[2])
        elif found and not found[1]:
            value = round(float(f"{found[2]}.{found[3] or 0}"))
        elif found:
            self.problem(name, "negative_duration", "a duration cannot be negative")
            return None
        else:
            self.problem(name, "bad_duration", "this is not a number of minutes")
            return None
        if value > at_most:
            self.problem(name, "long_duration", f"a duration of more than {at_most} minutes")
            return None
        return value

    def salary(self, name: str) -> Salary | None:
        """Return field ``name`` as a salary, None without a figure: a wish such as "by agreement" is no error."""
        text = self.text(name)
        return parse_salary(text) if text else None

    def _parts(self, name: str) -> list[str]:
        found = (self._at(index)[:MAX_TEXT] for index in self._fields.get(name, ()))
        return [text for text in found if text.casefold() not in _NOTHING]

    def _at(self, index: int) -> str:
        return self._cells[index] if index < len(self._cells) else ""

    def _title(self, name: str) -> str:
        return " + ".join(self.column_map.columns.get(name, ())) or name

    def _first_spelling(self, name: str, text: str) -> str:
        text = " ".join(text.split())
        return self._spellings.setdefault(name, {}).setdefault(text.casefold(), text)
