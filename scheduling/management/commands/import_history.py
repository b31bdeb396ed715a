"""Import past interviews from a table."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recruit.errors import RecruitError
from recruit.models import ImportRun
from recruit.services import imports
from recruit.states import ImportState
from recruit.tables import map_from_json

SHOWN = 20


class Command(BaseCommand):
    """``manage.py import_history FILE [--map FILE.json] [--dry-run]``."""

    help = "Import past interviews (CSV or XLSX); importing the same file again adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", type=Path, default=None, help="column map as JSON; known headers need none")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")

    def handle(self, **options: Any) -> None:
        try:
            with _opened(options["file"]) as file:
                upload = imports.receive(data=File(file), filename=options["file"].name, kind="history", by=None)
            if options["map"] is not None:
                with _opened(options["map"]) as words:
                    columns = map_from_json(words.read())
                imports.choose_columns(upload.run, columns, remember=False)
            elif not upload.is_known:
                titles = "”, “".join(upload.header)
                raise CommandError(f"The columns of this file are not known; give a map (--map). It has: “{titles}”.")
            run = imports.start(upload.run, dry_run=True, wait=True)
            if not options["dry_run"] and run.state == ImportState.DONE:
                ImportRun.objects.filter(pk=run.pk).update(
                    dry_run=False, state=ImportState.RUNNING, cursor=0, seen=0, created=0, skipped=0, failed=0
                )
                run.refresh_from_db()
                run = imports.run_now(run)
        except RecruitError as error:
            raise CommandError(error.message) from error
        self._report(run)

    def _report(self, run: ImportRun) -> None:
        if run.state == ImportState.FAILED:
            raise CommandError(run.error)
        for one in run.dropped:
            self.stdout.write(f"  left out: {one['column']} ({one['reason']})")
        for problem in run.problems.all()[:SHOWN]:
            self.stdout.write(f"  row {problem.row}, {problem.column or 'the whole row'}: {problem.message}")
        if run.failed > SHOWN:
            self.stdout.write(f"  … {run.failed} rows in all cannot be read")
        what = "would be imported" if run.dry_run else "imported"
        self.stdout.write(
            self.style.SUCCESS(
                f"{run.seen} rows: {run.created} {what}, {run.skipped} there already, {run.failed} refused."
            )
        )


def _opened(path: Path) -> IO[bytes]:
    """Open a file, or say in one sentence why not."""
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
