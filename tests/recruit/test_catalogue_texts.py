"""The catalogues: nothing empty, nothing fuzzy, every placeholder kept, and the candidate's words complete."""

from pathlib import Path

import polib
import pytest

LOCALE = Path(__file__).resolve().parents[2] / "recruit" / "locale"
LANGUAGES = ["ru", "th"]


def placeholders(text: str) -> list[str]:
    import re

    return sorted(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_is_empty_or_fuzzy_or_loses_a_placeholder(language):
    catalogue = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))

    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert "fuzzy" not in entry.flags, entry.msgid
        for text in texts:
            assert text.strip(), entry.msgid
            assert placeholders(text) == placeholders(entry.msgid), entry.msgid


@pytest.mark.parametrize(("language", "words"), [("ru", "Приду"), ("th", "ไปแน่นอน"), ("en", "I will come")])
def test_the_candidates_main_button_speaks_the_language(language, words):
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override(language):
        assert gettext("I will come") == words
