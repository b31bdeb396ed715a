"""Tell every invitation's story again from the ledger and name what differs."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scheduling.services.rebuild import differences

SHOWN = 20


class Command(BaseCommand):
    """``manage.py check_ledger``: nothing to say, or what differs and exit code 1."""

    help = "Rebuild what statistics count from the attendance ledger and compare."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        found = list(islice(differences(), SHOWN + 1))
        for one in found[:SHOWN]:
            self.stderr.write(f"invitation {one.invitation}, {one.column}: {one.stored} stored, {one.told} told")
        if found:
            raise CommandError("The figures differ from the ledger.")
        self.stdout.write("Every figure can be rebuilt from the ledger.")
