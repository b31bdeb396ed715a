"""Names of three scripts brought to one rough Latin spelling, in which the same name sounds the same.

Passports, boards and people write Юлия as Yuliya, Iuliia, Julia or Yulia. Instead of guessing which table was
used, both sides are folded until the tables agree: soft and hard signs go, y = i = j, kh = h, ts = c, doubled
letters are one. Thai is folded to its initial consonants, because its vowels are spelled in too many ways.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex
from anyascii import anyascii

_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
        "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
        "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i", "ї": "i", "є": "e", "ґ": "g",
    }
)  # fmt: skip
_FOLDS = tuple(
    (regex.compile(pattern), to)
    for pattern, to in (
        (r"[^a-z]", ""),
        (r"shch|sch", "sh"),
        (r"kh", "h"),
        (r"ph", "f"),
        (r"tch", "ch"),
        (r"t[sz]", "c"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"q", "k"),
        (r"ck", "k"),
        (r"dzh", "j"),
        (r"zh", "j"),
        (r"[yj](?=[aeiou])", "i"),
        (r"y", "i"),
        (r"ie", "e"),
        (r"i[ou]", "u"),
        (r"ii+", "i"),
        (r"(.)\1+", r"\1"),
    )
)
# Royal Thai initials with their aspirates folded, so that Thai and Latin spellings of a name agree.
_THAI_CONSONANTS = {
    char: to
    for chars, to in (
        ("กขฃคฅฆ", "k"), ("ง", "n"), ("จฉชฌ", "c"), ("ซศษส", "s"), ("ญย", "y"), ("ดฎ", "t"), ("ตฏถทธฐฑฒ", "t"),
        ("นณ", "n"), ("บ", "p"), ("ปผพภ", "p"), ("ฝฟ", "f"), ("ม", "m"), ("รลฬฦฤ", "l"), ("ว", "w"), ("หฮ", "h"),
    )
    for char in chars
}  # fmt: skip
_SILENCED = regex.compile(r"[\u0e01-\u0e2e][\u0e34-\u0e3a]?\u0e4c")  # a consonant under thanthakhat is not spoken
_LATIN_SKELETON = ((r"ng", "n"), (r"[kptcg]h", lambda m: m[0][0]), (r"[gq]", "k"), (r"[db]", lambda m: "t" if m[0] == "d" else "p"),
                   (r"[jz]", "c"), (r"r", "l"), (r"v", "w"), (r"[aeiou]", ""), (r"(.)\1+", r"\1"))  # fmt: skip


@lru_cache(maxsize=65536)
def is_thai(text: str) -> bool:
    """Return whether ``text`` has a Thai letter."""
    return any("\u0e01" <= char <= "\u0e2e" for char in text)


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return one word of a name in the folded spelling; a Thai word keeps its own letters, without tone marks.

    >>> fold("Юлия"), fold("Yuliya"), fold("Iuliia"), fold("Щербаков"), fold("Shcherbakov")
    ('ulia', 'ulia', 'ulia', 'sherbakov', 'sherbakov')
    """
    word = unicodedata.normalize("NFKC", word).casefold()
    if is_thai(word):
        return str(regex.sub(r"[^\u0e01-\u0e3a\u0e40-\u0e45]", "", word))
    folded = word.translate(_CYRILLIC)
    if not folded.isascii():
        folded = anyascii(folded).casefold()
    for pattern, to in _FOLDS:
        folded = pattern.sub(to, folded)
    return folded


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """Return the consonants of a word of any script as Thai hears them: สมชาย and Somchai are both "smcy" or "smc".

    Used only between a Thai and a Latin spelling; final y and w are dropped because Latin writes them as vowels.
    """
    word = unicodedata.normalize("NFKC", word).casefold()
    if is_thai(word):
        word = _SILENCED.sub("", word)
        spoken = "".join(_THAI_CONSONANTS.get(char, "") for char in word)
        spoken = regex.sub(r"^h(?=[a-z])", "", spoken) if word.startswith("ห") and len(spoken) > 2 else spoken
    else:
        spoken = regex.sub(r"[^a-z]", "", anyascii(word).casefold())
        for pattern, to in _LATIN_SKELETON:
            spoken = regex.sub(pattern, to, spoken)
    return str(regex.sub(r"[yw]+", "", regex.sub(r"(.)\1+", r"\1", spoken)))
