"""Is this the same person? Evidence, weighed by three rules; never by name alone.

auto     a shared external identity; or a shared mailbox or phone together with a like name and no other day
         of birth: these are linked without asking.
suggest  shared contacts with a name that differs (families and agencies share phones), or a like name with
         the same day of birth: a person decides.
none     everything else, a name alone above all.

The likeness of names is the Jaro-Winkler similarity of their folded words, paired as well as possible, since
boards swap first and last name. Source: W. E. Winkler (1990), String comparator metrics and enhanced decision
rules in the Fellegi-Sunter model of record linkage.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA, JaroWinkler

from recruit.parsing.diminutives import different_names, full_forms
from recruit.parsing.normalise import email_norm, name_words, phone_e164
from recruit.parsing.translit import fold, is_thai, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

LIKE_NAME = 0.88  # at or above: the same name, misspelled at most
NEAR_NAME = 0.75  # at or above: may be the same
_PAIRED_WORDS = 4
# A key shared by more people proves nothing: an agency's phone, a placeholder, a common name in a big town.
MAX_BLOCK = 200
MAX_NAMESAKES = 5
_PLACEHOLDER_MAILBOXES = frozenset(
    {"noemail", "no-email", "nomail", "none", "noreply", "no-reply", "test", "info", "hr"}
)


class Level(StrEnum):
    """What may be done with a pair."""

    AUTO = "auto"
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """Level, score in [0, 1] for sorting suggestions, and the reasons as stable codes."""

    level: Level
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one record, in compared form; build it with ``person``.

    Attributes:
        words: folded words of first and last name, in no order; middle names are apart.
        raw: the same words before folding (for Thai beside Latin).
        emails, phones: normal forms.
        external_ids: "board:id".
        born: day of birth if known.
    """

    words: tuple[str, ...]
    raw: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    external_ids: frozenset[str] = frozenset()
    born: date | None = None
    city: str = ""


def person(
    *,
    name: str = "",
    last_name: str = "",
    first_name: str = "",
    middle_name: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    region: str = "RU",
    external_ids: Iterable[str] = (),
    born: date | None = None,
    city: str = "",
) -> Person:
    """Return the record in compared form; contacts that are none are left out.

    ``name`` is used where last and first name are not given; its patronymic is told by its ending.
    """
    parts = name_words(f"{last_name} {first_name}") or name_words(name)
    middle = name_words(middle_name)
    if not middle and len(parts) > 2:
        # The last one: surnames may end like patronymics (Абрамович Роман Аркадьевич).
        middle = tuple(word for word in parts if _is_patronymic(word))[-1:]
        parts = tuple(word for word in parts if word not in middle)
    parts = tuple(word for word in parts if fold(word))
    return Person(
        words=tuple(fold(word) for word in parts),
        raw=parts,
        middle=tuple(fold(word) for word in middle),
        emails=frozenset(filter(_proves, map(email_norm, emails))),
        phones=frozenset(filter(None, (phone_e164(phone, region) for phone in phones))),
        external_ids=frozenset(external_ids),
        born=born,
        city=city.casefold().strip(),
    )


def blocking_keys(one: Person) -> frozenset[str]:
    """Return the keys of which two records of one person share at least one; store and index them."""
    keys = {f"e:{email}" for email in one.emails}
    keys |= {f"p:{phone}" for phone in one.phones}
    keys |= {f"x:{external}" for external in one.external_ids}
    if one.born is not None:
        # The day and one first letter: a slip in one word, or swapped words, leave the other.
        keys |= {f"b:{one.born.isoformat()}:{(skeleton(word) or fold(word))[:1]}" for word in one.raw if word}
    letters = {(skeleton(word) or fold(word))[:1] for word in one.raw}
    keys |= {f"f:{phone[:-2]}:{letter}" for phone in one.phones for letter in letters}
    if one.city and len(one.words) > 1:
        keys.add(f"n:{' '.join(sorted(one.words))}:{one.city}")
    return frozenset(keys)


def block_limit(key: str) -> int:
    """Return how many records may share ``key``; beyond it the key brings nobody together."""
    return MAX_NAMESAKES if key.startswith("n:") else MAX_BLOCK


def compare(a: Person, b: Person) -> Match:
    """Return whether ``a`` and ``b``, brought together by a blocking key, are one person; symmetric.

    A like name in the same town is only suggested because ``block_limit`` lets no common names through.
    """
    if a.external_ids & b.external_ids:
        return Match(Level.AUTO, 1.0, ("same_external_id",))
    reasons: list[str] = []
    likeness = name_likeness(a, b)
    email, phone = bool(a.emails & b.emails), bool(a.phones & b.phones)
    same_day = a.born is not None and a.born == b.born
    other_day = a.born is not None and b.born is not None and not same_day
    near_day = other_day and _is_slip(a.born, b.born)
    near_phone = not phone and any(_one_figure(x, y) for x in a.phones for y in b.phones)
    same_city = bool(a.city) and a.city == b.city
    reasons += ["same_email"] * email + ["same_phone"] * phone + ["same_birth_date"] * same_day
    reasons += ["near_phone"] * near_phone + ["same_city"] * same_city + ["other_birth_date"] * other_day
    if a.words and b.words:
        reasons.append("like_name" if likeness >= LIKE_NAME else "near_name" if likeness >= NEAR_NAME else "other_name")
    else:
        reasons.append("no_name")
    score = round(min(1.0, 0.4 * likeness + 0.3 * email + 0.2 * phone + 0.2 * same_day - 0.2 * other_day), 3)
    level = _level(
        likeness, contact=email or phone, both=email and phone, same_day=same_day, clash=other_day and not near_day
    )
    # Only one name word for word is brought together by its town: a like one would be compared by chance.
    namesakes = same_city and sorted(a.words) == sorted(b.words)
    weak = near_phone or (namesakes and (a.born is None or b.born is None))
    if level is Level.NONE and weak and likeness >= LIKE_NAME and not other_day:
        level = Level.SUGGEST
    return Match(level, max(0.0, score), tuple(reasons))


