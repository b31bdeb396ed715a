"""Rows read through a map."""

from datetime import date, time

import pytest

from recruit.errors import InvalidInputError
from recruit.tables import (
    Answer,
    ColumnMap,
    InterviewType,
    Moment,
    RowError,
    read_history,
    read_responses,
    read_table,
    recognise,
    split_rows,
)
from recruit.tables.answers import read_answer, read_interview_type
from recruit.tables.cells import Salary, parse_salary
from recruit.tables.known import INTERVIEW_LOG
from tests.corpora import corpus

HISTORY = ColumnMap(
    name="past",
    kind="history",
    columns={
        "candidate_id": ("ID",), "date": ("Date",), "outcome": ("Came",), "duration_minutes": ("Minutes",),
        "vacancy": ("Job", "Skill"), "office": ("Office",), "start_time": ("Time",), "phone": ("Phone",),
    },
)  # fmt: skip
HEADER = "ID,Date,Came,Minutes,Job,Skill,Office,Time,Phone\n"


def history(*lines):
    return split_rows(read_history(read_table((HEADER + "\n".join(lines)).encode(), filename="h.csv"), HISTORY))


def responses(text):
    table = read_table(text.encode(), filename="r.csv")
    found = recognise(table.header)
    assert found is not None
    return split_rows(read_responses(table, found))


def test_every_row_of_the_interview_log_is_read():
    table = read_table(corpus("attendance", "interviews.csv").read_bytes(), filename="interviews.csv")
    found = recognise(table.header)
    assert found is not None

    rows, errors = split_rows(read_history(table, found))

    assert (found.name, len(rows), errors) == ("interview-log", sum(1 for _ in table.rows), [])
    assert len({row.key for row in rows}) == len(rows)
    assert len(found.answers) == 8
    assert {row.day.year for row in rows} <= {2014, 2015, 2016}


def test_a_clean_row_is_a_record():
    rows, errors = history("c1,21.4.16,Yes ,25,Routine,Oracle,Chennai,10.30 Am,+7 912")

    assert errors == []
    (row,) = rows
    assert row.key == ("past", "c1", "2016-04-21")
    assert (row.day, row.start, row.vacancy, row.office, row.arrived, row.duration_minutes, row.row) == (
        date(2016, 4, 21), time(10, 30), "Routine: Oracle", "Chennai", True, 25, 2,
    )  # fmt: skip


def test_a_time_in_the_place_of_a_skill_is_the_time_of_the_appointment():
    rows, _ = history("c1,21.4.16,no,,Routine,11.30 AM,x,,")

    assert (rows[0].vacancy, rows[0].start, rows[0].arrived) == ("Routine", time(11, 30), False)


def test_the_first_spelling_of_a_name_wins():
    rows, _ = history("c1,21.4.16,no,,Java  J2EE,,Chennai,,", "c2,21.4.16,no,,java j2ee,,- chennai -,,")

    assert [(row.vacancy, row.office) for row in rows] == [("Java J2EE", "Chennai")] * 2


def test_the_contact_stands_in_for_a_missing_id():
    rows, _ = history(",21.4.16,no,,,,,,+7 912 1; 555")

    assert (rows[0].key[1], rows[0].person.phones) == ("+7 912 1", ("+7 912 1", "555"))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("c1,31.02.2016,Yes,,,,,,", RowError(2, "Date", "bad_date", "there is no day 31 in month 2 of 2016", "31.02.2016")),
        ("c1,,Yes,,,,,,", RowError(2, "Date", "no_date", "the date is missing")),
        ("c1,21.4.16,perhaps so,,,,,,", RowError(2, "Came", "no_outcome", "it does not say whether the person came", "perhaps so")),
        ("c1,21.4.16,Yes,-5,,,,,", RowError(2, "Minutes", "negative_duration", "a duration cannot be negative", "-5")),
        ("c1,21.4.16,Yes,long,,,,,", RowError(2, "Minutes", "bad_duration", "this is not a number of minutes", "long")),
        ("c1,21.4.16,Yes,721,,,,,", RowError(2, "Minutes", "long_duration", "a duration of more than 720 minutes", "721")),
        ("c1,21.4.16,Yes,,,,,noonish,", RowError(2, "Time", "bad_time", "this is not a time of day", "noonish")),
        (",21.4.16,Yes,,,,,,", RowError(2, "ID", "no_person", "the row names no person")),
        ("c1,21.4.16,Yes,,,,,,,extra", RowError(2, "", "too_many_cells", "the row has 10 cells, the header 9", "extra")),
    ],
)  # fmt: skip
def test_a_bad_row_says_where_and_why(line, error):
    assert history(line) == ([], [error])


def test_one_bad_row_does_not_spoil_the_others():
    rows, errors = history("c1,21.4.16,Yes,,,,,,", "c2,99.99.16,maybe,,,,,,", "c3,21.4.16,No,,,,,,")

    assert [row.candidate_id for row in rows] == ["c1", "c3"]
    assert [(error.row, error.column) for error in errors] == [(3, "Date"), (3, "Came")]


