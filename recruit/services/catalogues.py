"""Translations: .po files are compiled where they are newer than what was compiled from them."""

from __future__ import annotations

import os

from django.conf import settings


def compile_catalogues() -> int:
    """Compile every catalogue that is newer than its .mo file, and return how many were."""
    import polib

    compiled = 0
    for folder in settings.LOCALE_PATHS:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                # Beside it, then into place: another process may be reading or compiling the same one.
                fresh = target.with_suffix(f".{os.getpid()}.mo")
                polib.pofile(str(source)).save_as_mofile(str(fresh))
                fresh.replace(target)
                compiled += 1
    return compiled
