"""Column maps: storing, recognising, suggesting."""

import json

import pytest

from recruit.errors import InvalidInputError
from recruit.tables.known import INTERVIEW_LOG, PROTECTED, recognise, suggest
from recruit.tables.maps import ColumnMap, map_from_json
from recruit.tables.titles import title_key

INTERVIEW_HEADER = (*INTERVIEW_LOG.titles(), *INTERVIEW_LOG.dropped)


def test_a_map_survives_json():
    assert map_from_json(INTERVIEW_LOG.to_json()) == INTERVIEW_LOG


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("{", "The map is not valid JSON."),
        ("[]", "A map is an object with name, kind and columns."),
        ('{"name": "x", "kind": "odd", "columns": {}}', "A map is for history or responses, not “odd”."),
        ('{"name": " ", "kind": "history", "columns": {}}', "A map needs a name."),
        ('{"name": "x", "kind": "history", "columns": {"gender": "G"}}', "There is no field “gender” in history."),
        ('{"name": "x", "kind": "history", "columns": {"name": 3}}', "A field is read from a title or a list of titles."),
        ('{"name": "x", "kind": "history", "columns": []}', "“columns” of the map has a value of the wrong type."),
        ('{"name": "x", "kind": "history", "columns": {}, "dropped": {"a": 1}}', "“dropped” of the map has a value that is not text."),
        ('{"name": "x", "kind": "responses", "columns": {}, "answers": {"a": "b"}}', "Answers belong to history only."),
        ('{"name": "x", "kind": "history", "columns": {}, "odd": 1}', "A map has no “odd”."),
        ("[" * 100_000, "The map is not valid JSON."),
        (" " * 200_001, "The map is too long."),
    ],
)  # fmt: skip
def test_a_bad_map_is_named(raw, message):
    with pytest.raises(InvalidInputError) as caught:
        map_from_json(raw)

    assert caught.value.message == message


def test_one_title_may_stand_for_a_list():
    raw = json.dumps({"name": "x", "kind": "responses", "columns": {"name": "Who"}})

    assert map_from_json(raw).columns == {"name": ("Who",)}


def test_the_interview_log_is_recognised_however_it_is_spaced():
    header = tuple(f" {title.upper()} " for title in INTERVIEW_HEADER)

    found = recognise(header)

    assert found is not None
    assert (found.name, found.ignored(header)) == ("interview-log", ())
    assert found.columns["vacancy"] == (" POSITION TO BE CLOSED ", " NATURE OF SKILLSET ")
    assert found.dropped[" GENDER "] == PROTECTED


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            ("Full name", "Phone", "E-mail", "City", "Applied at", "Gender"),
            {"name": "Full name", "phone": "Phone", "email": "E-mail", "city": "City", "applied_at": "Applied at"},
        ),
        (
            ("ФИО", "Телефон", "Эл. почта", "Желаемая зарплата", "Дата отклика", "Вакансия", "Источник", "Пол"),
            {"name": "ФИО", "phone": "Телефон", "email": "Эл. почта", "vacancy": "Вакансия", "source": "Источник",
             "applied_at": "Дата отклика", "salary": "Желаемая зарплата"},
        ),
        (
            ("ชื่อ-นามสกุล", "เบอร์โทร", "อีเมล", "ตำแหน่งที่สมัคร", "เพศ"),
            {"name": "ชื่อ-นามสกุล", "phone": "เบอร์โทร", "email": "อีเมล", "vacancy": "ตำแหน่งที่สมัคร"},
        ),
    ],
    ids=["en", "ru", "th"],
)  # fmt: skip
def test_responses_are_recognised_in_three_languages(header, columns):
    found = recognise(header)

    assert found is not None
    assert found.kind == "responses"
    assert found.columns == {name: (title,) for name, title in columns.items()}


@pytest.mark.parametrize("title", ["Gender", "Пол", "เพศ", "Marital status", "Возраст", "Nationality"])
def test_protected_traits_are_dropped_with_the_reason(title):
    found = suggest(("Name", "Phone", title))

    assert found.dropped == {title: PROTECTED}


def test_a_foreign_header_is_left_to_a_person():
    assert recognise(("Alpha", "Beta", "Gamma")) is None
    assert recognise(("Name", "Phone")) is None


def test_a_suggestion_reads_titles_with_more_words():
    found = suggest(("Candidate mobile phone (main)", "Candidate name please", "Your city"))

    assert found.columns == {
        "name": ("Candidate name please",),
        "phone": ("Candidate mobile phone (main)",),
        "city": ("Your city",),
    }


def test_a_suggestion_for_past_interviews_says_what_is_missing():
    found = suggest(("Кандидат", "Явка"))

    assert (found.kind, found.missing_fields()) == ("history", ("date",))
    assert recognise(("Кандидат", "Дата собеседования", "Явка", "Вакансия")) is not None


def test_a_map_tells_what_it_lacks():
    assert ColumnMap(name="x", kind="history", columns={}).missing_fields() == ("candidate_id", "date", "outcome")
    assert ColumnMap(name="x", kind="responses", columns={"city": ("C",)}).missing_fields() == ("name",)


def test_title_keys_ignore_case_signs_and_yo():
    assert title_key("  Name(Cand ID) ") == "name cand id"
    assert title_key("Ёлка №1") == title_key("елка № 1") == "елка №1" or title_key("Ёлка №1") == "елка №1"
