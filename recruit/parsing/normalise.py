"""E-mail addresses, phone numbers and names in the one form in which they are compared and indexed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import phonenumbers
import regex

from recruit.parsing.translit import fold, is_thai

_EMAIL = regex.compile(
    r"[^@\s,;:<>()\[\]\"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}"
)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_YANDEX = frozenset({"ya.ru", "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "narod.ru"})
_DASHES = regex.compile(r"[\u2010-\u2015\u2212\u00ad]")
_BLANKS = regex.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_EXTENSION = regex.compile(r"\s*(?:доб|ext|x|вн|ต่อ)\.?\s*\d{1,6}\s*$", regex.IGNORECASE)
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’ʼ`][\p{L}\p{M}]+)*")
_TITLES = frozenset(
    "mr mrs ms miss dr prof sir madam mx г-н г-жа гн гжа господин госпожа гражданин гражданка тов khun คุณ".split()  # noqa: SIM905
)
_THAI_TITLES = (
    "ว่าที่ร้อยตรี", "ว่าที่ร.ต.", "นางสาว", "เด็กหญิง", "เด็กชาย", "น.ส.", "ด.ช.", "ด.ญ.", "นาย", "นาง", "คุณ",
)  # fmt: skip


def email_norm(text: str) -> str:
    """Return the address as one mailbox, "" if ``text`` is no address.

    Lower case; what follows a plus goes; dots go at Gmail, which ignores them; Yandex's domains are one.

    >>> email_norm(" Ann.Lee+hh@GMail.com "), email_norm("ann@ya.ru"), email_norm("ann at home")
    ('annlee@gmail.com', 'ann@yandex.ru', '')
    """
    plain = unicodedata.normalize("NFKC", text[:400]).strip().strip("<>.,;").casefold().removeprefix("mailto:")
    if not _EMAIL.fullmatch(plain):
        return ""
    local, _, domain = plain.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    elif domain in _YANDEX:
        local, domain = local.replace(".", "-"), "yandex.ru"
    return f"{local}@{domain}" if local else ""


@lru_cache(maxsize=16384)
def phone_e164(text: str, region: str) -> str:
    """Return the number as +digits (E.164), "" if it cannot be one.

    Args:
        text: as written; an extension is left out.
        region: ISO 3166 code of the account, for numbers without a country code ("RU", "KZ", "TH", "US").
    """
    plain = _EXTENSION.sub("", plain_figures(text[:60]))
    if sum(char.isdigit() for char in plain) < 7:
        return ""
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def plain_figures(text: str) -> str:
    """Return ``text`` with one kind of dash and blank and without soft hyphens, as phone matching needs it."""
    text = unicodedata.normalize("NFKC", text)
    return str(_BLANKS.sub(" ", _DASHES.sub(lambda found: "" if found[0] == "\u00ad" else "-", text))).strip()


def name_words(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, without titles (Mr, นางสาว, г-н), in their order."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", text[:300]).replace("ํา", "ำ")).casefold().strip()
    if is_thai(text):
        text = " ".join(_without_thai_title(word) for word in text.split())
    text = regex.sub(r"\bг-(?:н|жа)\b", "", text)
    return tuple(word for word in _WORD.findall(text) if word not in _TITLES)


def name_key(*names: str) -> str:
    """Return the words of the names, transliterated, folded and sorted: the indexed form of a name.

    >>> name_key("Юлия", "Щербакова") == name_key("Shcherbakova Yuliya")
    True
    """
    words = {fold(word) for name in names for word in name_words(name)}
    return " ".join(sorted(word for word in words if word))


def _without_thai_title(word: str) -> str:
    for title in _THAI_TITLES:
        # Two letters must remain: นาง alone is also the beginning of names.
        rest = word.removeprefix(title)
        if rest != word and (len(rest) >= 2 or "." in title):
            return rest
    return word
