"""Where uploads lie: a file has its name once it is whole, never before."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Writes beside the name and moves the file there at the end: a full disk or a kill leaves no half file under it."""

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{uuid.uuid4().hex}.part"
        try:
            super()._save(part, content)  # type: ignore[misc]
            return self._named(part, name)
        finally:
            with suppress(OSError):
                Path(self.path(part)).unlink()

    def _named(self, part: str, name: str) -> str:
        """Give the whole file its name; of two that want one name at once, the later gets another."""
        while True:
            try:
                os.link(self.path(part), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            except OSError:
                # A file system without hard links.
                Path(self.path(part)).replace(self.path(name))
                return name
            else:
                return name
