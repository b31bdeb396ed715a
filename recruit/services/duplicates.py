"""Finding records that may be one person: keys in a table, pairs by an SQL join, a verdict for each pair.

What is sure is linked at once (and can be undone), what is likely is stored for a person to decide, a name alone is
never enough: ``recruit.parsing.matching``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from recruit.errors import RecruitError
from recruit.models import (
    BlockingKey,
    Candidate,
    Company,
    ContactKind,
    ContactPoint,
    DuplicatePair,
    DuplicateScan,
    ExternalIdentity,
    PairState,
)
from recruit.parsing.matching import MAX_BLOCK, MAX_NAMESAKES, Level, Match, Person, blocking_keys, compare, person
from recruit.services.merging import merge_candidates

T = TypeVar("T")
CHUNK = 400  # ids in one statement
WHOLE_FROM = 20_000  # more changed records than this: the whole table is joined, a range of numbers at a time
RANGE = 50_000  # candidates of one such join
PEOPLE_HELD = 100_000  # records in compared form that are held in memory, about 1 kB each
LINKED_A_RUN = 500


def find_duplicates(*, links: bool = True) -> int:
    """Look at what is new since the last time; return how many pairs were found. Safe to repeat.

    With ``links`` pairs that are sure are merged, in the name of nobody; an earlier "two people" stands against it.
    """
    scan, _ = DuplicateScan.objects.get_or_create(pk=1)
    marks = _marks()
    changed = _changed(scan)
    pairs = 0
    if changed:
        pairs = match(changed)
    DuplicateScan.objects.filter(pk=1).update(**marks)
    if links:
        link_sure()
    return pairs


def _marks() -> dict[str, object]:
    return {
        "changed_until": timezone.now(),
        "candidate_id_seen": Candidate.objects.aggregate(top=Max("pk"))["top"] or 0,
        "contact_id_seen": ContactPoint.objects.aggregate(top=Max("pk"))["top"] or 0,
        "identity_id_seen": ExternalIdentity.objects.aggregate(top=Max("pk"))["top"] or 0,
    }


def _changed(scan: DuplicateScan) -> list[int]:
    """Return the records with something new: themselves, a contact, a number of a board."""
    standing = Candidate.objects.current()
    found = set(standing.filter(pk__gt=scan.candidate_id_seen).values_list("pk", flat=True))
    if scan.changed_until is not None:
        found |= set(standing.filter(updated_at__gt=scan.changed_until).values_list("pk", flat=True))
        reached = ContactPoint.objects.filter(pk__gt=scan.contact_id_seen).values("candidate_id")
        found |= set(standing.filter(pk__in=reached).values_list("pk", flat=True))
        numbered = ExternalIdentity.objects.filter(pk__gt=scan.identity_id_seen).values("candidate_id")
        found |= set(standing.filter(pk__in=numbered).values_list("pk", flat=True))
    return sorted(found)


def match(numbers: Sequence[int]) -> int:
    """Compare the records ``numbers`` with all others that share a key; return how many pairs were stored."""
    region = Company.current().region
    people: dict[int, Person] = {}
    for piece in _pieces(numbers, 5_000):
        fresh = dict(_people(piece, region))
        _write_keys(fresh)
        if len(numbers) <= PEOPLE_HELD:
            people |= fresh
    stored = 0
    for pairs in _pieces(_pairs(numbers), 5_000):
        wanted = {number for pair in pairs for number in pair}
        if len(people) > PEOPLE_HELD:
            people = {number: people[number] for number in wanted & people.keys()}
        people.update(_people(sorted(wanted - people.keys()), region))
        found = [
            (a, b, verdict)
            for a, b in pairs
            if a in people and b in people and (verdict := compare(people[a], people[b])).level is not Level.NONE
        ]
        stored += _store(found)
    return stored


def _people(numbers: Sequence[int], region: str) -> Iterator[tuple[int, Person]]:
    """Yield the records in compared form, a chunk of them in three statements."""
    for chunk in _pieces(numbers, CHUNK):
        contacts: defaultdict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for owner, kind, value in ContactPoint.objects.filter(candidate__in=chunk).values_list(
            "candidate_id", "kind", "normalised"
        ):
            contacts[owner][kind].append(value)
        numbers_of: defaultdict[int, list[str]] = defaultdict(list)
        for owner, system, number in ExternalIdentity.objects.filter(candidate__in=chunk).values_list(
            "candidate_id", "system", "external_id"
        ):
            numbers_of[owner].append(f"{system}:{number}")
        rows = Candidate.objects.current().filter(pk__in=chunk).values_list("pk", "name", "birth_date", "city")
        for pk, name, born, city in rows:
            yield (
                pk,
                person(
                    name=name,
                    emails=contacts[pk][ContactKind.EMAIL],
                    phones=contacts[pk][ContactKind.PHONE],
                    region=region,
                    external_ids=numbers_of[pk],
                    born=born,
                    city=city,
                ),
            )


def digest_of(key: str) -> int:
    """Return 63 bits of a key: what the table holds and joins by."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 1


