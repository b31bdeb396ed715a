"""E-mail addresses and phone numbers in running text."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
import regex

from recruit.parsing.normalise import plain_figures

_EMAIL = regex.compile(
    r"(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_%+-]+(?:\.[\p{L}\p{N}_%+-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,24}(?![\p{L}\p{N}@])"
)
_LABEL = regex.compile(r"phone|tel|mob|cell|whatsapp|viber|тел|моб|сот|โทร|มือถือ|เบอร์", regex.IGNORECASE)
_LOCAL = regex.compile(r"(?<![\d/.+-])\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?![\d/.-])")
_ENOUGH_FIGURES = regex.compile(r"\d(?:[ ()./+-]{0,4}\d){6}")
MAX_FOUND = 5
_SEARCHED = 60_000  # characters; contacts are not further down


@dataclass(frozen=True, slots=True)
class Contact:
    """One found address or number with the confidence, in [0, 1], that it is the candidate's own."""

    value: str
    confidence: float


def find_emails(text: str) -> tuple[Contact, ...]:
    """Return the addresses in ``text`` in lower case, surest first: the first on the page is the candidate's."""
    text = regex.sub(r"(?<=[\p{L}\p{N}])[ \t]{1,3}@[ \t]{1,3}(?=[\p{L}\p{N}-]+\.[\p{L}]{2,})", "@", text[:_SEARCHED])
    found: dict[str, float] = {}
    for match in _EMAIL.finditer(text):
        found.setdefault(match.group().lower(), 0.98 if not found else 0.6)
    return tuple(Contact(value, confidence) for value, confidence in list(found.items())[:MAX_FOUND])


def find_phones(text: str, *, region: str) -> tuple[Contact, ...]:
    """Return the numbers in ``text`` in E.164, surest first.

    Numbers that exist are taken first; then such as have a possible length, which are what made-up samples
    hold (555-0100); then ten figures in the American form where the region would not have them.
    Source of the two steps: the leniencies of libphonenumber.

    Args:
        text: the document.
        region: ISO 3166 code for numbers without a country code.
    """
    lines = (plain_figures(line) for line in text[:_SEARCHED].split("\n") if any(map(str.isdigit, line)))
    plain = "\n".join(line for line in lines if _ENOUGH_FIGURES.search(line))
    steps = (
        (phonenumbers.Leniency.VALID, region),
        (phonenumbers.Leniency.POSSIBLE, region),
        (phonenumbers.Leniency.POSSIBLE, "US"),
    )
    found: dict[str, float] = {}
    for leniency, place in steps:
        if found or not plain:
            break
        sure = 0.95 if leniency == phonenumbers.Leniency.VALID else 0.7
        for match in phonenumbers.PhoneNumberMatcher(plain, place, leniency=leniency, max_tries=200):
            before = plain[max(0, match.start - 25) : match.start].rpartition("\n")[2]
            labelled = _LABEL.search(before) is not None
            if _is_date_like(match.raw_string) or (
                sure < 0.9 and not _is_written_as_phone(match.raw_string, labelled=labelled)
            ):
                continue
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            found.setdefault(number, sure + 0.03 * labelled - 0.1 * min(2, len(found)))
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return tuple(Contact(value, round(confidence, 2)) for value, confidence in ranked[:MAX_FOUND])


def _is_written_as_phone(text: str, *, labelled: bool) -> bool:
    """Return whether figures that are no existing number stand where, or are written as, a number: not a passport's."""
    return labelled or text.startswith("+") or _LOCAL.fullmatch(text) is not None


def may_hold_phone(text: str) -> bool:
    """Return whether the head of ``text`` has nine figures with only signs between them: perhaps a torn number."""
    return bool(regex.search(r"\d(?:[^\p{L}\p{N}\n]{0,4}\d){8}", text[:4000]))


def _is_date_like(text: str) -> bool:
    """Return whether the figures are a date, a span of years or of days rather than a number."""
    return bool(
        regex.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:\s*-\s*[\d./-]*)?", text)
        or regex.fullmatch(r"(?:\d{2}[./])?(?:19|20|25)\d\d\s*[-/]\s*(?:\d{2}[./])?(?:19|20|25)?\d\d", text)
    )
