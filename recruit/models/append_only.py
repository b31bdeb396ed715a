"""Tables that are only added to: the database itself refuses UPDATE and DELETE of the ledger and the audit.

Nothing of the daily work is let through, an erasure neither: both tables hold ids, times and codes alone, so nothing in them
has to be taken out. Only what removes or moves whole made-up worlds (the demo, what a test key sent) asks for it by
``rewriting``, which is good for the running transaction: PostgreSQL has a setting for that, SQLite, which has none but
a single writer, a row that no other connection ever sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

# How each database is asked whether the running transaction has the permission. The table is no model: nothing else reads it.
_PERMITTED = "current_setting('turnout.rewriting', true) = 'on'"
_PERMITTED_HERE = "EXISTS (SELECT 1 FROM recruit_rewrite_permit)"


def permit_sql(vendor: str, *, on: bool) -> str:
    """Return the statement that begins (or ends) the permission of the running transaction."""
    if vendor == "postgresql":
        return f"SELECT set_config('turnout.rewriting', '{'on' if on else ''}', true)"
    return "INSERT INTO recruit_rewrite_permit DEFAULT VALUES" if on else "DELETE FROM recruit_rewrite_permit"


@contextmanager
def rewriting() -> Iterator[None]:
    """Let the tables be changed within this block, in one transaction; may not be nested."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(permit_sql(connection.vendor, on=True))
        yield
        # After a fault the roll-back takes the permission with it.
        cursor.execute(permit_sql(connection.vendor, on=False))


def prepare(_apps: Any, editor: Any) -> None:
    """Make what the triggers stand on; for a migration."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"""
            CREATE FUNCTION recruit_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {_PERMITTED} THEN
                    IF TG_OP = 'UPDATE' THEN RETURN NEW; ELSE RETURN OLD; END IF;
                END IF;
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
            END $$""",
            None,
        )
    else:
        editor.execute("CREATE TABLE recruit_rewrite_permit (id integer PRIMARY KEY AUTOINCREMENT)")


def unprepare(_apps: Any, editor: Any) -> None:
    """Take it away again."""
    is_postgres = editor.connection.vendor == "postgresql"
    editor.execute("DROP FUNCTION recruit_refuse_rewrite()" if is_postgres else "DROP TABLE recruit_rewrite_permit")


def triggers(table: str) -> tuple[Any, Any]:
    """Return what puts the triggers on ``table`` and what takes them off; for ``RunPython``.

    A later migration that makes SQLite rebuild the table drops them: it has to put them on again. A test looks.
    """

    def put_on(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
                " EXECUTE FUNCTION recruit_refuse_rewrite()"
            )
            editor.execute(
                f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
                " EXECUTE FUNCTION recruit_refuse_rewrite()"
            )
            return
        for what in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} WHEN NOT {_PERMITTED_HERE}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )

    def take_off(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            for name in ("append_only", "append_only_whole"):
                editor.execute(f"DROP TRIGGER {name} ON {table}")
            return
        for what in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {table}_no_{what}")

    return put_on, take_off
