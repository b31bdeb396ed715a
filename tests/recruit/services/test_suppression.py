"""People who were erased or want no messages are left out of later imports; only digests of their contacts are kept."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruit.errors import ConflictError
from recruit.models import Application, Candidate, Erasure, ImportRun, RowProblem, Suppression, Vacancy
from recruit.services import imports, privacy, suppression
from recruit.services.import_responses import Response, write_responses
from recruit.services.ingest import ingest
from recruit.services.people import PersonRecord
from recruit.tasks import run_import
from tests.recruit import world
from tests.recruit.world import NINE

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CONTACT = {"email": "anna@mail.test", "phone": "+79161234567"}


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path


def erased() -> Candidate:
    gone = world.candidate("Anna Petrova", **CONTACT)
    privacy.erase_person(gone, at=NINE, by=None, reason=Erasure.Reason.REQUEST)
    return gone


def imported(data: bytes, *, kind: str = "responses", filename: str = "people.csv") -> tuple[int, int, list[str]]:
    options = {"vacancy": world.vacancy().pk}
    run = imports.receive(data=data, filename=filename, kind=kind, by=None, options=options).run
    imports.start(run, dry_run=False)
    run_import.call(run_id=run.pk)
    run.refresh_from_db()
    return run.created, run.failed, list(RowProblem.objects.filter(run=run).values_list("code", flat=True))


@pytest.mark.parametrize("contact", ["Anna@Mail.test,", ",8 916 123-45-67"])
def test_a_table_does_not_bring_back_who_was_erased_by_either_contact(contact):
    erased()

    counts = imported(f"Name,Email,Phone\nAnna Petrova,{contact}\nBoris,b@mail.test,\n".encode())

    assert counts == (1, 1, ["left_out"])
    assert list(Candidate.objects.filter(erased_at=None).values_list("name", flat=True)) == ["Boris"]


def test_who_wants_no_messages_is_left_out_too_and_gets_no_new_application():
    anna = world.candidate("Anna Petrova", **CONTACT)
    privacy.stop_messages(anna, at=NINE)

    counts = imported(b"Name,Email\nAnna Petrova,anna@mail.test\n")

    assert (counts, Application.objects.count()) == ((0, 1, ["left_out"]), 0)


def test_a_log_of_past_interviews_and_a_zip_of_resumes_leave_them_out():
    erased()
    log = b"Candidate ID,Name,Email,Date of interview,Vacancy,Office,Attended\n7,Anna,anna@mail.test,2026-01-12,Courier,Riga,yes\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("anna.txt", "Anna Petrova\nanna@mail.test\nSales assistant, five years of work in shops.")

    assert imported(log, kind="history")[2] == ["left_out"]
    assert imported(packed.getvalue(), kind="resumes", filename="cv.zip")[2] == ["left_out"]
    assert Candidate.objects.filter(erased_at=None).count() == 0


@pytest.mark.parametrize(("applied", "created"), [(NINE - DAY, 0), (NINE, 0), (NINE + DAY, 1), (None, 0)])
def test_who_applies_after_that_day_is_taken_and_an_older_response_is_not(applied, created):
    erased()
    run = ImportRun.objects.create(kind="responses")
    row = Response(row=2, person=PersonRecord(name="Anna", emails=("anna@mail.test",)), applied_at=applied)

    result = write_responses(run, [row], vacancy=world.vacancy())

    assert (result.created, len(result.problems)) == (created, 1 - created)


@pytest.mark.parametrize(("applied", "taken"), [(NINE - DAY, False), (NINE + 2 * DAY, True)])
def test_a_program_that_hands_in_an_old_record_is_told_so(applied, taken):
    erased()
    vacancy = world.vacancy()
    record = {"external_id": "77", "name": "Anna", "emails": ["anna@mail.test"], "applied_at": applied}
    record["vacancy"] = vacancy.pk

    def call():
        return ingest(record, key=None, vacancies=Vacancy.objects.all(), at=NINE + 2 * DAY).result

    if taken:
        assert call() == "created"
    else:
        with pytest.raises(ConflictError, match="erased"):
            call()


def test_what_is_kept_holds_no_contact_and_another_key_finds_nobody(settings):
    erased()
    kept = str(list(Suppression.objects.values()))
    person = PersonRecord(emails=("anna@mail.test",))

    here = suppression.left_out([(person, None)], region="RU")
    settings.SECRET_KEY = "another key of another installation"
    there = suppression.left_out([(person, None)], region="RU")

    assert ("anna" in kept, "79161234567" in kept, len(Suppression.objects.all())) == (False, False, 2)
    assert (here, there) == ([True], [False])


def test_a_restored_backup_that_never_knew_the_person_leaves_them_out(tmp_path):
    erased()
    Suppression.objects.all().delete()
    Candidate.objects.all().delete()

    privacy.replay_erasures(privacy.erasure_list(), at=NINE + DAY)

    lines = [json.loads(line) for line in privacy.erasure_list().read_text().splitlines()]
    assert ([len(line["left_out"]) for line in lines], Suppression.objects.count()) == ([2], 2)
    assert Suppression.objects.first().at == NINE


def test_looking_takes_one_statement_however_many_rows():
    erased()
    people = [(PersonRecord(emails=(f"p{number}@mail.test",)), None) for number in range(400)]

    with CaptureQueriesContext(connection) as statements:
        found = suppression.left_out([*people, (PersonRecord(phones=("+7 916 123 45 67",)), None)], region="RU")

    assert (len(statements), found) == (1, [False] * 400 + [True])