def _write_keys(people: dict[int, Person]) -> None:
    table = BlockingKey._meta.db_table
    statement = f"INSERT INTO {table} (candidate_id, digest, is_name) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"  # noqa: S608
    for chunk in _pieces(sorted(people), 5_000):
        rows = [
            (number, digest_of(key), key.startswith("n:")) for number in chunk for key in blocking_keys(people[number])
        ]
        with transaction.atomic():
            for part in _pieces(chunk, CHUNK):
                BlockingKey.objects.filter(candidate__in=part).delete()
            with connection.cursor() as cursor:
                cursor.executemany(statement, rows)


def _pairs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that share a key which is not shared by too many; by one join, or by one for each chunk."""
    table = BlockingKey._meta.db_table
    allowed = (
        f"SELECT digest FROM {table} GROUP BY digest "  # noqa: S608
        f"HAVING COUNT(*) BETWEEN 2 AND CASE WHEN MAX(CASE WHEN is_name THEN 1 ELSE 0 END) = 1 "
        f"THEN {MAX_NAMESAKES} ELSE {MAX_BLOCK} END"
    )
    if len(numbers) >= WHOLE_FROM:
        between = "candidate_id >= %s AND candidate_id < %s"
        here = allowed.replace("GROUP BY", f"WHERE digest IN (SELECT digest FROM {table} WHERE {between}) GROUP BY")  # noqa: S608
        statement = (
            f"SELECT DISTINCT a.candidate_id, b.candidate_id FROM ({here}) k "  # noqa: S608
            f"JOIN {table} a ON a.digest = k.digest AND a.{between.replace('AND ', 'AND a.')} "
            f"JOIN {table} b ON b.digest = k.digest AND a.candidate_id < b.candidate_id ORDER BY 1, 2"
        )
        last = BlockingKey.objects.aggregate(top=Max("candidate_id"))["top"] or 0
        for low in range(0, last + 1, RANGE):
            with connection.cursor() as cursor:
                cursor.execute(statement, [low, low + RANGE] * 2)
                while rows := cursor.fetchmany(5_000):
                    yield from rows
        return
    seen: set[tuple[int, int]] = set()
    for chunk in _pieces(numbers, CHUNK):
        marks = ", ".join(["%s"] * len(chunk))
        mine = f"SELECT digest FROM {table} WHERE candidate_id IN ({marks})"  # noqa: S608
        here = allowed.replace("GROUP BY", f"WHERE digest IN ({mine}) GROUP BY")
        statement = (
            f"SELECT DISTINCT a.candidate_id, b.candidate_id FROM ({here}) k "  # noqa: S608
            f"JOIN {table} a ON a.digest = k.digest AND a.candidate_id IN ({marks}) "
            f"JOIN {table} b ON b.digest = k.digest AND b.candidate_id <> a.candidate_id"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*chunk, *chunk])
            for a, b in cursor.fetchall():
                pair = (min(a, b), max(a, b))
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _store(found: Iterable[tuple[int, int, Match]]) -> int:
    """Keep new pairs; one that is known keeps what was decided, and is weighed anew while nothing was."""
    rows = list(found)
    before = DuplicatePair.objects.count()
    for chunk in _pieces(rows, 500):
        DuplicatePair.objects.bulk_create(
            [
                DuplicatePair(
                    first_id=a,
                    second_id=b,
                    level=str(verdict.level),
                    score=verdict.score,
                    reasons=list(verdict.reasons),
                )
                for a, b, verdict in chunk
            ],
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["level", "score", "reasons"],
        )
    return DuplicatePair.objects.count() - before


def link_sure(*, most: int = LINKED_A_RUN) -> int:
    """Merge open pairs that are sure; the older record is kept. A pair that cannot be merged is left to a person."""
    linked = 0
    rows = DuplicatePair.objects.open().filter(level=str(Level.AUTO)).select_related("first", "second")
    for pair in list(rows.order_by("pk")[:most]):
        try:
            merge_candidates(pair.first, pair.second, by=None, reasons=tuple(pair.reasons))
        except RecruitError:
            # Merged through another pair a moment ago, or at two interviews: the review page shows it.
            DuplicatePair.objects.filter(pk=pair.pk, state=PairState.OPEN).update(level=str(Level.SUGGEST))
            continue
        linked += 1
    return linked


def _pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    piece: list[T] = []
    for row in rows:
        piece.append(row)
        if len(piece) >= size:
            yield piece
            piece = []
    if piece:
        yield piece
