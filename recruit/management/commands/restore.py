"""Put a backup in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from recruit.errors import InvalidInputError
from recruit.services import backups


class Command(BaseCommand):
    """``manage.py restore FILE --replace``: what the installation holds gives way to the archive."""

    help = "Check an archive; with --replace, put it in place of what this installation holds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="replace the present database and files")

    def handle(self, **options: Any) -> None:
        try:
            manifest = backups.check(options["file"])
            if not options["replace"]:
                self.stdout.write(f"Whole: {len(manifest['members'])} members, made at {manifest['made_at']}.")
                self.stdout.write("Nothing was changed. Stop web and worker processes, then add --replace.")
                return
            counts = backups.restore(options["file"], at=timezone.now())
        except InvalidInputError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored as of {manifest['made_at']}. Not sent again: {counts['messages']} messages and"
            f" {counts['webhooks']} webhooks, to be decided by a person. Erased again: {counts['erased']}."
            f" Signed out: {counts['sign_ins']}."
        )
