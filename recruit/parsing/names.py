"""The candidate's name: a suggestion, never taken for certain."""

from __future__ import annotations

import regex

from recruit.parsing.contacts import Contact
from recruit.parsing.headings import heading_of
from recruit.parsing.translit import fold, skeleton

# \w leaves out Thai vowels and tone marks (category Mn): a word is letters and marks.
_WORD = r"[\p{L}\p{M}]+(?:['’ʼ`.-][\p{L}\p{M}]+)*\.?"
_NAME = regex.compile(rf"{_WORD}(?:[ ]{_WORD}){{1,4}}")
_LABELLED = regex.compile(
    rf"(?:^|\n)\s*(?:name|full name|candidate|фио|ф\.и\.о\.|имя|кандидат|соискатель|ชื่อ\s*-?\s*(?:นาม)?สกุล|ชื่อ)\s*[:：–-]\s*(?P<name>{_WORD}(?:[ ]{_WORD}){{0,4}})",
    regex.IGNORECASE,
)
_TITLE_BEFORE = regex.compile(
    r"^(?:resume|cv|curriculum vitae|резюме|анкета)\s*(?:of|for|[:：–—-])?\s+(?=\p{Lu})", regex.IGNORECASE
)
_NOT_A_NAME = frozenset(
    [
        "resume",
        "cv",
        "curriculum",
        "vitae",
        "резюме",
        "анкета",
        "соискателя",
        "ประวัติ",
        "ประวัติย่อ",
        "เรซูเม่",
        "updated",
        "last",
        "page",
        "profile",
        "summary",
        "contact",
        "contacts",
        "phone",
        "email",
        "address",
        "engineer",
        "developer",
        "manager",
        "senior",
        "junior",
        "lead",
        "designer",
        "analyst",
        "driver",
        "cook",
        "seller",
        "nurse",
        "operator",
        "assistant",
        "specialist",
        "consultant",
        "intern",
        "student",
        "менеджер",
        "продавец",
        "водитель",
        "повар",
        "оператор",
        "специалист",
        "инженер",
        "разработчик",
        "кассир",
        "медсестра",
        "сестра",
        "город",
        "телефон",
        "опыт",
        "работы",
        "образование",
        "навыки",
        "желаемая",
        "должность",
        "университет",
        "พนักงาน",
        "ผู้จัดการ",
        "ช่าง",
        "university",
        "college",
        "school",
        "street",
        "avenue",
        "road",
        "москва",
    ]
)
_LOWER_PARTS = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "di",
        "du",
        "del",
        "della",
        "der",
        "den",
        "van",
        "von",
        "bin",
        "binti",
        "al",
        "el",
        "la",
        "le",
        "y",
        "e",
        "ibn",
        "оглы",
        "кызы",
        "угли",
        "улы",
    ]
)
_LINES = 12


def suggest_name(text: str, *, emails: tuple[Contact, ...] = ()) -> Contact | None:
    """Return the likeliest name at the head of ``text``, in the spelling found, or None.

    A line "Name: …" wins; else the first of the first lines that looks like a name. It is surer when the
    mailbox sounds like it.
    """
    head = [" ".join(line.split()) for line in text.split("\n") if line.strip()][:_LINES]
    labelled = _LABELLED.search("\n".join(head))
    if labelled and len(labelled["name"].split()) >= 2:
        return Contact(_spelled(labelled["name"]), 0.95)
    best: tuple[float, Contact] | None = None
    for index, line in enumerate(head):
        candidate = _name_in(_TITLE_BEFORE.sub("", line))
        if candidate is None:
            continue
        base, own = max(0.4, 0.8 - 0.08 * index), _sounds_like(candidate, emails)
        # In two columns the town may come first; the mailbox then tells the name.
        score = base + (0.5 if own else 0.0)
        if best is None or score > best[0] + 0.05:
            best = (score, Contact(_spelled(candidate), round(base + (0.15 if own else 0.0), 2)))
    return best[1] if best else None


def _name_in(line: str) -> str | None:
    """Return the part of ``line`` before the first separator if it looks like a name."""
    part = regex.split(r"\s*[|•·,;/\t]\s*|\s[–—-]\s|\s{2,}", line, maxsplit=1)[0].strip(" .:")
    if any(char.isdigit() or char == "@" for char in part) or not _NAME.fullmatch(part):
        return None
    words = part.split()
    folded = {word.casefold().strip(".") for word in words}
    if folded & _NOT_A_NAME or heading_of(part) or any(word.startswith(("พนักงาน", "ช่าง", "บริษัท")) for word in words):
        return None
    return part if all(_is_name_word(word) for word in words) else None


def _is_name_word(word: str) -> bool:
    first = word[0]
    return not first.islower() or word.casefold() in _LOWER_PARTS


def _spelled(name: str) -> str:
    """Return ``name`` with capitals only at the beginnings if it was all capitals."""
    name = " ".join(name.split()).strip(" .,")
    return regex.sub(r"[\p{L}\p{M}]+", lambda found: found[0].capitalize(), name) if name.isupper() else name


def _sounds_like(name: str, emails: tuple[Contact, ...]) -> bool:
    mailbox = emails[0].value.partition("@")[0] if emails else ""
    parts = {fold(part) for part in regex.findall(r"\p{L}+", mailbox)}
    local, bones = fold(mailbox), skeleton(mailbox)
    for word in name.split():
        folded, consonants = fold(word), skeleton(word)
        if (
            folded in parts
            or (len(folded) > 2 and folded[:5] in local)
            or (len(consonants) > 2 and consonants[:3] in bones)
        ):
            return True
    return False
