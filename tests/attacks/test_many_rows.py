"""Very many rows: an import takes them in pieces, and no page or export grows with them."""

from __future__ import annotations

import re
import threading
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recruit.management.page_walk import find_pages
from recruit.models import Application, AuditEntry, Candidate, ImportRun, Message, StageMove
from recruit.permissions import Role
from recruit.services import imports
from recruit.states import ImportState, Stage
from recruit.tasks import run_import
from tests.recruit import world
from tests.scheduling import world as day

# A batch of an import is at most 500 rows: what is kept in memory is a few batches, whatever the file.
MOST_GROWTH = 60_000_000  # bytes
MOST_PAGE = 250_000  # bytes of HTML


def peak_memory(work) -> int:
    """Return the most bytes of memory that this process held while ``work`` ran (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    work()
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1000


def responses(count: int, *, series: str) -> bytes:
    lines = ["Name,Email,Phone"]
    lines += [f"Person {series} {n},{series}{n}@mail.test,+7916{int(series) * 1_000_000 + n:07d}" for n in range(count)]
    return "\n".join(lines).encode()


def imported(count: int, *, series: str) -> ImportRun:
    vacancy = world.vacancy()
    data = responses(count, series=series)
    run = imports.receive(
        data=data, filename="people.csv", kind="responses", by=None, options={"vacancy": vacancy.pk}
    ).run
    imports.start(run, dry_run=False)
    run_import.call(run_id=run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.attack("A145")
@pytest.mark.kill
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_ten_times_the_rows_take_no_more_memory_and_every_row_arrives(settings, tmp_path, soak):
    settings.MEDIA_ROOT = tmp_path
    rows = 1_000_000 if soak else 12_000
    imported(600, series="0")
    little = peak_memory(lambda: imported(1_200, series="1"))

    much = peak_memory(lambda: imported(rows, series="2"))

    run = ImportRun.objects.get(seen=rows)
    assert (run.state, run.created, run.cursor > rows) == (ImportState.DONE, rows, True)
    assert Application.objects.count() == rows + 1_800
    assert much - little < MOST_GROWTH + 40 * rows
    assert run.rows_per_second > 0


@pytest.mark.attack("A145")
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_pages_are_read_and_others_write_while_an_import_runs(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    admin = world.user(Role.ADMIN)
    client = Client()
    client.force_login(admin)
    client.get("/")
    done, met = threading.Event(), []

    def work():
        while not done.is_set():
            running = ImportRun.objects.filter(state=ImportState.RUNNING, cursor__gt=0).exists()
            read = client.get("/imports/").status_code
            written = client.post(
                "/settings/sources/", {"name": f"S{len(met)}", "code": f"s{len(met)}", "kind": "agency"}
            )
            met.append((running, read, written.status_code))
        connection.close()

    beside = threading.Thread(target=work)
    beside.start()
    run = imported(5_000, series="3")
    done.set()
    beside.join()

    assert (run.state, run.created) == (ImportState.DONE, 5_000)
    assert {(read, written) for _, read, written in met} == {(200, 302)}
    assert sum(running for running, *_ in met) >= 1


def fill(vacancy, count: int) -> None:
    now = timezone.now()
    people = Candidate.objects.bulk_create(Candidate(name=f"Person {n}", name_key=f"person {n}") for n in range(count))
    source = world.source()
    stages = [Stage.NEW, Stage.SHORTLIST, Stage.REJECTED]
    rows = Application.objects.bulk_create(
        Application(candidate=one, vacancy=vacancy, source=source, stage=stages[n % 3], applied_at=now, stage_since=now)
        for n, one in enumerate(people)
    )
    StageMove.objects.bulk_create(StageMove(application=row, old="new", new=row.stage, at=now) for row in rows)
    AuditEntry.objects.bulk_create(AuditEntry(action="candidate.seen", object_id=one.pk) for one in people)
    Message.objects.bulk_create(
        Message(
            effect_key=f"fill-{one.pk}", message_id=f"fill-{one.pk}@turnout.test", kind="other", channel="email",
            state="sent", candidate=one, to_name=one.name, body="x",
        )
        for one in people
    )  # fmt: skip


def measured(client: Client, pages: dict[str, str]) -> dict[str, tuple[int, int]]:
    found = {}
    for name, path in pages.items():
        client.get(path)
        with CaptureQueriesContext(connection) as statements:
            answer = client.get(path)
        assert answer.status_code == 200, path
        found[name] = len(statements), len(answer.content)
    return found


@pytest.mark.attack("A146")
@pytest.mark.django_db
def test_no_page_grows_with_the_rows_behind_it():
    vacancy, admin = world.vacancy(office=world.office()), world.user(Role.ADMIN)
    session = day.opened(
        starts_at=timezone.now() + timedelta(hours=30),
        ends_at=timezone.now() + timedelta(hours=33),
        vacancies=[vacancy],
    )
    day.invited(session, "Anna Petrova", email="anna@mail.test")
    fill(vacancy, 300)
    client = Client()
    client.force_login(admin)
    pages = find_pages(admin)
    before = measured(client, pages)
    fill(vacancy, 3_000)

    after = measured(client, pages)

    assert {name: (before[name][0], after[name][0]) for name in pages if after[name][0] > before[name][0] + 1} == {}
    assert {name: after[name][1] for name in pages if after[name][1] > max(MOST_PAGE, 1.2 * before[name][1])} == {}
    assert len(pages) > 40


@pytest.mark.attack("A146")
@pytest.mark.django_db
def test_the_export_of_the_audit_is_streamed_in_flat_memory(client):
    client.force_login(world.user(Role.ADMIN))
    AuditEntry.objects.bulk_create(AuditEntry(action="candidate.seen", object_id=n) for n in range(30_000))
    answer = client.get("/settings/audit.csv")
    tracemalloc.start()

    lines = sum(part.count(b"\n") for part in answer.streaming_content)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lines >= 30_001
    assert peak < 12_000_000
