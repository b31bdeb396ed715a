"""Imports as runs: looked at, tried dry, done in batches, cut off and resumed."""

from __future__ import annotations

import dataclasses
import io
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook

from recruit.errors import FileRefusedError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, Candidate, ImportRun, Resume, RowProblem, SavedMap, Source
from recruit.models.append_only import rewriting
from recruit.services import imports
from recruit.states import ImportState
from recruit.tables import ColumnMap
from recruit.tasks import run_import
from scheduling.models import InterviewSession, Invitation, LedgerEntry
from scheduling.states import InvitationState
from tests.corpora import corpus
from tests.recruit.world import user, vacancy

pytestmark = pytest.mark.django_db
HEADER = "Candidate ID,Name,Date of interview,Vacancy,Office,Attended,Duration"


def history(rows: list[str], *, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def received(data: bytes, *, filename: str = "people.csv", kind: str = "history", **options) -> ImportRun:
    return imports.receive(data=data, filename=filename, kind=kind, by=None, options=options).run


def done(run: ImportRun) -> ImportRun:
    """Start the run for real and do what the worker would do."""
    imports.start(run, dry_run=False)
    run_import.call(run_id=run.pk)
    run.refresh_from_db()
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.seen, run.created, run.skipped, run.failed


def problems(run: ImportRun) -> list[tuple[int, str, str]]:
    return list(RowProblem.objects.filter(run=run).values_list("row", "column", "code"))


def world() -> tuple[int, ...]:
    tables = (Candidate, Application, Resume, InterviewSession, Invitation, LedgerEntry)
    return tuple(table.objects.count() for table in tables)


@contextmanager
def failing_on(words: str, *, time: int):
    """Let the ``time``-th statement that holds ``words`` fail, as a full disk or a cut connection would."""
    met = 0

    def execute(run, sql, params, many, context):
        nonlocal met
        if words in sql:
            met += 1
            if met == time:
                raise DatabaseError("cut off")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


# -- the public log of interviews ---------------------------------------------------------------------------------------


@pytest.fixture
def interviews() -> bytes:
    return corpus("attendance", "interviews.csv").read_bytes()


def test_a_dry_run_of_the_interview_log_counts_and_writes_nothing(interviews):
    upload = imports.receive(data=interviews, filename="interviews.csv", kind="history", by=user())

    run = imports.start(upload.run, dry_run=True)

    assert upload.is_known
    assert (run.state, run.dry_run, run.seen, run.created + run.skipped + run.failed) == (
        ImportState.DONE, True, run.rows_total, run.rows_total,
    )  # fmt: skip
    assert world() == (0, 0, 0, 0, 0, 0)
    assert sorted(one["column"].strip() for one in run.dropped) == [
        "Candidate Current Location",
        "Candidate Job Location",
        "Candidate Native location",
        "Gender",
        "Industry",
        "Location",
        "Marital Status",
    ]
    assert [one["column"] for one in run.dropped if not one["reason"]] == []


def test_the_interview_log_becomes_what_the_dry_run_said(interviews):
    run = received(interviews, filename="interviews.csv")
    promised = counts(imports.start(run, dry_run=True))

    done(run)

    assert (run.state, counts(run)) == (ImportState.DONE, promised)
    assert Application.objects.count() == Invitation.objects.count() == run.created
    arrived = Invitation.objects.filter(state=InvitationState.FINISHED).count()
    missed = Invitation.objects.filter(state=InvitationState.NO_SHOW).count()
    assert (arrived + missed, arrived == LedgerEntry.objects.filter(kind="arrived").count()) == (run.created, True)


def test_nothing_protected_is_stored_of_the_interview_log(interviews):
    done(received(interviews, filename="interviews.csv"))

    stored = json.dumps(list(Application.objects.values_list("answers", flat=True)), ensure_ascii=False)
    assert [word for word in ("Married", "Male", "Female", "Single") if word in stored] == []


def test_importing_the_interview_log_again_adds_nothing(interviews):
    first = done(received(interviews, filename="interviews.csv"))
    before = world()

    again = done(received(interviews, filename="copy.csv"))

    assert (again.created, again.skipped, again.failed) == (0, first.created, first.failed)
    assert world() == before


# -- files that cannot be read -------------------------------------------------------------------------------------------


@pytest.mark.attack("A076")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "“people.csv” is empty."),
        (b" \n\n  ", "“people.csv” is empty."),
        (b"Name,Phone\x00\x01\x02\x03\x04\x05\x06\x07" * 30, "“people.csv” is not a table: it holds binary data."),
        (b"x" * 10_000_000, "“people.csv” is not a table: its first line is longer than"),
        (b"%PDF-1.7\n", "“people.csv” is not a table: it is a PDF document."),
        (b"PK\x03\x04" + b"\x00" * 200, "“people.csv”"),
    ],
    ids=["empty", "blank", "binary", "10 MB of one line", "pdf", "archive"],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(data, words):
    with pytest.raises(FileRefusedError) as caught:
        received(data)

    assert (caught.value.field, caught.value.message[: len(words)]) == ("file", words)
    assert ImportRun.objects.count() == 0


