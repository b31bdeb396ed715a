"""The words of people's names, one a row, kept by the database itself: what the search box looks in.

A name is found by the beginning of any of its words. One index over the whole key serves the first word alone, and LIKE
'% word%' reads everybody; a row for each word, kept by triggers, is found by its beginning on SQLite and PostgreSQL alike,
whoever writes the person and however.

SQLite drops a table's triggers when Django rebuilds the table: a migration that alters recruit_candidate ends with
``make_triggers`` again.
"""

from django.db import migrations

SQLITE = [
    """CREATE TABLE recruit_nameword (word varchar(200) NOT NULL, candidate_id bigint NOT NULL,
       PRIMARY KEY (word, candidate_id)) WITHOUT ROWID""",
    "CREATE INDEX recruit_nameword_candidate ON recruit_nameword (candidate_id)",
]
# The words as a JSON list: a trigger of SQLite may read json_each, and no recursive query.
_WORDS = """json_each('["' || replace(replace(replace({row}name_key, '\\', ''), '"', ''), ' ', '","') || '"]')"""
_INSERT = (
    "INSERT OR IGNORE INTO recruit_nameword (word, candidate_id) "
    f"SELECT value, {{row}}id FROM {{table}}{_WORDS} WHERE value <> ''"
)
SQLITE_TRIGGERS = [
    "DROP TRIGGER IF EXISTS recruit_nameword_new",
    "DROP TRIGGER IF EXISTS recruit_nameword_changed",
    "DROP TRIGGER IF EXISTS recruit_nameword_gone",
    f"""CREATE TRIGGER recruit_nameword_new AFTER INSERT ON recruit_candidate WHEN NEW.name_key <> ''
        BEGIN {_INSERT.format(row="NEW.", table="")}; END""",
    f"""CREATE TRIGGER recruit_nameword_changed AFTER UPDATE OF name_key ON recruit_candidate
        WHEN OLD.name_key <> NEW.name_key
        BEGIN DELETE FROM recruit_nameword WHERE candidate_id = NEW.id;
        {_INSERT.format(row="NEW.", table="")}; END""",
    """CREATE TRIGGER recruit_nameword_gone AFTER DELETE ON recruit_candidate
       BEGIN DELETE FROM recruit_nameword WHERE candidate_id = OLD.id; END""",
]
SQLITE_FILL = _INSERT.format(row="recruit_candidate.", table="recruit_candidate, ")

# Byte order, so that "from here to the end of what begins so" is one stretch of the index in every locale.
POSTGRES = [
    """CREATE TABLE recruit_nameword (word varchar(200) COLLATE "C" NOT NULL, candidate_id bigint NOT NULL,
       PRIMARY KEY (word, candidate_id))""",
    "CREATE INDEX recruit_nameword_candidate ON recruit_nameword (candidate_id)",
]
POSTGRES_TRIGGERS = [
    """CREATE OR REPLACE FUNCTION recruit_nameword_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'TRUNCATE' THEN DELETE FROM recruit_nameword; RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' THEN DELETE FROM recruit_nameword WHERE candidate_id = OLD.id; END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO recruit_nameword (word, candidate_id)
        SELECT word, NEW.id FROM unnest(string_to_array(NEW.name_key, ' ')) AS word WHERE word <> ''
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL; END $$""",
    """CREATE OR REPLACE TRIGGER recruit_nameword_rows AFTER INSERT OR DELETE ON recruit_candidate
       FOR EACH ROW EXECUTE FUNCTION recruit_nameword_keep()""",
    """CREATE OR REPLACE TRIGGER recruit_nameword_emptied AFTER TRUNCATE ON recruit_candidate
       FOR EACH STATEMENT EXECUTE FUNCTION recruit_nameword_keep()""",
    """CREATE OR REPLACE TRIGGER recruit_nameword_changed AFTER UPDATE OF name_key ON recruit_candidate
       FOR EACH ROW WHEN (OLD.name_key IS DISTINCT FROM NEW.name_key) EXECUTE FUNCTION recruit_nameword_keep()""",
]
POSTGRES_FILL = """INSERT INTO recruit_nameword (word, candidate_id)
SELECT word, id FROM recruit_candidate, unnest(string_to_array(name_key, ' ')) AS word WHERE word <> ''
ON CONFLICT DO NOTHING"""


def make_triggers(apps, schema_editor):
    """Let the database keep the words from now on."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES_TRIGGERS if is_postgres else SQLITE_TRIGGERS:
        schema_editor.execute(statement, None)


def make(apps, schema_editor):
    """Make the table, its triggers, and the words of everybody who is there."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES if is_postgres else SQLITE:
        schema_editor.execute(statement, None)
    make_triggers(apps, schema_editor)
    schema_editor.execute(POSTGRES_FILL if is_postgres else SQLITE_FILL, None)


def drop(apps, schema_editor):
    """Take table and triggers away."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS recruit_nameword_rows ON recruit_candidate", None)
        schema_editor.execute("DROP TRIGGER IF EXISTS recruit_nameword_emptied ON recruit_candidate", None)
        schema_editor.execute("DROP TRIGGER IF EXISTS recruit_nameword_changed ON recruit_candidate", None)
        schema_editor.execute("DROP FUNCTION IF EXISTS recruit_nameword_keep()", None)
    else:
        for statement in SQLITE_TRIGGERS[:3]:
            schema_editor.execute(statement, None)
    schema_editor.execute("DROP TABLE recruit_nameword", None)


class Migration(migrations.Migration):
    dependencies = [("recruit", "0002_audit_append_only")]
    operations = [migrations.RunPython(make, drop)]
