"""Names as the person writes them, with a second line for those who cannot read the script."""

from __future__ import annotations

import re

from anyascii import anyascii

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_FOREIGN = {"ru": [_THAI], "th": [_CYRILLIC]}


def reading_of(name: str, language: str) -> str:
    """Return ``name`` in Latin letters where a reader of ``language`` may not know its script, else "".

    >>> reading_of("Олег", "en"), reading_of("Олег", "ru"), reading_of("Oleg", "th")
    ('Oleg', '', '')
    """
    if any(script.search(name) for script in _FOREIGN.get(language, [_CYRILLIC, _THAI])):
        return anyascii(name).title()
    return ""
