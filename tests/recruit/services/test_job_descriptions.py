"""Job descriptions: versions, what is missing, pay against wishes, shipped templates."""

import pytest

from recruit.models import PayRange
from recruit.services.job_templates import job_templates
from recruit.services.vacancies import (
    SECTIONS,
    changed_fields,
    keep_version,
    lacks_of,
    pay_for,
    pay_standing,
    standing_of,
)
from tests.recruit.world import NINE, application, candidate, office, user, vacancy

pytestmark = pytest.mark.django_db


def test_a_version_is_kept_for_each_change_and_for_nothing_else():
    row, by = vacancy(duties="Sell"), user()

    first, again = keep_version(row, at=NINE, by=by), keep_version(row, at=NINE, by=by)
    row.duties = "Sell more"
    row.save()
    second = keep_version(row, at=NINE, by=by)

    assert (first.number, again, second.number, changed_fields(first, second)) == (1, None, 2, ["duties"])
    assert [one.data["duties"] for one in row.versions.all()] == ["Sell more", "Sell"]


def test_what_people_look_for_and_do_not_find_is_named():
    bare = vacancy()
    whole = vacancy(
        salary_from=1, salary_to=2, office=office(address="Lesnaya 5"), hours="5/2", requirements="a", duties="b", conditions="c"
    )  # fmt: skip

    assert [field for field, _ in lacks_of(bare)] == [
        "salary_from",
        "office",
        "hours",
        "requirements",
        "duties",
        "conditions",
    ]
    assert lacks_of(whole) == []


def test_the_pay_stands_against_the_wishes_of_those_who_named_one():
    row = vacancy(salary_to=60_000)
    for number, wish in enumerate([40_000, 50_000, 60_000, 70_000, 80_000, 0]):
        application(who=candidate(f"Person {number}"), to=row, salary_wish=wish)

    standing = pay_standing(row)

    assert (standing.asked, standing.silent, standing.within, standing.above) == (5, 1, 3, 2)
    assert (standing.low, standing.mid, standing.high, standing.share_within) == (50_000, 60_000, 70_000, 0.6)


@pytest.mark.parametrize(("wishes", "expected"), [([], None), ([0, 0], None)])
def test_nothing_is_said_where_nobody_named_a_wish(wishes, expected):
    assert standing_of(wishes, salary_to=1) is expected


@pytest.mark.parametrize(
    ("city", "level", "pay"),
    [("Kazan", "", (50, 60)), ("kazan", "senior", (80, 90)), ("Perm", "", (10, 20)), ("Perm", "Senior", (70, 75))],
)
def test_the_closest_row_of_the_pay_table_counts(city, level, pay):
    row = vacancy(salary_from=10, salary_to=20)
    for where, grade, low, high in [("Kazan", "", 50, 60), ("Kazan", "senior", 80, 90), ("", "senior", 70, 75)]:
        PayRange.objects.create(vacancy=row, city=where, level=grade, low=low, high=high)

    assert pay_for(row, city=city, level=level) == pay


def test_every_language_ships_the_same_whole_templates():
    english, russian, thai = (job_templates(code) for code in ("en", "ru", "th"))

    assert list(english) == list(russian) == list(thai)
    assert "account-manager" in english
    for texts in (english, russian, thai):
        assert [set(fields) for fields in texts.values()] == [{"title", "hours", *SECTIONS}] * len(texts)
        assert [name for fields in texts.values() for name, words in fields.items() if not words] == []


def test_a_language_without_templates_gets_the_english_ones():
    assert job_templates("de") == job_templates("en")
