"""``manage.py import_history``: a dry run first, the same file once, an unknown table only with a map."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from recruit.models import ImportRun
from scheduling.models import Invitation

pytestmark = pytest.mark.django_db
HEADER = "Person,Day,Came,Where"
ROWS = ["Anna,2026-04-07,yes,Main", "Boris,2026-04-07,no,Main", "Chen,soon,yes,Main"]
MAP = {
    "name": "ours",
    "kind": "history",
    "columns": {"candidate_id": ["Person"], "date": ["Day"], "outcome": ["Came"], "office": ["Where"]},
}


@pytest.fixture
def table(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    path = tmp_path / "log.csv"
    path.write_text("\n".join([HEADER, *ROWS]), "utf-8")
    (tmp_path / "map.json").write_text(json.dumps(MAP), "utf-8")
    return path


def run(path, *options) -> str:
    out = io.StringIO()
    call_command("import_history", str(path), "--map", str(path.parent / "map.json"), *options, stdout=out)
    return out.getvalue()


def test_a_dry_run_names_the_rows_it_cannot_read_and_writes_nothing(table):
    said = run(table, "--dry-run")

    assert "row 4, Day: " in said
    assert said.splitlines()[-1] == "3 rows: 2 would be imported, 0 there already, 1 refused."
    assert not Invitation.objects.exists()


def test_the_same_file_twice_adds_nothing(table):
    first, second = run(table), run(table)

    assert first.splitlines()[-1] == "3 rows: 2 imported, 0 there already, 1 refused."
    assert second.splitlines()[-1] == "3 rows: 0 imported, 2 there already, 1 refused."
    assert list(Invitation.objects.order_by("pk").values_list("state", flat=True)) == ["finished", "no_show"]


def test_many_bad_rows_are_counted_and_the_first_twenty_named(table):
    table.write_text("\n".join([HEADER, *["Anna,soon,yes,Main"] * 25]), "utf-8")

    said = run(table, "--dry-run").splitlines()

    assert len([line for line in said if line.startswith("  row ")]) == 20
    assert said[-2:] == [
        "  … 25 rows in all cannot be read",
        "25 rows: 0 would be imported, 0 there already, 25 refused.",
    ]


def test_a_table_nobody_knows_needs_a_map_and_a_missing_file_is_named(table):
    with pytest.raises(CommandError, match="It has: “Person”, “Day”, “Came”, “Where”"):
        call_command("import_history", str(table))
    with pytest.raises(CommandError, match=r"gone\.csv: No such file or directory"):
        call_command("import_history", str(table.parent / "gone.csv"))
    (table.parent / "map.json").write_text('{"columns": 1}', "utf-8")
    with pytest.raises(CommandError):
        run(table)

    assert not ImportRun.objects.filter(dry_run=False).exists()
