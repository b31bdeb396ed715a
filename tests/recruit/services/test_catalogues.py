"""Translations are compiled where they are newer than what was compiled from them."""

import gettext
import os

from recruit.services.catalogues import compile_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Today"\nmsgstr "{word}"\n'


def catalogue(folder, language, word):
    source = folder / language / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(PO.replace("{word}", word), encoding="utf-8")
    return source


def test_a_missing_catalogue_is_compiled_and_reads(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    catalogue(tmp_path, "ru", "Сегодня")
    catalogue(tmp_path, "th", "วันนี้")

    assert compile_catalogues() == 2

    words = [gettext.translation("django", tmp_path, [lang]).gettext("Today") for lang in ("ru", "th")]
    assert words == ["Сегодня", "วันนี้"]


def test_only_what_is_newer_is_compiled_again(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    russian, thai = catalogue(tmp_path, "ru", "Старое"), catalogue(tmp_path, "th", "เก่า")
    compile_catalogues()
    for source in (russian, thai):
        os.utime(source, (1, 1))
    catalogue(tmp_path, "ru", "Новое")
    os.utime(russian, (4_000_000_000, 4_000_000_000))

    assert compile_catalogues() == 1

    with russian.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Today") == "Новое"