def test_the_same_person_on_the_same_day_is_taken_once():
    rows, errors = history("c1,21.4.16,Yes,,,,,,", "c1,21/04/2016,No,,,,,,", "c1,22.4.16,No,,,,,,")

    assert [row.row for row in rows] == [2, 4]
    assert errors == [RowError(3, "", "repeated", "the same person and day as row 2", "c1")]


@pytest.mark.parametrize(
    ("text", "minutes"), [("25", 25), ("25.6", 26), ("30 min", 30), ("45 мин.", 45), ("1:15", 75), ("", None)]
)
def test_durations_are_minutes(text, minutes):
    rows, _ = history(f"c1,21.4.16,Yes,{text},,,,,")

    assert rows[0].duration_minutes == minutes


def test_a_missing_column_is_refused_at_once():
    table = read_table(b"ID,Date\nc1,21.4.16\n", filename="h.csv")

    with pytest.raises(InvalidInputError, match="The file has no column “Came”, “Minutes”") as caught:
        read_history(table, HISTORY)

    assert caught.value.field == "columns"


def test_a_map_of_the_other_kind_or_without_needed_fields_is_refused():
    table = read_table(b"ID,Date\nc1,21.4.16\n", filename="h.csv")

    with pytest.raises(InvalidInputError, match="This map is for history, not for responses"):
        read_responses(table, INTERVIEW_LOG)
    with pytest.raises(InvalidInputError, match="No column is chosen for: candidate_id, date, outcome"):
        read_history(table, ColumnMap(name="x", kind="history", columns={}))


def test_a_response_is_read():
    rows, errors = responses(
        "Фамилия;Имя;Отчество;Телефон;E-mail;Город;Желаемая зарплата;Дата отклика;Комментарий;Вакансия;Источник;Дата рождения\n"
        "Иванов;Иван;;8 912 345-67-89 или 555;Ivan@Example.com;Пермь;от 60 000 руб;12.03.26 14:05;ok;Кассир;hh;1.2.1990\n"
    )

    assert errors == []
    (row,) = rows
    assert (row.person.name, row.person.phones, row.person.emails) == (
        "Иванов Иван", ("8 912 345-67-89", "555"), ("Ivan@Example.com",),
    )  # fmt: skip
    assert (row.birth_date, row.applied_at) == (date(1990, 2, 1), Moment(date(2026, 3, 12), time(14, 5)))
    assert (row.salary, row.city, row.vacancy, row.source, row.comment) == (
        Salary("от 60 000 руб", 60000, None, "RUB"), "Пермь", "Кассир", "hh", "ok",
    )  # fmt: skip


def test_a_response_needs_a_person_and_readable_contacts():
    rows, errors = responses("Name,Phone,Email,City\n,,,Perm\nAnn,,ann at example,Perm\nBob,1,n/a,Perm\n")

    assert [row.person.name for row in rows] == ["Bob"]
    assert [(error.row, error.code) for error in errors] == [(2, "no_person"), (3, "bad_email")]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" yes ", Answer.YES), ("NO", Answer.NO), ("no ", Answer.NO), ("Not yet", Answer.NOT_YET), ("Yet to confirm", Answer.NOT_YET),
        ("Havent Checked", Answer.NOT_YET), ("na", Answer.UNKNOWN), ("", Answer.UNKNOWN), ("No- I need to check", Answer.NO),
        ("No Dont", Answer.NO), ("10.00 AM", Answer.YES), ("Uncertain", Answer.UNSURE), ("Not Sure", Answer.UNSURE),
        ("Need To Check", Answer.UNSURE), ("да", Answer.YES), ("Не пришёл", Answer.NO), ("มา", Answer.YES), ("ไม่มา", Answer.NO),
        ("+", Answer.YES), ("-", Answer.NO), ("No show", Answer.NO), ("nothing like it", Answer.UNKNOWN), ("yesterday", Answer.UNKNOWN),
    ],
)  # fmt: skip
def test_answers_come_down_to_five(text, answer):
    assert read_answer(text) is answer


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Scheduled ", InterviewType.SCHEDULED), ("Scheduled Walk In", InterviewType.SCHEDULED_WALK_IN),
     ("Sceduled walkin", InterviewType.SCHEDULED_WALK_IN), ("Walkin ", InterviewType.WALK_IN), ("", InterviewType.OTHER)],
)  # fmt: skip
def test_interview_types_survive_misspelling(text, kind):
    assert read_interview_type(text) is kind


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [("от 60 000 до 80 000 руб.", 60000, 80000, "RUB"), ("15,000 บาท", 15000, None, "THB"), ("до 50к ₽", None, 50000, "RUB"),
     ("80000-60000", 60000, 80000, ""), ("$2500", 2500, None, "USD"), ("60 тыс. руб", 60000, None, "RUB")],
)  # fmt: skip
def test_salary_wishes(text, low, high, currency):
    assert parse_salary(text) == Salary(text, low, high, currency)


def test_a_wish_without_a_figure_is_none():
    assert parse_salary("по договорённости") is None
