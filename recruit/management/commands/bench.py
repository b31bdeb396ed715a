"""Measure: every figure beside its limit. A limit that is missed is printed; a figure that is not measured fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from recruit import contrib
from recruit.benchmarks import Row, kept


class Command(BaseCommand):
    """``manage.py bench``: print figure, limit and their ratio, and keep them in ``bench.json``."""

    help = "Measure speed, memory and SQL statements; each figure is printed beside its limit."

    def add_arguments(self, parser: CommandParser) -> None:
        codes = sorted(group.code for group in contrib.bench_groups)
        parser.add_argument("--group", choices=codes, help="measure this group alone")
        parser.add_argument("--scale", type=float, default=kept.SCALE, help="size of the demo, where one is needed")
        parser.add_argument(
            "--here", type=Path, help="measure on the database of this process and write the rows there"
        )

    def handle(self, **options: object) -> None:
        wanted = options["group"]
        groups = [one for one in contrib.bench_groups if wanted == one.code or (wanted is None and not one.on_request)]
        if isinstance(options["here"], Path):
            options["here"].write_text(json.dumps(import_string(groups[0].rows)()))
            return
        measured: list[Row] = []
        missing: list[str] = []
        for group in groups:
            self.stdout.write(f"{group.code}\n" + "-" * len(group.code))
            rows = _measured(group, float(str(options["scale"])))
            for row in rows:
                self.stdout.write(_line(row))
            measured += rows
            names = [str(row["name"]) for row in rows]
            missing += [f"{group.code}: {word}" for word in group.must if not any(word in name for name in names)]
        path = settings.VAR_DIR / "bench.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(measured, indent=1))
        missed = sum(not row["holds"] for row in measured)
        self.stdout.write(f"{len(measured)} figures, {missed} over their limit; kept in {path}")
        if missing:
            raise CommandError("Not measured: " + "; ".join(missing))


def _line(row: Row) -> str:
    limit = row["limit"]
    words = (
        f"{limit:>10,.4f}  x{row['value'] / limit:<7.3f}"
        if isinstance(limit, int | float) and limit
        else f"{limit:>20}"
    )
    return f"{row['value']:>12,.4f} {row['unit']:<6} limit {words} {'' if row['holds'] else 'MISSED'}  {row['name']}"


def _measured(group: contrib.BenchGroup, scale: float) -> list[Row]:
    """Measure a group here, or in a child that is connected to the database the group wants."""
    if group.on_demo:
        return _in_child(group.code, {"DATABASE_URL": kept.demo_url(scale), "TURNOUT_MODE": "demo"})
    if group.on_empty:
        with kept.empty_database() as env:
            return _in_child(group.code, env)
    rows: list[Row] = import_string(group.rows)()
    return rows


def _in_child(group: str, env: dict[str, str]) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", "--group", group, "--here", str(path)]
        subprocess.run(command, env=os.environ | env, check=True)  # noqa: S603 - our own command
        found: list[Row] = json.loads(path.read_text())
        return found
