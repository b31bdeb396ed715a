"""Maps that are known beforehand, recognised by the header, and the best guess for every other header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recruit.tables.maps import FIELDS, ColumnMap, Kind
from recruit.tables.titles import title_key
from recruit.tables.words import FIELD_WORDS, OUTCOME_WORDS, PROTECTED_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROTECTED = "a protected trait: it must not be weighed in a decision on a person"
_LOCATION = "where a person is from or lives is not used to judge them"

INTERVIEW_LOG = ColumnMap(
    name="interview-log",
    kind="history",
    columns={
        "candidate_id": ("Name(Cand ID)",),
        "date": ("Date of Interview",),
        "source": ("Client name",),
        "vacancy": ("Position to be closed", "Nature of Skillset"),
        "office": ("Interview Venue",),
        "interview_type": ("Interview Type",),
        "intention": ("Expected Attendance",),
        "outcome": ("Observed Attendance",),
    },
    answers={
        "permission": "Have you obtained the necessary permission to start at the required time",
        "no_meetings": "Hope there will be no unscheduled meetings",
        "may_call": (
            "Can I Call you three hours before the interview and follow up on your attendance for the interview"
        ),
        "second_number": (
            "Can I have an alternative number/ desk number. I assure you that I will not trouble you too much"
        ),
        "resume_printed": (
            "Have you taken a printout of your updated resume. Have you read the JD and understood the same"
        ),
        "venue_clear": "Are you clear with the venue details and the landmark.",
        "letter_shared": "Has the call letter been shared",
        "expected": "Expected Attendance",
    },
    dropped={
        "Candidate Native location": _LOCATION,
        "Candidate Current Location": _LOCATION,
        "Location": "the candidate's current location once more; " + _LOCATION,
        "Candidate Job Location": _LOCATION,
        "Gender": PROTECTED,
        "Marital Status": PROTECTED,
        "Industry": "follows from the client",
    },
)
BUILT_IN = (INTERVIEW_LOG,)


def recognise(header: Sequence[str]) -> ColumnMap | None:
    """Return the map of a table with this header, or None if a person has to map it.

    A built-in map needs all its titles. Otherwise every title that is found must be an exact synonym of a
    field, at least three of them, with what a row cannot do without: then nothing was guessed.
    """
    keys = {title_key(title): title for title in header}
    for known in BUILT_IN:
        if all(title_key(title) in keys for title in known.titles()):
            return _with_titles_of(known, keys)
    for kind in ("history", "responses"):
        found = _match(header, kind=kind, exact=True)
        if len(found.columns) >= 3 and not found.missing_fields() and _has_contact(found.columns, kind):
            return found
    return None


def suggest(header: Sequence[str]) -> ColumnMap:
    """Return the best guess of a map for any header; ``missing_fields`` tells what a person must add."""
    keys = {title_key(title) for title in header}
    history = any(word in key.split() or word == key for key in keys for word in OUTCOME_WORDS)
    return _match(header, kind="history" if history else "responses", exact=False)


def _has_contact(columns: Mapping[str, tuple[str, ...]], kind: Kind) -> bool:
    return kind == "history" or bool({"phone", "email", "external_id"} & set(columns))


def _with_titles_of(known: ColumnMap, keys: Mapping[str, str]) -> ColumnMap:
    """Return ``known`` with the titles spelled as in the file."""
    return ColumnMap(
        name=known.name,
        kind=known.kind,
        columns={name: tuple(keys[title_key(t)] for t in titles) for name, titles in known.columns.items()},
        answers={key: keys[title_key(title)] for key, title in known.answers.items()},
        dropped={keys[title_key(t)]: why for t, why in known.dropped.items() if title_key(t) in keys},
    )


def _match(header: Sequence[str], *, kind: Kind, exact: bool) -> ColumnMap:
    """Return a map whose fields take the title that is a synonym, then (if not exact) the one that holds the longest."""
    dropped = {title: PROTECTED for title in header if _is_protected(title_key(title))}
    free = [title for title in header if title not in dropped]
    columns: dict[str, tuple[str, ...]] = {}
    for name in FIELDS[kind]:
        title = next((t for t in free if title_key(t) in FIELD_WORDS[name]), None)
        if title is not None:
            columns[name] = (title,)
            free.remove(title)
    if not exact:
        held = [(_longest_held(title_key(title), name), name, title) for title in free for name in FIELDS[kind]]
        for length, name, title in sorted(held, key=lambda guess: -guess[0]):
            if length and name not in columns and title in free:
                columns[name] = (title,)
                free.remove(title)
    ordered = {name: columns[name] for name in FIELDS[kind] if name in columns}
    return ColumnMap(name=f"general-{kind}", kind=kind, columns=ordered, dropped=dropped)


def _longest_held(key: str, name: str) -> int:
    """Return the length of the longest synonym of field ``name`` inside ``key``, 0 if there is none."""
    return max((len(word) for word in FIELD_WORDS[name] if _holds(key, word)), default=0)


def _holds(key: str, word: str) -> bool:
    # Thai is written without blanks between words, so there a synonym inside is enough.
    return f" {word} " in f" {key} " or (word[0] >= "\u0e00" and word in key)


def _is_protected(key: str) -> bool:
    return any(_holds(key, word) for word in PROTECTED_WORDS)
