"""The same person, or not: the three levels."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.parsing.matching import Level, blocking_keys, candidate_pairs, compare, groups, name_likeness, person

BORN = date(1990, 2, 1)
PHONE = "+79123456789"


def level(a, b):
    return compare(person(**a), person(**b)).level


IVAN = {"last_name": "Иванов", "first_name": "Иван"}


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ({**IVAN, "phones": [PHONE]}, {**IVAN, "phones": ["8 912 345 67 89"]}, Level.AUTO),
        ({**IVAN, "emails": ["a@ya.ru"]}, {"name": "Ivan Ivanov", "emails": ["A@yandex.ru"]}, Level.AUTO),
        ({**IVAN, "phones": [PHONE]}, {"last_name": "Иванов", "first_name": "Ваня", "phones": [PHONE]}, Level.AUTO),
        ({**IVAN, "phones": [PHONE]}, {"last_name": "Иваонв", "first_name": "Иван", "phones": [PHONE]}, Level.AUTO),
        ({**IVAN, "phones": [PHONE]}, {"last_name": "Иванов", "first_name": "И.", "phones": [PHONE]}, Level.AUTO),
        ({"external_ids": ["hh:1"]}, {"external_ids": ["hh:1", "sj:2"]}, Level.AUTO),
        ({**IVAN, "phones": [PHONE]}, {"last_name": "Иванова", "first_name": "Мария", "phones": [PHONE]}, Level.SUGGEST),
        ({**IVAN, "phones": [PHONE]}, {"last_name": "Сидоров", "first_name": "Пётр", "phones": [PHONE]}, Level.SUGGEST),
        ({"name": "Иванова Мария", "phones": [PHONE]}, {"name": "Иванова Марина", "phones": [PHONE]}, Level.SUGGEST),
        ({"name": "Иванов Александр", "phones": [PHONE]}, {"name": "Иванова Александра", "phones": [PHONE]}, Level.SUGGEST),
        ({**IVAN, "middle_name": "Петрович", "phones": [PHONE]}, {**IVAN, "middle_name": "Иванович", "phones": [PHONE]}, Level.SUGGEST),
        ({**IVAN, "born": BORN}, {**IVAN, "born": BORN}, Level.SUGGEST),
        ({**IVAN, "city": "Пермь"}, {**IVAN, "city": "пермь", "phones": [PHONE]}, Level.SUGGEST),
        ({**IVAN, "phones": [PHONE]}, {**IVAN, "phones": ["+79123456780"]}, Level.SUGGEST),
        (
            {"name": "Дарья Ивановна Гусева", "city": "Пермь"},
            {"name": "Дарья Романовна Гусева", "city": "Пермь"},
            Level.NONE,
        ),
        (
            {"name": "Дарья Сергеевна Гусева", "city": "Пермь"},
            {"name": "Дарья Сергевна Гусева", "city": "Пермь"},
            Level.SUGGEST,
        ),
        ({"name": "Иванов", "phones": [PHONE]}, {**IVAN, "phones": [PHONE]}, Level.SUGGEST),
        ({"phones": [PHONE]}, {"phones": [PHONE]}, Level.SUGGEST),
        ({**IVAN, "phones": [PHONE], "born": BORN}, {**IVAN, "phones": [PHONE], "born": date(1962, 7, 9)}, Level.SUGGEST),
        ({**IVAN, "phones": [PHONE], "born": BORN}, {**IVAN, "phones": [PHONE], "born": date(1990, 1, 2)}, Level.AUTO),
        (IVAN, IVAN, Level.NONE),
        ({**IVAN, "born": BORN}, {**IVAN, "born": date(1991, 2, 1)}, Level.NONE),
        ({**IVAN, "born": BORN, "city": "Пермь"}, {**IVAN, "born": date(1962, 7, 9), "city": "Пермь"}, Level.NONE),
        ({**IVAN, "emails": ["noemail@mail.ru"]}, {**IVAN, "emails": ["noemail@mail.ru"]}, Level.NONE),
        ({"name": "Сидоров Пётр", "born": BORN}, {**IVAN, "born": BORN}, Level.NONE),
        ({}, {}, Level.NONE),
    ],
)  # fmt: skip
def test_levels(a, b, wanted):
    assert level(a, b) is wanted


def test_thai_and_latin_spellings_with_a_shared_phone_are_one_person():
    a = {"name": "นายสมชาย ใจดี", "phones": ["081-234-5678"], "region": "TH"}
    b = {"name": "Somchai Jaidee", "phones": ["+66812345678"], "region": "TH"}

    assert level(a, b) is Level.AUTO


def test_reasons_are_told():
    match = compare(person(**IVAN, phones=[PHONE], born=BORN), person(**IVAN, phones=[PHONE], born=BORN))

    assert match.reasons == ("same_phone", "same_birth_date", "like_name")
    assert match.score == 0.8


def test_a_patronymic_inside_a_whole_name_is_found():
    assert person(name="Иванов Иван Петрович").middle == person(**IVAN, middle_name="Петрович").middle
    assert person(name="Абрамович Роман Аркадьевич").raw == ("абрамович", "роман")
    assert person(name="Juan Carlos Garcia").middle == ()


def test_one_word_proves_nothing():
    assert name_likeness(person(name="Иванов"), person(**IVAN)) <= 0.8
    assert name_likeness(person(), person(**IVAN)) == 0.5


people = st.builds(
    person,
    last_name=st.sampled_from(["Иванов", "Ivanov", "Петров", "ใจดี", ""]),
    first_name=st.sampled_from(["Иван", "Ваня", "Мария", "สมชาย", "J.", ""]),
    middle_name=st.sampled_from(["", "Петрович"]),
    phones=st.lists(st.sampled_from([PHONE, "+79123456780", "+66812345678"]), max_size=2),
    emails=st.lists(st.sampled_from(["a@example.com", "b@example.com"]), max_size=2),
    born=st.sampled_from([None, BORN, date(1962, 7, 9)]),
    city=st.sampled_from(["", "Пермь", "Уфа"]),
)


@given(people, people)
def test_comparing_knows_no_order(a, b):
    assert compare(a, b) == compare(b, a)


@given(people, people)
def test_whatever_is_linked_or_suggested_shares_a_blocking_key(a, b):
    match = compare(a, b)

    assert match.level is Level.NONE or blocking_keys(a) & blocking_keys(b)
    assert 0.0 <= match.score <= 1.0


@given(people, people)
def test_nobody_is_linked_without_a_shared_contact(a, b):
    if compare(a, b).level is Level.AUTO:
        assert a.emails & b.emails or a.phones & b.phones


def test_pairs_share_a_key_once_and_agencies_are_left_out():
    same = person(**IVAN, phones=[PHONE], emails=["a@example.com"])
    other = person(name="Сидоров Пётр", phones=["+79990001122"])

    assert list(candidate_pairs({3: same, 1: same, 2: other})) == [(1, 3)]
    assert list(candidate_pairs(dict.fromkeys(range(201), same))) == []


def test_a_common_name_in_a_town_brings_nobody_together():
    namesake = person(**IVAN, city="Пермь")

    assert len(list(candidate_pairs(dict.fromkeys(range(5), namesake)))) == 10
    assert list(candidate_pairs(dict.fromkeys(range(6), namesake))) == []


def test_groups_are_what_hangs_together():
    assert sorted(groups([(1, 2), (2, 3), (7, 8)])) == [[1, 2, 3], [7, 8]]
    assert list(groups([(n, n + 1) for n in range(30)], largest=20)) == []


def test_a_short_form_in_the_same_town_alone_proves_nothing():
    one, other = person(name="Иванов Иван", city="Пермь"), person(name="Иванов Ваня", city="Пермь")

    assert (compare(one, other).level, compare(one, one).level) == (Level.NONE, Level.SUGGEST)
    assert blocking_keys(one) & blocking_keys(other) == frozenset()
