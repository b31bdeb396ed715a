"""Every text of the sources that is to be translated, found without tools: Python by its syntax tree, templates by Django's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

_ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_MANY = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}
# What ``templatize`` writes for a template: calls among letters that stand for everything else.
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)", re.DOTALL)
APPS = ("recruit", "scheduling", "jobposts")


@dataclass(frozen=True, order=True)
class Word:
    """One text: its msgid, the plural and the context where there are any, and the file it stands in."""

    msgid: str
    plural: str = ""
    context: str = ""
    file: str = ""


def _python(source: str, file: str) -> Iterator[Word]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in _ONE and len(texts) == 1 and len(node.args) == 1:
            yield Word(texts[0], file=file)
        elif name in _MANY and len(texts) >= 2:
            yield Word(texts[0], plural=texts[1], file=file)
        elif name in _CONTEXT and len(texts) >= 2:
            yield Word(texts[1], context=texts[0], file=file)


def _template(source: str, file: str) -> Iterator[Word]:
    for name, inside in _CALL.findall(templatize(source)):
        texts = ast.literal_eval(f"({inside},)")
        if name == "ngettext" and len(texts) >= 2:
            yield Word(texts[0], plural=texts[1], file=file)
        elif name == "pgettext" and len(texts) >= 2:
            yield Word(texts[1], context=texts[0], file=file)
        elif texts:
            yield Word(texts[0], file=file)


def words_of(app: str) -> list[Word]:
    """Return the texts of one app's Python files and templates; tests, migrations and catalogues are left out."""
    found: list[Word] = []
    folder = Path(settings.BASE_DIR) / app
    for path in sorted(folder.rglob("*")):
        file = str(path.relative_to(settings.BASE_DIR))
        if "/migrations/" in file or "/locale/" in file or not path.is_file():
            continue
        if path.suffix == ".py":
            found += _python(path.read_text(encoding="utf-8"), file)
        elif path.suffix in {".html", ".txt"} and "/templates/" in file:
            found += _template(path.read_text(encoding="utf-8"), file)
    return [word for word in found if word.msgid.strip()]


def missing_words(app: str, language: str) -> list[Word]:
    """Return the texts of ``app`` that the catalogue of ``language`` has no entry for."""
    import polib

    have: set[tuple[str, str, str]] = set()
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / language / "LC_MESSAGES" / "django.po"
        if path.exists():
            have |= {
                (entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")
                for entry in polib.pofile(str(path))
                if not entry.obsolete
            }
    return [word for word in words_of(app) if (word.msgid, word.plural, word.context) not in have]
