"""How fast responses come in, from tables and from a board, and how fast everybody is compared with everybody."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from jobposts.fakeboard.server import running
from jobposts.fakeboard.world import World, build_world
from jobposts.models import BoardAccount
from jobposts.protocol import Token
from jobposts.services import accounts, pulls
from jobposts.services.tokens import DbTokens
from recruit.benchmarks import Row, row
from recruit.models import Candidate, Company, ContactKind, ContactPoint, ImportRun, Vacancy
from recruit.parsing.normalise import name_key
from recruit.services import duplicates, imports
from recruit.tasks import run_import

CSV_ROWS = 20_000
RESPONSES = 3_000
PEOPLE = 100_000
_FIRST = ("Анна", "Пётр", "Ольга", "Иван", "Дарья", "Егор", "Вера", "Глеб", "Нина", "Тимур", "Алия", "Марат")
_LAST = ("Орлов", "Зотов", "Белкин", "Громов", "Ершов", "Лосев", "Жилин", "Иволгин", "Калинин", "Дроздов")


def rows() -> list[Row]:
    """Return the figures; each is measured in a database of its own kind that is thrown away."""
    with _database():
        table = _csv()
    with _database():
        board = _responses()
    with _database():
        pairs = _everybody()
    return [table, board, pairs]


@contextmanager
def _database() -> Iterator[None]:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
            Company.current()
            yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def table_of(count: int, *, seed: int = 1) -> Iterator[str]:
    """Yield the lines of a table of ``count`` invented people who answered; one in twenty is there twice."""
    chance = random.Random(seed)
    yield "Name;Phone;E-mail;City\n"
    for number in range(count):
        who = number - chance.randrange(1, 15) if number > 20 and chance.random() < 0.05 else number
        name = f"{_FIRST[who % 12]} {_LAST[who // 12 % 10]}{'а' * (who % 2)}ев{who % 89}"
        yield f"{name};+79{who * 7919 * 104729 % 10**9:09d};person{who}@example.org;Москва\n"


def _csv() -> Row:
    vacancy = Vacancy.objects.create(title="Courier")
    data = "".join(table_of(CSV_ROWS)).encode()
    started = time.perf_counter()
    options = {"vacancy": vacancy.pk, "source": "bench"}
    run = imports.receive(data=data, filename="people.csv", kind="responses", by=None, options=options).run
    imports.start(run, dry_run=False)
    run_import.call(run_id=run.pk)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    words = f"rows per second of a CSV of {run.seen} responses, matching included (at least)"
    return row(words, round(run.seen / seconds, 1), "1/s", 1000.0, issue=7, group="boards", at_least=True)


def _account(world: World) -> BoardAccount:
    account = accounts.new_account(system="headhunter")
    issued = world.issue()
    DbTokens(account.pk).save(Token(issued["access_token"], issued["refresh_token"]))
    BoardAccount.objects.filter(pk=account.pk).update(employer_id=world.employer, manager_id=world.manager)
    account.refresh_from_db()
    return account


def _responses() -> Row:
    world = build_world(timezone.now, vacancies=3, replies=RESPONSES)
    with running(world) as board:
        app = {"client_id": "a", "client_secret": "s", "base_url": f"{board.base}/", "login_url": ""}
        apps = settings.BOARD_APPS | {"headhunter": app}
        allow = [board.base.removeprefix("http://")]
        with override_settings(BOARD_APPS=apps, OUTBOUND_ALLOW=allow, BOARD_USER_AGENT="Bench/1.0 (bench@example.org)"):
            run = pulls.start(_account(world), full=True)
            ImportRun.objects.filter(pk=run.pk).update(options=run.options | {"rate": None})
            run.refresh_from_db()
            started = time.perf_counter()
            run = pulls.run_pull(run)
            seconds = time.perf_counter() - started
    words = f"responses of hh.ru per second, {run.created} of them, matching and the played board included (at least)"
    return row(words, round(run.created / seconds, 1), "1/s", 300.0, issue=7, group="boards", at_least=True)


def _everybody() -> Row:
    chance = random.Random(7)
    people, contacts = [], []
    for number in range(PEOPLE):
        who = chance.randrange(number) if number > 1000 and chance.random() < 0.08 else number
        name = f"{_FIRST[who % 12]} {_LAST[who // 12 % 10]}{_LAST[who // 120 % 10].lower()}{'а' * (who % 2)}"
        people.append(Candidate(name=name, name_key=name_key(name), city=f"Town {who % 400}"))
        contacts.append(
            (f"+79{who * 7919 * 104729 % 10**9:09d}", f"person{who}@example.org" if chance.random() < 0.7 else "")
        )
    made = Candidate.objects.bulk_create(people, batch_size=2000)
    points = []
    for person, (phone, mail) in zip(made, contacts, strict=True):
        points.append(ContactPoint(candidate=person, kind=ContactKind.PHONE, value=phone, normalised=phone))
        if mail:
            points.append(ContactPoint(candidate=person, kind=ContactKind.EMAIL, value=mail, normalised=mail))
    ContactPoint.objects.bulk_create(points, batch_size=2000)
    started = time.perf_counter()
    found = duplicates.find_duplicates(links=False)
    seconds = time.perf_counter() - started
    words = f"seconds to compare {PEOPLE} people with each other, {found} pairs found"
    return row(words, round(seconds, 1), "s", 60.0, issue=7, group="boards")
