"""Responses of a table or a board: people, applications and resumes, once each."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from recruit.errors import InvalidInputError
from recruit.models import Application, Candidate, ImportRun, Resume, Source, SourceKind
from recruit.services.applications import move_stage
from recruit.services.import_responses import (
    Response,
    check_options,
    response_of,
    source_called,
    write_responses,
    write_rows,
)
from recruit.services.people import PersonRecord
from recruit.states import Stage
from recruit.tables import read_responses
from recruit.tables.known import suggest
from recruit.tables.read import read_table
from tests.recruit.world import NINE, office, vacancy

pytestmark = pytest.mark.django_db


def run_of(*, dry_run: bool = False, **options) -> ImportRun:
    return ImportRun.objects.create(kind="responses", dry_run=dry_run, options=options)


def response(row: int = 2, name: str = "Anna Petrova", **fields) -> Response:
    return Response(
        row=row, person=PersonRecord(name=name, emails=(f"{name.split(maxsplit=1)[0].lower()}@mail.test",)), **fields
    )


def rows_of(text: str):
    table = read_table(text.encode(), filename="a.csv")
    return list(read_responses(table, suggest(table.header)))


def test_a_response_becomes_person_application_and_resume():
    to = vacancy()
    row = response(
        external_id="42",
        applied_at=NINE,
        salary_wish=60_000,
        source_name="HeadHunter",
        resume_title="Courier",
        resume_text="Ten years on a bicycle",
        resume_fields={"skills": ["bicycle"]},
        payload={"id": "42"},
    )

    result = write_responses(run_of(), [row], vacancy=to)

    made, resume = Application.objects.get(), Resume.objects.get()
    assert (result.created, result.skipped, result.problems) == (1, 0, ())
    assert (made.vacancy, made.source.name, made.external_id, made.stage) == (to, "HeadHunter", "42", Stage.NEW)
    assert (made.applied_at, made.stage_since, made.salary_wish) == (NINE, NINE, 60_000)
    assert (resume.candidate, resume.application, resume.title) == (made.candidate, made, "Courier")
    assert (resume.text, resume.parsed, resume.payload) == (
        "Ten years on a bicycle", {"skills": ["bicycle"]}, {"id": "42"},
    )  # fmt: skip


def test_a_response_without_any_text_makes_no_resume():
    write_responses(run_of(), [response()], vacancy=vacancy())

    assert (Application.objects.count(), Resume.objects.count()) == (1, 0)


@pytest.mark.attack("A144")
def test_writing_the_same_responses_again_skips_them():
    to, rows = vacancy(), [response(2, external_id="1"), response(3, "Boris Orlov")]
    write_responses(run_of(), rows, vacancy=to)

    again = write_responses(run_of(), rows, vacancy=to)

    assert (again.created, again.skipped) == (0, 2)
    assert (Application.objects.count(), Candidate.objects.count()) == (2, 2)


def test_two_rows_of_one_person_are_one_application():
    result = write_responses(run_of(), [response(2), response(3)], vacancy=vacancy())

    assert (result.created, result.skipped, Application.objects.count()) == (1, 1, 1)


@pytest.mark.attack("A144")
def test_a_numbered_response_is_skipped_even_after_a_rejection_but_a_new_one_counts():
    to = vacancy()
    write_responses(run_of(source="hh"), [response(external_id="1")], vacancy=to)
    move_stage(Application.objects.get(), Stage.REJECTED, at=NINE, by=None)

    same = write_responses(run_of(source="hh"), [response(external_id="1")], vacancy=to)
    new = write_responses(run_of(source="hh"), [response(external_id="2")], vacancy=to)

    assert (same.created, same.skipped, new.created, new.skipped) == (0, 1, 1, 0)
    assert (Application.objects.count(), Candidate.objects.count()) == (2, 1)


def test_rows_find_their_vacancy_by_title_and_the_newest_wins():
    vacancy(title="Cook")
    newest = vacancy(title="cook")

    result = write_responses(run_of(), [response(vacancy_title="COOK")], vacancy=None)

    assert (result.created, Application.objects.get().vacancy) == (1, newest)


def test_a_row_without_a_known_vacancy_is_named_and_the_others_are_written():
    vacancy(title="Cook")
    rows = [
        response(2, "Anna Petrova", vacancy_title="Pilot"),
        response(3, "Boris Orlov"),
        response(4, "Cyril Ivanov", vacancy_title="Cook"),
    ]

    result = write_responses(run_of(), rows, vacancy=None)

    assert result.problems == (
        (2, "", "no_vacancy", "There is no vacancy “Pilot”."),
        (3, "", "no_vacancy", "The row names no vacancy."),
    )
    assert (result.created, Candidate.objects.get().name) == (1, "Cyril Ivanov")


def test_a_dry_run_writes_nothing():
    result = write_responses(run_of(dry_run=True), [response(), response(3, "Boris Orlov")], vacancy=vacancy())

    assert (result.created, Candidate.objects.count(), Source.objects.count()) == (2, 0, 0)


def test_a_number_that_a_file_holds_twice_is_one_response():
    vacancy(title="Cook")
    vacancy(title="Pilot")
    rows = [
        response(2, external_id="1", vacancy_title="Cook"),
        response(3, external_id="1", vacancy_title="Pilot"),
        response(4, "Boris Orlov", external_id="1", vacancy_title="Cook"),
    ]

    result = write_responses(run_of(), rows, vacancy=None)

    assert (result.created, result.skipped, Application.objects.get().vacancy.title) == (1, 2, "Cook")


@pytest.mark.parametrize("source", ["hh", "!!!"])
def test_a_dry_run_promises_what_the_import_does(source):
    to, run = vacancy(), run_of(source=source)
    rows = [response(2, external_id="1"), *(response(n, "Boris Orlov") for n in (3, 4)), response(5, "Cyril")]
    write_responses(run, rows[:2], vacancy=to)
    dry = write_responses(run_of(dry_run=True, source=source), rows, vacancy=to)

    real = write_responses(run_of(source=source), rows, vacancy=to)

    assert (real.created, real.skipped) == (1, 3)
    assert (dry.created, dry.skipped) == (1, 3)


def test_nothing_but_problems_writes_nothing():
    result = write_responses(run_of(), [response()], vacancy=None)

    assert (result.created, result.skipped, len(result.problems), Candidate.objects.count()) == (0, 0, 1, 0)


@pytest.mark.parametrize(("wish", "stored"), [(-5, 0), (0, 0), (75_000, 75_000), (9_000_000_000, 2_000_000_000)])
def test_a_salary_wish_is_held_to_what_a_column_can_hold(wish, stored):
    write_responses(run_of(), [response(salary_wish=wish)], vacancy=vacancy())

    assert Application.objects.get().salary_wish == stored


def test_a_source_is_made_once_and_found_by_its_code():
    first = source_called("Яндекс Работа", kind=SourceKind.BOARD)

    again = source_called("яндекс  работа")

    assert (again.pk, first.name, first.kind, first.code) == (first.pk, "Яндекс Работа", "board", "яндекс-работа")
    assert (source_called("").code, source_called("").name) == ("file", "File")


def test_days_without_a_clock_are_noon_of_the_office():
    (row,) = rows_of("name,phone,applied at\nAnna,+79161234567,2026-05-12\n")

    read = response_of(row, zone=ZoneInfo("Asia/Bangkok"))

    assert read.applied_at == datetime(2026, 5, 12, 5, tzinfo=UTC)


def test_a_clock_is_read_in_the_zone_of_the_office():
    (row,) = rows_of("name,phone,applied at\nAnna,+79161234567,2026-05-12 09:30\n")

    read = response_of(row, zone=ZoneInfo("Europe/Moscow"))

    assert (read.applied_at.astimezone(UTC).time(), read.applied_at.date()) == (time(6, 30), NINE.date())


def test_a_table_is_written_to_the_vacancy_that_was_chosen():
    to = vacancy(office=office(time_zone="Asia/Bangkok"))
    rows = rows_of("name,phone,applied at,salary,comment,city\nAnna,+79161234567,2026-05-12,50000-60000,Hello,Perm\n")

    write_rows(run_of(vacancy=to.pk), rows)

    made = Application.objects.get()
    assert (made.vacancy, made.applied_at, made.salary_wish) == (to, datetime(2026, 5, 12, 5, tzinfo=UTC), 50_000)
    assert (made.source.code, made.candidate.city, made.resumes.get().text) == ("file", "Perm", "Hello")


def test_the_vacancy_of_an_import_must_exist():
    check_options({})
    check_options({"vacancy": vacancy().pk})

    with pytest.raises(InvalidInputError) as caught:
        check_options({"vacancy": 999_999})

    assert caught.value.field == "vacancy"