def test_an_unknown_kind_is_an_error_at_its_field():
    with pytest.raises(InvalidInputError) as caught:
        received(b"a,b\n1,2\n", kind="weather")

    assert caught.value.field == "kind"


def test_a_file_that_is_gone_fails_the_run_with_a_sentence():
    run = received(history(["1,Ann,2026-05-01,Courier,Perm,yes,20"]))
    run.file.delete(save=True)

    imports.start(run, dry_run=True)

    assert (run.state, run.error) == (ImportState.FAILED, "The file of this import is gone.")


def test_a_missing_column_is_said_at_the_columns_and_nothing_is_written():
    run = received(history(["1,Ann,2026-05-01"], header="Candidate ID,Name,Date of interview"))

    imports.start(run, dry_run=True)

    assert (run.state, run.created) == (ImportState.FAILED, 0)
    assert "outcome" in run.error
    columns = ColumnMap(
        name="m", kind="history", columns={"candidate_id": ("Candidate ID",), "date": ("Date of interview",)}
    )
    with pytest.raises(InvalidInputError, match="Choose a column for: outcome") as caught:
        imports.choose_columns(run, columns)
    assert (caught.value.field, SavedMap.objects.count()) == ("columns", 0)


# -- rows that cannot be read --------------------------------------------------------------------------------------------


@pytest.mark.attack("A143")
def test_bad_rows_are_named_by_row_column_and_code_and_the_rest_is_imported():
    run = received(
        history(
            [
                "1,Ann,2026-05-01,Courier,Perm,yes,20",
                "2,Bob,31.02.2026,Courier,Perm,yes,20",
                "3,Cid,2026-05-01,Courier,Perm,yes,-5",
                "4,Dan,2026-05-01,Courier,Perm,perhaps,20",
                ",,2026-05-01,Courier,Perm,yes,20",
                "6,Fay,2026-05-01,Courier,Perm,no,",
                "1,Ann,2026-05-01,Courier,Perm,yes,20",
            ]
        )
    )

    done(run)

    assert (run.state, counts(run)) == (ImportState.DONE, (7, 2, 0, 5))
    found = problems(run)
    assert [row for row, _, _ in found] == [3, 4, 5, 6, 8]
    assert [column for _, column, _ in found] == ["Date of interview", "Duration", "Attended", "Candidate ID", ""]
    assert [code for _, _, code in found][2:] == ["no_outcome", "no_person", "repeated"]
    assert [message for message in RowProblem.objects.values_list("message", flat=True) if not message.strip()] == []
    assert sorted(Candidate.objects.values_list("name", flat=True)) == ["Ann", "Fay"]


def test_a_dry_run_names_the_same_problems():
    run = received(history(["1,Ann,31.02.2026,Courier,Perm,yes,20", "2,Bob,2026-05-01,Courier,Perm,yes,20"]))

    imports.start(run, dry_run=True)
    dry = problems(run)
    done(run)

    assert (dry, dry == problems(run)) == ([(2, "Date of interview", dry[0][2])], True)


# -- cut off and resumed -------------------------------------------------------------------------------------------------

