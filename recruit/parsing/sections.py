"""Parts of a resume: work and education with their dates, languages, salary wish, day of birth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from recruit.parsing.contacts import Contact
from recruit.parsing.headings import Section, heading_of
from recruit.tables.cells import parse_salary
from recruit.tables.dates import DateError, parse_date
from recruit.tables.months import MONTHS, THAI_MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ENTRIES = 30
_NAMES = "|".join(sorted((regex.escape(name) for name in MONTHS), key=len, reverse=True))
_THAI_NAMES = "|".join(
    sorted((r"\.?\s?".join(name) + r"\.?" if len(name) < 4 else name for name in THAI_MONTHS), key=len, reverse=True)
)
_MONTH = rf"(?:\b(?:{_NAMES})\b\.?,?\s*|(?:{_THAI_NAMES})\s*|\b\d{{1,2}}\s?[./]\s?)?"
_AFTER = r"(?:[./-](?P<{}>0[1-9]|1[0-2])(?!\d))?"
_NOW = r"present|now|current|today|ongoing|настоящее время|наст\.?\s*вр(?:емя)?\.?|н\.?\s?в\.?|сейчас|по сей день|ปัจจุบัน"
_SPAN = regex.compile(
    rf"(?P<am>{_MONTH})(?P<ay>(?:19|20|25)\d\d){_AFTER.format('an')}\s*(?:г\.?\s*)?(?:[-–—−]+|\bto\b|\bдо\b|\bпо\b|ถึง)\s*"
    rf"(?:(?P<bm>{_MONTH})(?P<by>(?:19|20|25)\d\d){_AFTER.format('bn')}|(?P<now>{_NOW}))",
    regex.IGNORECASE,
)
_YEAR = regex.compile(r"(?<!\d)(?:19[5-9]\d|20[0-4]\d|25[0-9]\d)(?!\d)")
_DURATION = regex.compile(
    r"\d+(?:[.,]\d+)?\s*(?:years?|yrs?|months?|mos?|года?|лет|месяц\p{L}*|мес|ปี|เดือน)\b.{0,30}", regex.IGNORECASE
)
_BULLET = regex.compile(r"[-–—•◦◆▪●*·»>]\s*")
_LEVEL = regex.compile(
    r"\b(?:native|fluent|advanced|upper[- ]intermediate|intermediate|pre-intermediate|basic|beginner|elementary|"
    r"родной|свободно|свободный|базовый|средний|начальный|разговорный|[abcавс][12])\b|ดีมาก|ดี|พอใช้|พื้นฐาน",
    regex.IGNORECASE,
)
_LANGUAGES = {
    "en": ("english", "английск", "ภาษาอังกฤษ"), "ru": ("russian", "русск", "ภาษารัสเซีย"), "th": ("thai", "тайск", "ภาษาไทย"),
    "kk": ("kazakh", "казахск"), "de": ("german", "немецк", "ภาษาเยอรมัน"), "fr": ("french", "французск", "ภาษาฝรั่งเศส"),
    "es": ("spanish", "испанск", "ภาษาสเปน"), "zh": ("chinese", "mandarin", "китайск", "ภาษาจีน"), "ja": ("japanese", "японск", "ภาษาญี่ปุ่น"),
    "ko": ("korean", "корейск", "ภาษาเกาหลี"), "it": ("italian", "итальянск"), "tr": ("turkish", "турецк"), "uk": ("ukrainian", "украинск"),
    "uz": ("uzbek", "узбекск"), "ky": ("kyrgyz", "киргизск", "кыргызск"), "tg": ("tajik", "таджикск"), "tt": ("tatar", "татарск"),
    "hi": ("hindi", "хинди"), "pt": ("portuguese", "португальск"), "ar": ("arabic", "арабск"), "vi": ("vietnamese", "вьетнамск"),
}  # fmt: skip
_SALARY = regex.compile(
    r"(?:salary|compensation|expected pay|зарплат[аы]?|заработная плата|з/п|оклад|доход|เงินเดือน)[^\n\d]{0,40}?(?P<sum>(?:[$€£₽฿]\s?)?\d[^\n]{0,60})",
    regex.IGNORECASE,
)
_SALARY_BELOW = regex.compile(
    r"(?:должность и зарплата|position and salary)[^\n]*(?:\n[^\n]{0,200}){0,8}?\n[^\n\d]{0,40}(?P<sum>\d[\d ]{2,12}\s*(?:₽|руб|₸|kzt|usd|eur|[$€])[^\n]{0,20})",
    regex.IGNORECASE,
)
_BIRTH = regex.compile(
    r"(?:date of birth|birth date|born|dob|дата рождения|родил(?:ся|ась)|д\.\s?р\.|วันเกิด|เกิดวันที่)[ \t]*[:–—-]?[ \t]*(?P<day>[^\n;|(]{6,40})",
    regex.IGNORECASE,
)
_CITY = regex.compile(
    r"(?:^|\n)[ \t]*(?:city|location|город(?: проживания)?|место жительства|ที่อยู่|จังหวัด)[ \t]*[:–—-][ \t]*(?P<city>[^\n]{2,60})",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One job or one course of study.

    Attributes:
        start, end: "YYYY-MM", "YYYY" or "" (unknown, or for ``end`` with ``current``: still there).
        title: the line that names it. text: what stands below.
        confidence: in [0, 1]; an entry without a span of dates is a guess.
    """

    title: str
    start: str = ""
    end: str = ""
    current: bool = False
    text: str = ""
    confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Language:
    """A language (ISO 639-1) and the level as written, "" if none."""

    code: str
    level: str = ""
    confidence: float = 0.8


