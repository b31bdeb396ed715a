"""Large tables: read a piece at a time, tried by the worker, limited by what they are."""

import tracemalloc
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from recruit.errors import FileRefusedError
from recruit.models import Candidate
from recruit.permissions import Role
from recruit.services import imports
from recruit.states import ImportState
from recruit.tables import read_table
from recruit.tasks import run_import
from tests.recruit.world import user, vacancy

LINES = b"Name;Phone;E-mail\n" + b"".join(
    b"Person %d;+7912%07d;p%d@example.org\n" % (number, number, number) for number in range(30)
)


@pytest.fixture
def admin(client):
    client.force_login(user(role=Role.ADMIN), backend="recruit.backends.PasswordBackend")
    return client


def received(data=LINES, *, name="people.csv"):
    need = vacancy()
    return imports.receive(data=data, filename=name, kind="responses", by=None, options={"vacancy": need.pk}).run


def workbook() -> bytes:
    book, out = Workbook(), BytesIO()
    book.active.append(["Name", "Phone"])
    book.active.append(["Ann", "+79120000001"])
    book.save(out)
    return out.getvalue()


def test_a_file_gives_the_same_table_as_its_bytes(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(LINES)

    table, same = read_table(path, filename="people.csv"), read_table(LINES, filename="people.csv")

    assert (table, list(table.rows)) == (same, list(same.rows))


def test_a_workbook_is_read_from_a_file(tmp_path):
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook())

    assert list(read_table(path, filename="people.xlsx").rows) == [(2, ("Ann", "+79120000001"))]


def test_a_table_of_24_megabytes_is_walked_in_less_than_8(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"Name;Note\n" + (b"Ann;" + b"x" * 60_000 + b"\n") * 400)
    tracemalloc.start()

    count = sum(1 for _ in read_table(path, filename="people.csv").rows)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 8_000_000) == (400, True)


@pytest.mark.django_db
def test_the_dry_run_of_a_large_file_is_left_to_the_worker(monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 100)
    run = received()

    imports.start(run, dry_run=True)

    run.refresh_from_db()
    assert (run.state, run.seen, run.rows_total) == (ImportState.RUNNING, 0, 31)
    run_import.call(run_id=run.pk, dry_run=True)
    run.refresh_from_db()
    assert (run.state, run.created, run.rows_total) == (ImportState.DONE, 30, 30)
    assert Candidate.objects.count() == 0


@pytest.mark.django_db
def test_a_dry_run_that_still_goes_on_is_not_begun_for_real(admin, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 100)
    run = imports.start(received(), dry_run=True)

    admin.post(f"/imports/{run.pk}/start/")

    run.refresh_from_db()
    assert (run.state, run.dry_run, run.seen) == (ImportState.RUNNING, True, 0)
    assert "This import is running already." in admin.get("/imports/").content.decode()


@pytest.mark.django_db
def test_plain_tables_have_a_limit_of_their_own(settings):
    settings.UPLOAD_LIMIT_BYTES, settings.TABLE_LIMIT_BYTES = 100, 2_000_000

    assert received(LINES).rows_total == 31
    with pytest.raises(FileRefusedError, match="larger than 0 MB"):
        received(workbook(), name="people.xlsx")


@pytest.mark.django_db
def test_a_csv_above_its_limit_is_refused_beside_the_field(admin, settings):
    settings.TABLE_LIMIT_BYTES = 100
    file = SimpleUploadedFile("people.csv", LINES)

    answer = admin.post("/imports/", {"kind": "responses", "file": file})

    assert answer.context["form"].errors["file"] == ["The file is larger than 0 MB."]