MANY = history(
    [f"{n},Person {n},2026-05-{1 + n % 28:02},Courier,Perm,{'yes' if n % 3 else 'no'},20" for n in range(120)]
)


@pytest.fixture
def _small(monkeypatch):
    """Write fifty rows at a time: what holds between batches does not hang on their size."""
    found = imports.kind_of
    monkeypatch.setattr(imports, "kind_of", lambda code: dataclasses.replace(found(code), batch=50))


@pytest.mark.attack("A142")
@pytest.mark.usefixtures("_small")
def test_a_run_cut_off_in_its_second_batch_resumes_without_loss_or_double():
    whole = done(received(MANY))
    expected, totals = world(), counts(whole)
    with rewriting():
        for table in (LedgerEntry, Invitation, InterviewSession, Application, Candidate):
            table.objects.all().delete()
    run = received(MANY)
    imports.start(run, dry_run=False)

    with failing_on('UPDATE "recruit_importrun" SET "seen"', time=2), pytest.raises(DatabaseError):
        imports.run_now(run)

    run.refresh_from_db()
    assert (run.state, run.cursor, counts(run)) == (ImportState.FAILED, 51, (50, 50, 0, 0))
    assert Application.objects.count() == Candidate.objects.count() == 50
    imports.resume(run)
    assert run.state == ImportState.RUNNING
    run_import.call(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.cursor, counts(run), world()) == (ImportState.DONE, 121, totals, expected)


@pytest.mark.attack("A142")
@pytest.mark.usefixtures("_small")
def test_a_worker_that_lost_its_run_writes_nothing_more():
    run = received(MANY)
    imports.start(run, dry_run=False)
    slow = ImportRun.objects.get(pk=run.pk)
    imports.run_now(run)
    before = world()

    imports.run_now(slow)

    run.refresh_from_db()
    assert (world(), counts(run), run.state) == (before, (120, 120, 0, 0), ImportState.DONE)


def test_only_a_failed_run_is_resumed_and_only_once():
    run = received(history(["1,Ann,2026-05-01,Courier,Perm,yes,20"]))
    done(run)
    with pytest.raises(TransitionRefusedError):
        imports.resume(run)
    ImportRun.objects.update(state=ImportState.FAILED)
    run.refresh_from_db()
    stale = ImportRun.objects.get()
    imports.resume(run)

    with pytest.raises(TransitionRefusedError, match="running already"):
        imports.resume(stale)


def test_a_real_import_is_queued_for_the_worker_and_a_dry_run_is_not():
    run = received(history(["1,Ann,2026-05-01,Courier,Perm,yes,20"]))

    DBTaskResult.objects.all().delete()

    imports.start(run, dry_run=True)
    queued = DBTaskResult.objects.count()
    imports.start(run, dry_run=False)

    task = DBTaskResult.objects.get()
    assert (queued, task.task_path, task.args_kwargs["kwargs"]) == (
        0,
        "recruit.tasks.run_import",
        {"run_id": run.pk, "dry_run": False},
    )


def test_the_worker_leaves_runs_alone_that_are_not_to_be_done():
    run = received(history(["1,Ann,2026-05-01,Courier,Perm,yes,20"]))

    assert (run_import.call(run_id=run.pk), run_import.call(run_id=0), world()[0]) == (0, 0, 0)


# -- remembered maps -----------------------------------------------------------------------------------------------------

OWN_HEADER = "Кто,Когда,Чем кончилось"
OWN_MAP = ColumnMap(
    name="mine",
    kind="history",
    columns={"candidate_id": ("Кто",), "date": ("Когда",), "outcome": ("Чем кончилось",)},
)


def test_a_map_is_remembered_for_the_next_file_with_the_same_header():
    first = imports.receive(
        data=history(["7,2026-05-01,да"], header=OWN_HEADER), filename="a.csv", kind="history", by=None
    )

    imports.choose_columns(first.run, OWN_MAP)
    second = imports.receive(
        data=history(["8,2026-05-02,нет"], header=OWN_HEADER), filename="b.csv", kind="history", by=None
    )

    assert (first.is_known, second.is_known, second.columns) == (False, True, OWN_MAP)
    done(second.run)
    assert (second.run.created, Invitation.objects.get().state) == (1, InvitationState.NO_SHOW)