def split_sections(text: str) -> Mapping[Section, str]:
    """Return the text below each heading; what stands above the first is in no part."""
    parts: dict[Section, list[str]] = {}
    current: Section | None = None
    for line in text.split("\n"):
        heading = heading_of(line)
        if heading is not None:
            current = heading
            parts.setdefault(current, [])
        elif current is not None:
            parts[current].append(line)
    return {section: "\n".join(lines).strip() for section, lines in parts.items()}


def find_experience(part: str) -> tuple[Entry, ...]:
    """Return the jobs in the text of the experience part: one for every span of dates."""
    part = regex.sub(r"(?<=\p{L}|\d)[ \t]*[–—-][ \t]*\n[ \t]*", " — ", part)  # a span broken behind its dash
    lines = [line.strip() for line in part.split("\n") if line.strip()]
    spans = [(index, found) for index, line in enumerate(lines) if (found := _SPAN.search(line[:300])) is not None]
    titles = [_title(lines, index, found) for index, found in spans]
    entries = []
    for position, (index, found) in enumerate(spans[:MAX_ENTRIES]):
        title, first, last = titles[position]
        until = titles[position + 1][1] if position + 1 < len(spans) else len(lines)
        entries.append(
            Entry(
                title=title[:200],
                start=_point(found["am"] or found["an"], found["ay"]),
                end=_point(found["bm"] or found["bn"], found["by"]) if found["by"] else "",
                current=bool(found["now"]),
                text="\n".join(lines[max(last, first, index) + 1 : until])[:4000],
                confidence=0.8,
            )
        )
    return tuple(entries)


def _title(lines: list[str], index: int, span: regex.Match[str]) -> tuple[str, int, int]:
    """Return the title of the entry whose dates are in line ``index``, and its first and last line.

    It is what else stands in that line; if that is nothing, the next line, unless that is already a bullet of the
    text: then the line above.
    """
    line = lines[index]
    rest = (line[: span.start()] + " " + line[span.end() :]).strip(" ,;|–—-()•\t")
    if regex.search(r"\p{L}{2}", rest) and not _DURATION.fullmatch(rest):
        return rest, index, index
    below = lines[index + 1] if index + 1 < len(lines) else ""
    above = lines[index - 1] if index else ""
    if above and not _BULLET.match(above) and (not below or _BULLET.match(below) or _DURATION.fullmatch(rest)):
        return above, index - 1, index
    return (below, index, index + 1) if below and not _BULLET.match(below) else ("", index, index)


def find_education(part: str) -> tuple[Entry, ...]:
    """Return the courses of study: those with a span of dates, else one for every line with a year."""
    spans = find_experience(part)
    if spans:
        return spans
    entries = []
    for line in part.split("\n"):
        years = [_western(int(year)) for year in _YEAR.findall(line[:300])]
        if years and regex.search(r"\p{L}{3}", line):
            entries.append(Entry(title=line.strip()[:200], end=str(max(years)), confidence=0.6))
    return tuple(entries[:MAX_ENTRIES])


def find_languages(parts: Mapping[Section, str]) -> tuple[Language, ...]:
    """Return the languages named in the languages part, else in the skills, with the level behind each."""
    own = Section.LANGUAGES in parts
    text = parts.get(Section.LANGUAGES) or parts.get(Section.SKILLS) or ""
    lowered = text.casefold()
    first = {
        code: [place for stem in stems if (place := lowered.find(stem)) >= 0] for code, stems in _LANGUAGES.items()
    }
    places = sorted((min(found), code) for code, found in first.items() if found)
    languages = []
    for number, (place, code) in enumerate(places):
        until = places[number + 1][0] if number + 1 < len(places) else place + 60
        level = _LEVEL.search(text[place:until].split("\n")[0])
        languages.append(Language(code, level.group() if level else "", 0.9 if own else 0.6))
    return tuple(languages)


def find_salary(text: str) -> tuple[int, str, float] | None:
    """Return the wished salary as (amount, currency, confidence), None if none is named."""
    text = text[:60_000]
    for found in (*_SALARY_BELOW.finditer(text), *_SALARY.finditer(text)):
        wish = parse_salary(found["sum"])
        amount = wish and (wish.low or wish.high)
        if wish and amount and amount >= 100:
            return amount, wish.currency, 0.8 if wish.currency else 0.6
    return None


def find_birth_date(text: str) -> Contact | None:
    """Return the labelled day of birth in ISO form."""
    for found in _BIRTH.finditer(text[:20_000]):
        words = found["day"].strip(" .,").split()
        for length in range(min(len(words), 5), 0, -1):
            try:
                day = parse_date(" ".join(words[:length]))
            except DateError:
                continue
            if day.year >= 1930:
                return Contact(day.isoformat(), 0.95)
    return None


def find_city(text: str) -> Contact | None:
    """Return the labelled town."""
    found = _CITY.search(text[:20_000])
    return Contact(found["city"].strip(" .,;"), 0.8) if found else None


def _point(month: str | None, year: str) -> str:
    number = _month_number(month or "")
    return f"{_western(int(year))}-{number:02}" if number else str(_western(int(year)))


def _month_number(text: str) -> int | None:
    plain = text.casefold().strip(" ./,")
    if plain.isdecimal():
        return int(plain) if 1 <= int(plain) <= 12 else None
    return MONTHS.get(plain) or THAI_MONTHS.get(plain.replace(".", ""))


def _western(year: int) -> int:
    return year - 543 if year >= 2500 else year
