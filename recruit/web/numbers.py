"""Numbers that come in addresses and forms."""

from __future__ import annotations


def is_number(text: str) -> bool:
    """Return whether ``text`` is a whole number that a row may have: ASCII digits, at most 18 of them.

    ``str.isdigit`` alone lets "²" through, which is no number, and five thousand nines, which no column holds.
    """
    return text.isascii() and text.isdigit() and len(text) <= 18