def test_a_map_is_not_remembered_against_the_wish():
    run = received(history(["7,2026-05-01,да"], header=OWN_HEADER))

    imports.choose_columns(run, OWN_MAP, remember=False)

    assert (SavedMap.objects.count(), done(run).created) == (0, 1)


def test_a_map_of_one_kind_is_not_used_for_another():
    run = received(history(["7,2026-05-01,да"], header=OWN_HEADER))
    imports.choose_columns(run, OWN_MAP)

    upload = imports.receive(
        data=history(["7,2026-05-01,да"], header=OWN_HEADER), filename="a.csv", kind="responses", by=None
    )

    assert (upload.is_known, upload.columns.kind) == (False, "responses")


def test_the_digest_of_a_header_ignores_case_and_blanks():
    same = imports.header_digest(["Name ", "PHONE"])

    assert same == imports.header_digest(["name", " Phone"])
    assert same != imports.header_digest(["namephone"])
    assert same != imports.header_digest(["phone", "name"])


# -- encodings, delimiters, workbooks, calendars -------------------------------------------------------------------------

RUSSIAN = (
    "ФИО;Телефон;Дата отклика;Город\nАнна Петрова;8 916 123-45-67;12.05.2026;Пермь\n"
    "Борис Орлов;8 916 123-45-68;13.05.2026;Уфа\n"
)
THAI = "ชื่อ-นามสกุล,เบอร์โทร,วันที่สมัคร,จังหวัด\nสมชาย ใจดี,081 234 5678,12/05/2569,กรุงเทพ\nมาลี ศรีสุข,081 234 5679,13 พ.ค. 2569,เชียงใหม่\n"


@pytest.mark.parametrize(
    ("text", "encoding", "names", "cities"),
    [
        (RUSSIAN, "utf-8", ["Анна Петрова", "Борис Орлов"], ["Пермь", "Уфа"]),
        (RUSSIAN, "utf-8-sig", ["Анна Петрова", "Борис Орлов"], ["Пермь", "Уфа"]),
        (RUSSIAN, "cp1251", ["Анна Петрова", "Борис Орлов"], ["Пермь", "Уфа"]),
        (RUSSIAN, "utf-16", ["Анна Петрова", "Борис Орлов"], ["Пермь", "Уфа"]),
        (THAI, "utf-8-sig", ["สมชาย ใจดี", "มาลี ศรีสุข"], ["กรุงเทพ", "เชียงใหม่"]),
        (THAI, "cp874", ["สมชาย ใจดี", "มาลี ศรีสุข"], ["กรุงเทพ", "เชียงใหม่"]),
    ],
)
def test_people_are_read_in_any_encoding_and_calendar(text, encoding, names, cities):
    run = received(text.encode(encoding), kind="responses", vacancy=vacancy().pk)

    done(run)

    assert (run.state, run.error, counts(run)) == (ImportState.DONE, "", (2, 2, 0, 0))
    people = Candidate.objects.order_by("pk")
    assert [one.name for one in people] == names
    assert [one.city for one in people] == cities
    days = [at.date() for at in Application.objects.order_by("pk").values_list("applied_at", flat=True)]
    assert days == [date(2026, 5, 12), date(2026, 5, 13)]


def test_a_workbook_is_read_with_its_dates():
    book = Workbook()
    book.active.append(["Name", "Phone", "Applied at", "Source"])
    book.active.append(["Anna Petrova", 79161234567, datetime(2026, 5, 12, 9, 30), "Friends"])
    raw = io.BytesIO()
    book.save(raw)

    run = done(received(raw.getvalue(), filename="people.xlsx", kind="responses", vacancy=vacancy().pk))

    assert counts(run) == (1, 1, 0, 0)
    row = Application.objects.get()
    assert (row.applied_at, row.source.name) == (datetime(2026, 5, 12, 9, 30, tzinfo=UTC), "Friends")
    assert row.candidate.contacts.get().normalised == "+79161234567"
    assert list(Source.objects.values_list("code", "kind")) == [("friends", "import")]
