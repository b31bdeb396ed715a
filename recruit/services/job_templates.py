"""Job descriptions that are shipped: one file a language, the same templates in each."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "job_templates"


@cache
def job_templates(language: str) -> dict[str, dict[str, str]]:
    """Return code → fields of a vacancy, in ``language``; in English where there is no such file."""
    path = FOLDER / f"{language}.toml"
    text = (path if path.exists() else FOLDER / "en.toml").read_text(encoding="utf-8")
    return {
        code: {field: words.strip() for field, words in fields.items()} for code, fields in tomllib.loads(text).items()
    }
