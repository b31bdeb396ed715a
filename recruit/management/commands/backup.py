"""Write a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recruit.errors import InvalidInputError
from recruit.services import backups


class Command(BaseCommand):
    """``manage.py backup FILE``: database and files in one archive, while users go on working."""

    help = "Write database and files into one archive with digests. Keep SECRET_KEY elsewhere: it is not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, **options: Any) -> None:
        try:
            manifest = backups.make(options["file"])
        except InvalidInputError as error:
            raise CommandError(str(error)) from error
        size = options["file"].stat().st_size
        self.stdout.write(f"{options['file']}: {len(manifest['members'])} members, {size} bytes")
