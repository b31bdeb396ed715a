"""Every text of the sources is in every catalogue, and no page of a language speaks another one.

Every app is whole; ``WHOLE`` names those both tests are strict for, so a new app is added to it.
"""

import re
from html.parser import HTMLParser

import pytest
from anyascii import anyascii
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.urls import resolve

from recruit.management.page_walk import find_pages
from recruit.models import Application, Candidate, Company, Office, Resume, Source, Team, User, Vacancy
from recruit.services.words import missing_words, words_of
from scheduling.models import Interviewer, Room

WHOLE = ("recruit", "scheduling", "jobposts")
LANGUAGES = [code for code, _name in django_settings.LANGUAGES if code != "en"]
# Names of things, units and formats that are written alike everywhere.
ALLOWED = {
    "Turnout",
    "API",
    "OpenAPI",
    "JSON",
    "CSV",
    "XLSX",
    "ZIP",
    "HTML",
    "TXT",
    "com",
    "PDF",
    "PNG",
    "JPEG",
    "SMS",
    "ICS",
    "iCalendar",
    "REQUEST",
    "CANCEL",
    "HTTP",
    "URL",
    "UTC",
    "Google",
    "Outlook",
    "hh",
    "ru",
    "Avito",
    "SuperJob",
    "CRM",
    "B2B",
    "Excel",
    "kB",
    "MB",
    "K",
    "Ctrl",
    "Esc",
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "RUB",
    "THB",
    "USD",
    "EUR",
    "KZT",
    "REST",
    "TOTP",
    "PIN",
    "SVG",
    "DOCX",
    "RTF",
    "IMAP",
    "Maildir",
    "Greenhouse",
    "Lever",
    "Huntflow",
    "VK",
    # Measures of a forecast, called so in every language.
    "AUC",
    "Brier",
    "Log-loss",
    "QR",
    "QR-",
    "English",
    "A",
    "B",
    "C",
    "D",
    "E",
    "F",
    "G",
    "H",
    "I",
    "J",
    "L",
    "M",
    "N",
    "O",
    "P",
    "Q",
    "R",
    "S",
    "T",
    "U",
    "V",
    "W",
    "X",
    "Y",
    "Z",
}
# Addresses are nobody's to translate; JSON Resume is the name of a format.
_NAMES = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+|JSON Resume")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# Pages whose text is not ours to translate: the operations of the API, a message as it went out, keys and codes.
LEFT_OUT = {
    "api-docs",
    "message",
    # Codes of events as programs receive them; notices as they are shown in each of the languages.
    "settings-webhooks",
    "settings-privacy",
}

# Words that stand on one page alone and are right there.
ALLOWED_ON = {
    # The columns of the file that is handed in are called so whatever the language.
    "statistics-fairness": {"candidate", "group"},
    # The name that the demo's trial was given by its author, and the words by which arms are typed in.
    "statistics-experiments": {
        *("Reminder", "by", "SMS", "instead", "of", "e-mail"),
        *("email", "sms", "usual", "personal", "same"),
    },
}


class Words(HTMLParser):
    """Collect the visible text of a page; what is marked as another language, code or input is not ours."""

    SKIP = frozenset({"script", "style", "code", "kbd", "title", "textarea", "option"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[bool] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in {
            "input",
            "img",
            "br",
            "link",
            "meta",
            "path",
            "rect",
            "circle",
            "use",
            "hr",
            "polygon",
            "polyline",
            "line",
        }:
            if values.get("placeholder"):
                self.texts.append(values["placeholder"])
            return
        foreign = tag != "html" and "lang" in values
        hidden = tag in self.SKIP or foreign or "data-theirs" in values
        self.stack.append(hidden or bool(self.stack and self.stack[-1]))
        if not self.stack[-1] and values.get("aria-label"):
            self.texts.append(values["aria-label"])

    def handle_endtag(self, tag):
        if self.stack:
            self.stack.pop()

    def handle_data(self, data):
        if data.strip() and not (self.stack and self.stack[-1]):
            self.texts.append(data.strip())


def own_words() -> set[str]:
    """Return the words of the data of the demo world: names, titles, addresses, resumes are nobody's to translate."""
    texts: list[str] = []
    for model, fields in (
        (Candidate, ("name", "city")), (Vacancy, ("title", "city", "hours", "requirements", "general", "duties", "rights", "responsibility", "conditions")),
        (Office, ("name", "city", "address", "directions", "contact_person", "bring", "time_zone")), (Team, ("name",)), (Room, ("name",)),
        (Interviewer, ("name",)),
        (Source, ("name", "code")), (User, ("name", "email")), (Resume, ("title", "text", "parsed")), (Application, ("closing_reason",)),
    ):  # fmt: skip
        for row in model.objects.values_list(*fields):
            texts += [str(value) for value in row]
    # A name in another script stands there in Latin letters for those who cannot read it.
    texts += [anyascii(text).title() for text in texts]
    return {word for text in texts for word in _LATIN.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("app", WHOLE)
def test_every_text_of_the_sources_has_an_entry(app, language):
    assert [f"{word.file}: {word.msgid}" for word in missing_words(app, language)] == []


def test_texts_are_found_in_python_and_in_templates():
    found = {(word.msgid, word.plural, word.file.rpartition("/")[2]) for word in words_of("recruit")}

    assert {
        ("Nobody waits for a decision.", "", "_triage_empty.html"),
        ("new response", "new responses", "_todo.html"),
        ("Yes to %(count)s person.", "Yes to %(count)s people.", "triage.py"),
        ("All vacancies", "", "triage.html"),
    } <= found


def owner(path: str) -> str:
    """Return the app that a page belongs to."""
    view = resolve(path.partition("?")[0]).func
    return getattr(view, "view_class", view).__module__.partition(".")[0]


def speak(admin: User, language: str) -> None:
    User.objects.filter(pk=admin.pk).update(language=language)
    # The screen in the lobby speaks the company's language, whoever looks at it.
    company = Company.current()
    company.language = language
    company.save()


@pytest.mark.django_db
def test_no_page_speaks_another_language(settings):
    settings.DEMO = True
    call_command("demo", scale=0.1, days=10, verbosity=0)
    admin = User.objects.get(email="admin@demo.example")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(admin, "recruit.backends.PasswordBackend")
    # The world and the way through its pages are made once, for they are the same in every language.
    speak(admin, LANGUAGES[0])
    pages = {name: path for name, path in find_pages(admin).items() if owner(path) in WHOLE and name not in LEFT_OUT}
    allowed, faults = ALLOWED | own_words(), {}
    for language in LANGUAGES:
        speak(admin, language)
        for name, path in pages.items():
            texts = Words(client.get(path).content.decode()).texts
            strange = (
                {word for text in texts for word in _LATIN.findall(_NAMES.sub("", text))}
                - allowed
                - ALLOWED_ON.get(name, set())
            )
            # A text that is cut short ends in the middle of a word.
            bad = sorted(word for word in strange if not any(one.startswith(word) for one in allowed))
            if bad:
                faults[language, name] = bad

    assert (faults, len(pages) >= 20) == ({}, True)
