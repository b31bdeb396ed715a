"""Rows of a file as responses."""

from jobposts.boards.csvfile.parse import parse_responses
from jobposts.records import ResponseRecord
from recruit.tables import read_table, suggest

HEADER = "ФИО;Телефон;E-mail;Вакансия;Дата отклика;Зарплата\n"


def records(text, name="responses.csv"):
    table = read_table(text.encode("utf-8"), filename=name)
    return list(parse_responses(table, suggest(table.header), region="RU"))


def test_a_row_becomes_a_response_with_its_person():
    (record,) = records(HEADER + "Орлова Ксения;8 912 345-67-89;K.Orlova@example.org;Кассир;20.11.2026;50 000 руб.\n")

    assert (record.resume.name, record.resume.phones, record.resume.emails) == (
        "Орлова Ксения",
        ("8 912 345-67-89",),
        ("K.Orlova@example.org",),
    )
    assert (record.vacancy_titles, record.applied_at, record.resume.salary_amount) == (("Кассир",), "2026-11-20", 50000)


def test_a_row_without_an_id_keeps_its_key_in_a_corrected_file():
    before = records(HEADER + "Орлова Ксения;8 912 345-67-89;;Кассир;20.11.2026;\n")
    after = records(HEADER + "Орлова Ксения Игоревна;+7 (912) 345-67-89;;КАССИР;21.11.2026;60000\n")

    assert before[0].id == after[0].id


def test_namesakes_and_other_vacancies_have_keys_of_their_own():
    rows = records(
        HEADER
        + "Орлова Ксения;8 912 345-67-89;;Кассир;20.11.2026;\n"
        + "Орлова Ксения;8 912 345-67-80;;Кассир;20.11.2026;\n"
        + "Орлова Ксения;8 912 345-67-89;;Повар;20.11.2026;\n"
    )

    assert len({row.id for row in rows}) == 3


def test_a_bad_row_is_an_error_between_good_ones():
    rows = records(HEADER + "Орлова Ксения;8 912 345-67-89;;Кассир;20.11.2026;\n;;;Кассир;20.11.2026;\n")

    assert [isinstance(row, ResponseRecord) for row in rows] == [True, False]
    assert (rows[1].row, rows[1].code) == (3, "no_person")
