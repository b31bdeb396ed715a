"""List the texts that a language has no translation for, by file. A command for developers."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from recruit.services.words import APPS, missing_words


class Command(BaseCommand):
    """``manage.py words [--app recruit] [--language ru]``."""

    help = "List the texts of the sources that the catalogues do not have, by file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--app", choices=APPS, default=None)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES if code != "en"])

    def handle(self, **options: Any) -> None:
        languages = [options["language"]] if options["language"] else [c for c, _n in settings.LANGUAGES if c != "en"]
        for language in languages:
            for app in [options["app"]] if options["app"] else APPS:
                missing = missing_words(app, language)
                self.stdout.write(f"{language} {app}: {len(missing)} missing")
                for word in missing:
                    self.stdout.write(f"  {word.file}: {word.msgid!r}" + (f" / {word.plural!r}" if word.plural else ""))
