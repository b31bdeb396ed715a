"""Cells of files that we write: text that a spreadsheet program must not take for a formula."""

from __future__ import annotations

# Signs that begin a formula in Excel, LibreOffice or Google Sheets, their full-width forms included, and the blanks that
# such a program skips before one.
_SIGNS = frozenset("=+-@＝＋－＠")
_BLANKS = "\t\r\n \u00a0\u3000\ufeff"


def safe_cell(value: object) -> object:
    """Return ``value`` as a cell that is shown and never computed; numbers stay numbers.

    Text that would begin a formula gets an apostrophe before it, which the reader of tables takes away again.

    >>> safe_cell("=1+1"), safe_cell("@SUM(1)"), safe_cell("Ann"), safe_cell(-1.5)
    ("'=1+1", "'@SUM(1)", 'Ann', -1.5)
    """
    if not isinstance(value, str):
        return value
    bare = value.lstrip(_BLANKS)
    if bare[:1] in _SIGNS or value[:1] in {"\t", "\r", "\n"}:
        return f"'{value}"
    return value
