"""The company's own wording: a closed list of placeholders, checked when it is written, filled in by plain replacement."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recruit.models import MessageTemplate

# The names a text may hold in braces; nothing else of the database can be reached from a template.
PLACEHOLDERS = (
    "name",
    "vacancy",
    "company",
    "day",
    "start",
    "end",
    "wait",
    "minutes",
    "address",
    "directions",
    "bring",
    "person",
    "phone",
    "link",
)
_BRACES = re.compile(r"\{([^{}]*)\}")


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces in ``text`` and is no placeholder."""
    return sorted({name for name in _BRACES.findall(text) if name not in PLACEHOLDERS})


def filled(text: str, values: Mapping[str, object]) -> str:
    """Put ``values`` in the place of their names; a name without a value leaves nothing, a lone brace stays.

    >>> filled("Hello {name}{bring}!", {"name": "Anna"})
    'Hello Anna!'
    """
    return _BRACES.sub(
        lambda found: str(values.get(found[1], "") or "") if found[1] in PLACEHOLDERS else found[0], text
    )


def own_words(*, kind: str, channel: str, language: str, values: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the company's subject and body of a message, filled in; None where the shipped text goes."""
    row = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language).first()
    if row is None:
        return None
    return filled(row.subject, values), filled(row.body, values).strip() + "\n"
