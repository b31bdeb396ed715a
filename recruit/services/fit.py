"""Holding a resume against the requirements of a vacancy: a reading aid, it refuses and ranks nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORD = re.compile(r"[^\W\d_][\w+#-]*", re.UNICODE)
# Words of a requirement that say nothing about what is required.
_EMPTY = frozenset(
    [
        "least",
        "more",
        "than",
        "years",
        "year",
        "ready",
        "with",
        "from",
        "over",
        "have",
        "your",
        "this",
        "that",
        "must",
        "good",
        "able",
        "know",
        "knows",
        "sure",
        "own",
        "опыт",
        "года",
        "лет",
        "год",
        "более",
        "менее",
        "готовность",
        "умение",
        "знание",
        "уметь",
        "иметь",
        "хорошее",
        "быть",
        "อย่างน้อย",
        "ปี",
        "มี",
        "ได้",
    ]
)
_NO = frozenset({"no", "none", "нет", "ไม่", "ไม่มี", "false", "0"})


@dataclass(frozen=True, kw_only=True)
class Match:
    """One requirement: ``found`` (with the words of the resume), ``unsure`` (not stated) or ``no`` (answered with no)."""

    line: str
    result: str
    words: str = ""

    @property
    def mark(self) -> str:
        """The sprite's mark."""
        return {"found": "done", "unsure": "unsure", "no": "no"}[self.result]


def key_words(line: str) -> list[str]:
    """Return the words of a requirement that are looked for, lower case, the longest first.

    >>> key_words("Sales at least 1 year")
    ['sales']
    """
    words = {word.lower() for word in _WORD.findall(line)}
    return sorted((word for word in words if len(word) > 2 and word not in _EMPTY), key=lambda one: (-len(one), one))


def _stem(word: str) -> str:
    # Endings differ between a requirement and a resume ("negotiation", "negotiations"): compare without them.
    return word[: max(4, len(word) - 2)] if len(word) > 5 else word


def requirement_matches(lines: Sequence[str], text: str, answers: Mapping[str, Any] | None = None) -> list[Match]:
    """Hold each line of requirements against the resume's ``text`` and the ``answers`` to the board's questions."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    return [_match(line, rows, answers or {}) for line in lines]


def _match(line: str, rows: Sequence[str], answers: Mapping[str, Any]) -> Match:
    stems = [_stem(word) for word in key_words(line)]
    for question, answer in answers.items():
        if any(stem in str(question).lower() for stem in stems):
            result = "no" if str(answer).strip().lower() in _NO else "found"
            return Match(line=line, result=result, words=str(answer)[:80])
    for stem in stems:
        for row in rows:
            if stem in row.lower():
                return Match(line=line, result="found", words=row[:80])
    return Match(line=line, result="unsure")
