"""Yes, no and what people write instead of them."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache

import regex

from recruit.tables.dates import parse_clock


class Answer(StrEnum):
    """What an answer comes down to."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not_yet"
    UNSURE = "unsure"
    UNKNOWN = "unknown"  # nothing, "na", or text that is none of these


_YES = (
    "yes y true 1 + ok okay sure arrived came attended present done confirmed да д ага пришел пришла явился явилась"
    " подтвердил подтвердила ✓ ✔ ใช่ มา มาแล้ว ได้ ยืนยัน ครับ ค่ะ"
)
_NO = "no n false 0 - x absent declined never нет н неявка отказ отказался отказалась × ✗ ✘ ไม่ ไม่ใช่ ไม่มา ไม่ได้ ขาด ยกเลิก"
_NOTHING = "na n/a none null ? -- нд н/д ไม่ระบุ"
_WHOLE = (
    (Answer.YES, frozenset(_YES.split())),
    (Answer.NO, frozenset(_NO.split())),
    (Answer.UNKNOWN, frozenset(["", *_NOTHING.split()])),
)
_LEADING = (
    (Answer.NOT_YET, ("not yet", "yet to", "havent", "haven't", "have not", "will do", "пока нет", "еще нет", "ยังไม่")),
    (
        Answer.UNSURE,
        ("not sure", "uncertain", "unsure", "need to", "maybe", "may be", "perhaps", "не уверен", "не знаю", "возможно",
         "может", "под вопросом", "ไม่แน่ใจ", "อาจจะ"),
    ),
    (Answer.NO, ("no-show", "no show", "did not", "didn't", "didnt", "not ", "не приш", "не яви", "не при", "ไม่มา")),
)  # fmt: skip
_FIRST_WORD = regex.compile(r"(yes|no|да|нет)\b")


@lru_cache(maxsize=4096)
def read_answer(text: str) -> Answer:
    """Return what ``text`` comes down to; a time of day is a yes ("10.30 Am": they will come then).

    >>> [str(read_answer(text)) for text in (" yes ", "No- I need to check", "Not Yet", "Na", "11:00 AM")]
    ['yes', 'no', 'not_yet', 'unknown', 'yes']
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:200]).casefold().replace("ё", "е").split())
    plain = plain if plain in {"+", "-", "--", "?"} else plain.strip(" .,;:!")
    for answer, words in _WHOLE:
        if plain in words:
            return answer
    for answer, starts in _LEADING:
        if plain.startswith(starts):
            return answer
    first = _FIRST_WORD.match(plain)
    if first:
        return Answer.YES if first[1] in {"yes", "да"} else Answer.NO
    return Answer.YES if parse_clock(plain) is not None else Answer.UNKNOWN


class InterviewType(StrEnum):
    """How the appointment was made."""

    SCHEDULED = "scheduled"
    SCHEDULED_WALK_IN = "scheduled_walk_in"  # a day was agreed, not an hour
    WALK_IN = "walk_in"
    OTHER = "other"


def read_interview_type(text: str) -> InterviewType:
    """Return the kind of appointment in ``text``, misspellings included ("Sceduled walkin")."""
    plain = regex.sub(r"[^\p{L}]", "", text.casefold())
    walk = "walkin" in plain or "безприглашения" in plain or "самотек" in plain
    scheduled = bool(regex.search(r"sc?h?e?dul", plain)) or "назначен" in plain or "запис" in plain
    if walk:
        return InterviewType.SCHEDULED_WALK_IN if scheduled else InterviewType.WALK_IN
    return InterviewType.SCHEDULED if scheduled else InterviewType.OTHER
