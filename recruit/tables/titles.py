"""Column titles: is this row a header, and when do two titles mean the same column."""

from __future__ import annotations

import regex

from recruit.tables.dates import DateError, parse_moment

_EMAIL = regex.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_LETTER = regex.compile(r"[^\p{L}]*")
_MAX_TITLE = 400


class NotAHeaderError(ValueError):
    """The row holds values, not titles; the message says which."""


def title_key(title: str) -> str:
    """Return ``title`` in the form in which titles are compared: lower case, words only, ё as е.

    >>> title_key("  Name(Cand ID) ")
    'name cand id'
    """
    text = title.casefold().replace("ё", "е")
    return " ".join(regex.findall(r"[\p{L}\p{M}\p{N}#№]+", text))


def header_titles(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``cells`` as unique titles; a blank title inside becomes "Column N", blank ones at the end go.

    Raises:
        NotAHeaderError: a cell is a number, a date, an address, or too long to be a title.
    """
    width = max((index + 1 for index, cell in enumerate(cells) if cell), default=0)
    titles: list[str] = []
    seen: dict[str, int] = {}
    for index, cell in enumerate(cells[:width]):
        _refuse_value(cell)
        title = " ".join(cell.split()) or f"Column {index + 1}"
        count = seen[title] = seen.get(title, 0) + 1
        titles.append(title if count == 1 else f"{title} ({count})")
    return tuple(titles)


def _refuse_value(cell: str) -> None:
    if not cell:
        return
    if len(cell) > _MAX_TITLE:
        raise NotAHeaderError("a title is longer than 400 characters.")
    if _EMAIL.fullmatch(cell):
        raise NotAHeaderError(f"“{cell}” is an e-mail address, not a title.")
    if _NO_LETTER.fullmatch(cell) and cell not in {"#", "№"}:
        raise NotAHeaderError(f"“{cell}” is a value, not a title.")
    try:
        parse_moment(cell)
    except DateError:
        return
    raise NotAHeaderError(f"“{cell}” is a date, not a title.")
