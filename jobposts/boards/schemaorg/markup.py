"""Pure: structured data of an HTML page as plain objects: JSON-LD, microdata and RDFa Lite.

Sources: JSON-LD 1.1 (embedding in HTML), WHATWG HTML "Microdata" (a property belongs to the nearest item around
it; the value of ``meta`` is its ``content``, of a link its address, of ``time`` its ``datetime``), RDFa Lite 1.1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Item = dict[str, Any]
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_ADDRESS = {"a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src", "iframe": "src"}
_MOST_DEPTH = 200


@dataclass(slots=True)
class _Open:
    """An element that is open: the item it begins, the properties it gives, its text so far."""

    tag: str
    item: Item | None = None
    names: tuple[str, ...] = ()
    owner: Item | None = None
    value: str | None = None
    parts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[Item] = []
        self.blocks: list[str] = []
        self._open: list[_Open] = []
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "script":
            self._script = (
                [] if values.get("type", "").partition(";")[0].strip().lower() == "application/ld+json" else None
            )
            return
        element = self._element(tag, values)
        if tag in _VOID:
            self._close(element)
        elif len(self._open) < _MOST_DEPTH:
            self._open.append(element)

    def _element(self, tag: str, values: dict[str, str]) -> _Open:
        kind = values.get("itemtype") or values.get("typeof")
        owner = next((element.item for element in reversed(self._open) if element.item is not None), None)
        element = _Open(tag, names=tuple((values.get("itemprop") or values.get("property") or "").split()), owner=owner)
        if kind is not None or "itemscope" in values:
            element.item = {"@type": _short(kind or "")}
            if not element.names:
                self.items.append(element.item)
        element.value = values.get("content") or values.get("datetime") or values.get(_ADDRESS.get(tag, ""))
        return element

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            if self._script is not None:
                self.blocks.append("".join(self._script))
            self._script = None
        elif any(element.tag == tag for element in self._open):
            while self._open:
                element = self._open.pop()
                self._close(element)
                if element.tag == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
        else:
            for element in self._open:
                if element.names and element.item is None:
                    element.parts.append(data)

    def _close(self, element: _Open) -> None:
        value: Any = element.item
        if value is None:
            value = element.value if element.value is not None else " ".join("".join(element.parts).split())
        for name in element.names:
            if element.owner is None:
                if isinstance(value, dict):
                    self.items.append(value)
                continue
            key = _short(name)
            old = element.owner.get(key)
            element.owner[key] = value if old is None else [*(old if isinstance(old, list) else [old]), value]

    def finish(self) -> None:
        """Close what was left open (a cut page)."""
        self.close()
        while self._open:
            self._close(self._open.pop())


def read_items(html: str) -> list[Item]:
    """Return the page's top items, JSON-LD first; keys and types without their vocabulary."""
    reader = _Reader()
    reader.feed(html)
    reader.finish()
    found: list[Item] = []
    for block in reader.blocks:
        try:
            found += flatten(json.loads(block))
        except (ValueError, RecursionError):
            continue
    return found + reader.items


def flatten(data: Any) -> list[Item]:
    """Return the objects of a JSON-LD document: one, a list, or those of ``@graph``."""
    if isinstance(data, list):
        return [item for entry in data for item in flatten(entry)]
    if not isinstance(data, dict):
        return []
    return flatten(data["@graph"]) if isinstance(data.get("@graph"), list) else [data]


def _short(name: str) -> str:
    """Return the last part of a vocabulary's name: ``https://schema.org/JobPosting`` and ``schema:title`` alike."""
    return (
        name.split(maxsplit=1)[0].rstrip("/").rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]
        if name.strip()
        else ""
    )
