"""An upgrade while people use it: the state before the newest migrations, with rows, becomes the newest one; nothing is lost."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from recruit.messaging.deliver import deliver_due
from recruit.models import Candidate, Message
from recruit.permissions import Role
from recruit.services import audit
from recruit.services.keys import new_key
from recruit.states import MessageState
from scheduling.models import FeedKind
from scheduling.services import feed_addresses, feeds
from scheduling.services.links import path_of
from tests.recruit import world
from tests.scheduling import world as day

APPS = ("recruit", "scheduling", "jobposts")
HOUR = timedelta(hours=1)
LONGEST_LOCK = 5.0  # seconds
# What the reading itself writes: who read when. That keys and calendars still work is seen by their answers.
READERS_WRITE = frozenset(
    {"recruit.RateCount", "recruit.ApiCall", "recruit.ApiKey", "scheduling.Feed", "scheduling.FeedReader",
     "scheduling.FeedCopy", "scheduling.SessionEvent"}
)  # fmt: skip
# Only added to, by readers too.
GROW = ("recruit.AuditEntry", "scheduling.LedgerEntry")


def before_the_newest() -> list[tuple[str, str]]:
    """Return the last but one migration of each app that has two or more; those that depend on others first."""
    leaves = MigrationLoader(connection).graph
    found = []
    for label in reversed(APPS):
        names = sorted(name for app, name in leaves.nodes if app == label)
        if len(names) > 1:
            found.append((label, names[-2]))
    return found


def everything() -> dict[str, list[tuple]]:
    """Return all rows of the product's tables, the queue of tasks and sessions left out."""
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in models
        if model._meta.label not in READERS_WRITE
    }


class Reader(threading.Thread):
    """Somebody who goes on reading: a candidate, a colleague, a program, a calendar."""

    def __init__(self, reads: dict) -> None:
        super().__init__()
        self.reads, self.stop, self.met, self.longest = reads, threading.Event(), set(), 0.0

    def run(self) -> None:
        rounds = 0
        while not self.stop.is_set() or not rounds:
            for name, (client, path, headers) in self.reads.items():
                began = time.monotonic()
                self.met.add((name, client.get(path, headers=headers).status_code))
                self.longest = max(self.longest, time.monotonic() - began)
            rounds += 1
        connection.close()


@pytest.mark.attack("A159")
@pytest.mark.kill
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_rows_links_keys_feeds_and_waiting_mails_survive_an_upgrade_while_people_read(settings, tmp_path, soak):
    settings.MAIL_DIR = tmp_path / "mail"
    now = timezone.now()
    session = day.opened(starts_at=now + 30 * HOUR, ends_at=now + 33 * HOUR)
    invitation = day.invited(session, "Anna Petrova", email="anna@mail.test")
    Candidate.objects.bulk_create(Candidate(name=f"Person {n}") for n in range(100_000 if soak else 2_000))
    admin = world.user(Role.ADMIN)
    audit.note(admin, "candidate.seen", invitation.application.candidate)
    colleague = Client(raise_request_exception=False)
    colleague.force_login(admin)
    bearer = {"Authorization": f"Bearer {new_key(user=admin, name='program')[1]}"}
    feed = feeds.create_feed(owner=admin, kind=FeedKind.RECRUITER, at=now)
    plain = Client(raise_request_exception=False)
    reads = {
        "candidate": (plain, f"{path_of(invitation)}/", {}),
        "colleague": (colleague, f"/candidates/{invitation.application.candidate_id}/", {}),
        "program": (plain, "/api/v1/vacancies/", bearer),
        "calendar": (plain, feed_addresses.path_of(feed), {}),
    }
    for label, name in before_the_newest():
        call_command("migrate", label, name, verbosity=0)
    waiting = Message.objects.filter(state=MessageState.NEW).count()
    for client, path, headers in reads.values():
        client.get(path, headers=headers)  # what is noted of the first look is noted
    before, reader = everything(), Reader(reads)
    reader.start()

    call_command("migrate", verbosity=0)

    reader.stop.set()
    reader.join()
    after = everything()
    for name in GROW:
        after[name] = after[name][: len(before[name])]
    assert [name for name in before if after[name] != before[name]] == []
    assert sum(map(len, before.values())) > 2_000
    assert reader.met == {(name, 200) for name in reads}
    assert reader.longest < LONGEST_LOCK
    assert (waiting, deliver_due(worker="test"), len(list(settings.MAIL_DIR.iterdir()))) == (1, 1, 1)


@pytest.mark.attack("A159")
@pytest.mark.django_db
def test_a_server_whose_database_is_not_migrated_yet_is_not_ready(client, monkeypatch):
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["0002"])

    assert client.get("/readyz").status_code == 503
