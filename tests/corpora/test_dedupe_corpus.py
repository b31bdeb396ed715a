"""Duplicate rules over the labelled candidates of the corpora."""

import csv
from collections import Counter
from datetime import date

import pytest

from recruit.parsing.matching import Level, candidate_pairs, compare, person
from tests.corpora import corpus

pytestmark = pytest.mark.corpora

REGIONS = {"ru": "RU", "th": "TH", "en": "US"}


@pytest.fixture(scope="module")
def judged():
    """(rows, pairs that are one person, level of every pair that blocking brings together)."""
    with corpus("dedupe", "candidates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = {
        number: person(
            last_name=row["last_name"],
            first_name=row["first_name"],
            middle_name=row["middle_name"],
            phones=[row["phone"]],
            emails=[row["email"]],
            born=date.fromisoformat(row["birth_date"]) if row["birth_date"] else None,
            city=row["city"],
            region=REGIONS.get(row["locale"], "US"),
        )
        for number, row in enumerate(rows)
    }
    levels = {pair: compare(people[pair[0]], people[pair[1]]).level for pair in candidate_pairs(people)}
    sizes = Counter(row["person_id"] for row in rows)
    return rows, sum(size * (size - 1) // 2 for size in sizes.values()), levels


def right_and_all(judged, *wanted):
    rows, _, levels = judged
    pairs = [pair for pair, level in levels.items() if level in wanted]
    return sum(rows[a]["person_id"] == rows[b]["person_id"] for a, b in pairs), len(pairs)


def test_what_is_linked_without_asking_is_right(judged):
    right, pairs = right_and_all(judged, Level.AUTO)

    assert pairs > 0
    assert right >= 0.999 * pairs


def test_what_is_linked_or_suggested_is_nearly_all_and_nearly_all_right(judged):
    _, true_pairs, _ = judged
    right, pairs = right_and_all(judged, Level.AUTO, Level.SUGGEST)

    assert right >= 0.95 * true_pairs
    assert right >= 0.98 * pairs


def test_blocking_asks_about_few_pairs(judged):
    rows, _, levels = judged

    assert len(levels) < 2 * len(rows)
