"""Draw the pictures of docs/overbooking.md again from the planning engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from scheduling.planning.pictures import pictures

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Write the pictures and tables of docs/overbooking.md to a folder."
    requires_system_checks = []  # noqa: RUF012

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", type=Path, default=Path("docs/overbooking"), help="folder (default: docs/overbooking)"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        folder: Path = options["to"]
        folder.mkdir(parents=True, exist_ok=True)
        for picture in pictures():
            (folder / f"{picture.code}.svg").write_text(picture.svg(), encoding="utf-8")
            (folder / f"{picture.code}.md").write_text(picture.table(), encoding="utf-8")
            self.stdout.write(f"{folder / picture.code}.svg")
