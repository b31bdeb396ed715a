"""The ledger and the audit are only added to: the database refuses whoever asks it directly, on both databases."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from recruit.models import AuditEntry, Erasure, User
from recruit.models.append_only import rewriting
from recruit.permissions import Role
from recruit.services import audit, privacy
from scheduling.models import Invitation, LedgerEntry
from tests.recruit import world
from tests.recruit.world import NINE
from tests.scheduling import world as day

pytestmark = pytest.mark.django_db
TABLES = {"recruit_auditentry": AuditEntry, "scheduling_ledgerentry": LedgerEntry}
CHANGES = [
    "UPDATE {} SET data = '{{}}'",
    "UPDATE {} SET actor_id = NULL WHERE id = (SELECT max(id) FROM {})",
    "DELETE FROM {}",
    "DELETE FROM {} WHERE id IN (SELECT id FROM {})",
]


@pytest.fixture
def invitation():
    made = day.invited(day.opened(), "Anna Petrova", email="anna@mail.test")
    audit.note(world.user(Role.ADMIN), "candidate.seen", made.application.candidate, at="desk")
    return made


def rows(model: type[models.Model]) -> list[tuple]:
    return list(model._base_manager.order_by("pk").values_list())


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", TABLES)
def test_plain_sql_changes_and_removes_nothing(invitation, table, change):
    before = rows(TABLES[table])

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table, table))

    assert (rows(TABLES[table]), len(before) > 0) == (before, True)


def test_the_whole_table_cannot_be_emptied_at_once(invitation):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    before = rows(LedgerEntry)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE scheduling_ledgerentry CASCADE")

    assert rows(LedgerEntry) == before


def test_what_would_take_the_events_with_it_is_refused_and_stays(invitation):
    before = rows(LedgerEntry), rows(Invitation)

    with pytest.raises(IntegrityError), transaction.atomic():
        invitation.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(role=Role.ADMIN).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(action="nothing.happened")

    assert (rows(LedgerEntry), rows(Invitation)) == before


def test_new_events_are_written_and_an_erasure_needs_no_permission(invitation, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    before = rows(LedgerEntry), rows(AuditEntry)

    privacy.erase_person(invitation.application.candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    audited = rows(AuditEntry)
    assert rows(LedgerEntry)[: len(before[0])] == before[0]
    assert (audited[: len(before[1])], len(audited)) == (before[1], len(before[1]) + 1)
    assert "anna" not in f"{rows(LedgerEntry)}{audited}".lower()


def test_the_permission_ends_with_its_block_and_with_a_fault(invitation):
    with rewriting():
        AuditEntry.objects.update(action="moved")
    with pytest.raises(ZeroDivisionError), rewriting():
        AuditEntry.objects.update(action="lost")
        raise ZeroDivisionError

    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"moved"}
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(action="later")


@pytest.mark.django_db(transaction=True)
def test_nobody_else_has_the_permission_while_one_has(invitation):
    other = connection.copy("other")
    try:
        with rewriting(), other.cursor() as cursor:
            if connection.vendor == "postgresql":
                with pytest.raises(IntegrityError):
                    cursor.execute("UPDATE recruit_auditentry SET action = 'x'")
            else:
                cursor.execute("SELECT count(*) FROM recruit_rewrite_permit")
                assert cursor.fetchone() == (0,)
    finally:
        other.close()


def test_both_tables_carry_their_triggers_after_every_migration():
    asked = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        found = sorted(row for row in cursor.fetchall() if row[1] in TABLES)

    each = ("_no_delete", "_no_update") if connection.vendor == "sqlite" else ("append_only", "append_only_whole")
    wanted = [(f"{table}{end}" if end[0] == "_" else end, table) for table in TABLES for end in each]
    assert found == sorted(wanted)
