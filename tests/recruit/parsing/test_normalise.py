"""Mailboxes, numbers and names in their compared form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.parsing.diminutives import different_names, full_forms
from recruit.parsing.normalise import email_norm, name_key, name_words, phone_e164
from recruit.parsing.translit import fold, skeleton


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        (" ANN.Lee@Example.COM ", "ann.lee@example.com"),
        ("Ann.Lee+hh@gmail.com", "annlee@gmail.com"),
        ("annlee@googlemail.com", "annlee@gmail.com"),
        ("ann.lee@ya.ru", "ann-lee@yandex.ru"),
        ("ann-lee@yandex.ru", "ann-lee@yandex.ru"),
        ("<ann@example.com>;", "ann@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("иван@почта.рф", "иван@почта.рф"),
        ("ann at home", ""),
        ("ann@localhost", ""),
        ("a@b@c.com", ""),
        ("+tag@example.com", "+tag@example.com"),
        ("...@gmail.com", ""),
        ("", ""),
        ("a" * 100_000, ""),
    ],
)
def test_mailboxes(text, norm):
    assert email_norm(text) == norm


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("8 912 345-67-89", "RU", "+79123456789"),
        ("+7 (912) 345 67 89", "RU", "+79123456789"),
        ("7-912-345-67-89", "RU", "+79123456789"),
        ("9123456789", "RU", "+79123456789"),
        ("8(912)3456789 доб. 12", "RU", "+79123456789"),
        ("8\u2013912\u2011345\u00ad67\u201389", "RU", "+79123456789"),
        ("+7 701 234 56 78", "KZ", "+77012345678"),
        ("8 701 234 56 78", "KZ", "+77012345678"),
        ("081-234-5678", "TH", "+66812345678"),
        ("(66)812345678", "TH", "+66812345678"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "TH", "+66812345678"),
        ("(555) 123-4567 ext. 9", "US", "+15551234567"),
        ("+66 81 234 5678", "RU", "+66812345678"),
        ("12345", "RU", ""),
        ("call me", "RU", ""),
        ("", "RU", ""),
        ("1" * 100_000, "RU", ""),
    ],
)
def test_numbers(text, region, number):
    assert phone_e164(text, region) == number


@pytest.mark.parametrize(
    "spellings",
    [
        ("Юлия", "Yuliya", "Iuliia", "Yulia", "ЮЛИЯ"),
        ("Щербаков", "Shcherbakov", "Scherbakov"),
        ("Наталья", "Natalya", "Natalia", "Natal'ya"),
        ("Дмитрий", "Dmitriy", "Dmitrii", "Dmitry"),
        ("Алексей", "Alexey", "Aleksei", "Aleksey"),
        ("Хабаров", "Khabarov", "Habarov"),
        ("Цветаева", "Tsvetaeva", "Tzvetaeva"),
        ("Жуков", "Zhukov"),
        ("Ёлкин", "Елкин", "Elkin"),
        ("Юрьев", "Yuryev", "Iurev"),
    ],
)
def test_transliterations_of_a_name_fold_alike(spellings):
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Иванов", "Петров"), ("Мария", "Марина"), ("Кирилл", "Карл"), ("สมชาย", "สมหญิง")]
)
def test_other_names_fold_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("thai", "latin"),
    [("สมชาย", "Somchai"), ("ใจดี", "Jaidee"), ("วีรพงษ์", "Weerapong"), ("สุนิสา", "Sunisa"), ("แก้วมณี", "Kaewmanee")],
)
def test_thai_and_latin_share_their_consonants(thai, latin):
    assert skeleton(thai) == skeleton(latin)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("นางสาวสุนิสา ใจดี", ("สุนิสา", "ใจดี")),
        ("นายสมชาย ใจดี", ("สมชาย", "ใจดี")),
        ("น.ส. สุนิสา ใจดี", ("สุนิสา", "ใจดี")),
        ("Mr. John O'Neil", ("john", "o'neil")),
        ("г-н Иванов Иван", ("иванов", "иван")),
        ("Dr Anna-Maria Lee", ("anna", "maria", "lee")),
        ("", ()),
        ("42 @@", ()),
    ],
)
def test_titles_are_no_part_of_a_name(text, words):
    assert name_words(text) == words


def test_the_name_key_knows_no_order_script_or_case():
    keys = {
        name_key("Юлия", "Щербакова"),
        name_key("ЩЕРБАКОВА Юлия"),
        name_key("Shcherbakova Yuliya"),
        name_key("yulia", "scherbakova"),
    }

    assert len(keys) == 1


def test_short_forms_stand_for_full_names():
    assert full_forms(fold("Саша")) == {fold("Александр"), fold("Александра")}
    assert full_forms(fold("Bill")) == {fold("William")}
    assert full_forms("unknown") == {"unknown"}


def test_two_known_names_are_not_a_slip_of_one():
    assert different_names(fold("Мария"), fold("Марина"))
    assert not different_names(fold("Саша"), fold("Александр"))
    assert not different_names(fold("Мария"), fold("Мрия"))


@settings(deadline=None)  # tables are loaded at the first odd letter
@given(st.text(max_size=60))
def test_normal_forms_stay_as_they_are(text):
    assert email_norm(email_norm(text)) == email_norm(text)
    assert fold(fold(text)) == fold(fold(fold(text)))


@settings(deadline=None)  # numbering plans are loaded at first use
@given(st.text(max_size=80), st.sampled_from(["RU", "KZ", "TH", "US"]))
def test_a_number_is_e164_or_nothing(text, region):
    number = phone_e164(text, region)

    assert number == "" or (number[0] == "+" and number[1:].isdigit() and 8 <= len(number) <= 18)
    assert number == "" or phone_e164(number, "US") == number


@given(st.permutations(["Ivanov", "Ivan", "Petrovich"]))
def test_order_of_words_does_not_matter(words):
    assert name_key(*words) == name_key("Ivanov Ivan Petrovich")
