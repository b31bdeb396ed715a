"""Run the background worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recruit.worker import Worker


class Command(BaseCommand):
    """``manage.py work``: run queued tasks until told to stop."""

    help = "Run the background worker: messages, imports, fits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing is queued")

    def handle(self, **options: Any) -> None:
        Worker(stop_when_empty=options["until_empty"]).run()
