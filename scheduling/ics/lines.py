"""Content lines of iCalendar (RFC 5545, 3.1): read leniently as real programs write them, written strictly.

The reader keeps values as they stand. It takes any line end, unfolds on octets (others cut inside a character), and
takes blanks around names, unquoted colons and wrong character sets as they come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_BYTES = 30 * 1024 * 1024
MOST_DEPTH = 50
_WITH_ZONE = ("DTSTART;", "DTEND;", "EXDATE;", "RDATE;", "RECURRENCE-ID;")
_TIMES = frozenset({"DT", "EX", "RD", "RE"})

_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One property: name and parameter names in capitals, values as written."""

    name: str
    value: str
    params: dict[str, str]


@dataclass(slots=True)
class Component:
    """A component with its own lines and the components inside it."""

    name: str
    lines: list[Line] = field(default_factory=list)
    inside: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Line | None:
        """Return the first property called ``name``."""
        return next((line for line in self.lines if line.name == name), None)

    def value(self, name: str) -> str | None:
        """Return the value of the first property called ``name``, as written."""
        line = self.first(name)
        return None if line is None else line.value

    def all(self, name: str) -> list[Line]:
        """Return every property called ``name``."""
        return [line for line in self.lines if line.name == name]


def decode(data: bytes) -> str:
    """Return ``data`` as text: UTF-8, else UTF-16 where a mark says so, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def logical_lines(data: bytes) -> Iterator[str]:
    """Yield the unfolded lines; ``ValueError`` beyond ``MOST_BYTES``."""
    if len(data) > MOST_BYTES:
        raise ValueError("This calendar is too large.")
    whole = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not whole.startswith((b"\xff\xfe", b"\xfe\xff")):
        whole = whole.replace(b"\n ", b"").replace(b"\n\t", b"")
        yield from decode(whole).split("\n")
        return
    yield from decode(data).replace("\r", "").replace("\n ", "").replace("\n\t", "").split("\n")


def parse_line(text: str) -> Line | None:
    """Return one content line; None for what is none."""
    end = _outside_quotes(text, ":")
    if end < 0:
        end = text.find(":")
    if end >= 0 and text[:2] in _TIMES and text.startswith(_WITH_ZONE):
        # Outlook leaves colons of a TZID without quotes; the value of a time has none itself.
        end = text.rfind(":")
    if end < 0:
        return None
    head, value = text[:end], text[end + 1 :]
    if ";" not in head:
        name = head.strip().upper()
        params: dict[str, str] = {}
    else:
        name, *rest = _parts(head)
        name, params = name.strip().upper(), {}
        for part in rest:
            key, _, word = part.partition("=")
            params.setdefault(key.strip().upper(), word.strip().strip('"'))
    return Line(name, value.strip("\x00"), params) if name else None


def _outside_quotes(text: str, mark: str) -> int:
    """Return the place of the first ``mark`` that stands outside double quotes, or -1."""
    if '"' not in text:
        return text.find(mark)
    quoted = False
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == mark and not quoted:
            return index
    return -1


def _parts(head: str) -> list[str]:
    if '"' not in head:
        return head.split(";")
    parts = []
    while (end := _outside_quotes(head, ";")) >= 0:
        parts.append(head[:end])
        head = head[end + 1 :]
    return [*parts, head]


def components(data: bytes) -> Component:
    """Return a root that holds every component of ``data``; what is not closed is closed at the end.

    ``ValueError`` for data that are too large or nested too deep.
    """
    root = Component("")
    stack = [root]
    for text in logical_lines(data):
        line = parse_line(text) if text else None
        if line is None:
            continue
        if line.name == "BEGIN":
            if len(stack) > MOST_DEPTH:
                raise ValueError("This calendar is nested too deep.")
            inner = Component(line.value.strip().upper())
            stack[-1].inside.append(inner)
            stack.append(inner)
        elif line.name == "END":
            word = line.value.strip().upper()
            if any(one.name == word for one in stack[1:]):
                while stack.pop().name != word:
                    pass
        else:
            stack[-1].lines.append(line)
    return root


def find(root: Component, *names: str) -> Iterator[Component]:
    """Yield the components of these names, outermost first; what stands inside a found one is not looked at."""
    for one in root.inside:
        if one.name in names:
            yield one
        else:
            yield from find(one, *names)


def unescape(text: str) -> str:
    r"""Return TEXT as it was meant: ``\\n``, ``\\,``, ``\\;`` and double backslashes resolved."""
    return _ESCAPES.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def clean_text(text: str) -> str:
    """Return ``text`` with line ends as LF, without control characters and lone surrogates."""
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return _CONTROLS.sub(" ", _BREAKS.sub("\n", whole))


def clean_name(text: str) -> str:
    """Return ``text`` on one line and without double quotes, fit for a CN parameter or a header."""
    return " ".join(clean_text(text).replace('"', "'").split())


def escape(text: str) -> str:
    """Return ``text`` as a TEXT value: backslash, semicolon, comma and line ends escaped, controls gone."""
    clean = clean_text(text)
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """Return a content line with its CRLF, folded to at most 75 octets between characters."""
    if len(line) <= 75 and len(raw := line.encode()) <= 75:
        return line + "\r\n"
    raw = line.encode()
    parts, start, room = [], 0, 75
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(raw[start:end])
        start, room = end, 74
    parts.append(raw[start:])
    return "\r\n ".join(part.decode() for part in parts) + "\r\n"