def _level(likeness: float, *, contact: bool, both: bool, same_day: bool, clash: bool) -> Level:
    like = likeness >= LIKE_NAME
    if contact and like and not clash:
        return Level.AUTO
    if contact and same_day and likeness >= NEAR_NAME:
        return Level.AUTO
    if same_day and likeness >= NEAR_NAME:
        return Level.SUGGEST
    if contact and (likeness >= NEAR_NAME or both or not clash):
        return Level.SUGGEST
    return Level.NONE


def name_likeness(a: Person, b: Person) -> float:
    """Return how alike the names are, in [0, 1]: the least alike of the best-paired words of the shorter name.

    An initial fits any word that begins with it, a short form its full forms. A name of one word gives at most
    0.8 and a missing one 0.5: they cannot prove anything.
    """
    if not a.words or not b.words:
        return 0.5
    short, long = (a, b) if len(a.words) <= len(b.words) else (b, a)
    worst = 1.0 if sorted(a.words) == sorted(b.words) else _best_pairing(short, long)
    if len(short.words) == 1:
        return min(0.8, worst)
    if a.middle and b.middle and worst >= LIKE_NAME:
        one, two = _father(a.middle[0]), _father(b.middle[0])
        middle = _word_likeness(one, two, one, two)
        if middle < NEAR_NAME:  # father and son
            return max(middle, 0.6)
    return worst


def _best_pairing(short: Person, long: Person) -> float:
    """Return the likeness of the least alike pair when the words are paired so that it is largest."""
    alike = [
        [_word_likeness(word, other, raw, raw_other) for other, raw_other in zip(long.words, long.raw, strict=True)]
        for word, raw in zip(short.words[:_PAIRED_WORDS], short.raw, strict=False)
    ]
    orders = permutations(range(min(len(long.words), _PAIRED_WORDS)), len(alike))
    return max(min(row[column] for row, column in zip(alike, order, strict=True)) for order in orders)


def _word_likeness(a: str, b: str, raw_a: str, raw_b: str) -> float:
    """Return how alike two words are, in [0, 1]; ``a`` and ``b`` are folded."""
    if a == b:
        return 1.0
    if is_thai(raw_a) != is_thai(raw_b):
        bones_a, bones_b = skeleton(raw_a), skeleton(raw_b)
        return 0.9 if bones_a and bones_a == bones_b else 0.9 * float(JaroWinkler.similarity(bones_a, bones_b))
    if len(a) == 1 or len(b) == 1:
        return 0.9 if a[:1] == b[:1] else 0.0
    if full_forms(a) & full_forms(b):
        return 0.95
    likeness = float(JaroWinkler.similarity(a, b))
    if different_names(a, b):
        return min(likeness, NEAR_NAME - 0.01)
    return _with_slips(likeness, a, b)


def _with_slips(likeness: float, a: str, b: str) -> float:
    """Return ``likeness`` with misspellings told from other names by the number of slips."""
    slips = OSA.distance(a, b, score_cutoff=2)
    # One slip in a longer word is a misspelling wherever it is; Jaro-Winkler is harsh on the first letter,
    # and kind to short words that share their beginning only.
    if slips == 1 and min(len(a), len(b)) >= 4:
        return max(likeness, LIKE_NAME)
    if slips > 2 and max(len(a), len(b)) <= 8:
        return min(likeness, LIKE_NAME - 0.01)
    return likeness


_PATRONYMIC = ("ovich", "evich", "ovna", "evna", "ichna", "ilich", "mich", "kizi", "ogli")


def _is_patronymic(word: str) -> bool:
    return fold(word).endswith(_PATRONYMIC)


def _father(word: str) -> str:
    """Return the father's name of a patronymic: its ending is the same in all and makes them look alike."""
    folded = fold(word)
    for ending in _PATRONYMIC:
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            return folded.removesuffix(ending)
    return folded


def _proves(email: str) -> bool:
    return bool(email) and email.partition("@")[0] not in _PLACEHOLDER_MAILBOXES


def _one_figure(a: str, b: str) -> bool:
    """Return whether two numbers of one length differ in one figure."""
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _is_slip(a: date | None, b: date | None) -> bool:
    """Return whether two days differ in one figure, or in day and month changed places."""
    if a is None or b is None:
        return False
    one, two = a.isoformat(), b.isoformat()
    turned = (a.year, a.month, a.day) == (b.year, b.day, b.month)
    return turned or sum(x != y for x, y in zip(one, two, strict=True)) == 1


def candidate_pairs(people: Mapping[int, Person]) -> Iterator[tuple[int, int]]:
    """Yield every pair of ids that shares a blocking key within its limit, once, smaller id first.

    The same as the SQL of ``services`` does for stored people; used for a file on its own.
    """
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in people.items():
        for key in blocking_keys(one):
            blocks[key].append(number)
    seen: set[tuple[int, int]] = set()
    for key, members in blocks.items():
        if len(members) <= block_limit(key):
            seen.update(combinations(sorted(members), 2))
    yield from sorted(seen)


def groups(pairs: Iterable[tuple[int, int]], *, largest: int = 20) -> Iterator[Sequence[int]]:
    """Yield the connected groups of ``pairs``, each sorted; one of more than ``largest`` members is left to a person."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in pairs:
        parent[root(a)] = root(b)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for node in parent:
        members[root(node)].append(node)
    yield from (sorted(group) for group in members.values() if len(group) <= largest)
