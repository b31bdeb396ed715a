"""Pages of faults: what happened, what to do next, in the reader's language, with a way back; nothing of the inside."""

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recruit.permissions import Role
from tests.recruit import world

HEADINGS = ("There is nothing here", "This is not open to you", "This form is no longer valid")
OLD_FORM = {
    "en": "This form is no longer valid",
    "ru": "Эта форма больше не действует",
    "th": "แบบฟอร์มนี้ใช้ไม่ได้แล้ว",
}


def heading(answer):
    return answer.content.decode().split('<h1 class="name">')[1].split("</h1>")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru", "th"])
def test_a_missing_page_a_closed_one_and_an_old_form_say_so_in_the_readers_language(language):
    person = world.user(Role.INTERVIEWER, language=language)
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, "recruit.backends.PasswordBackend")

    answers = [
        client.get("/no-such-page/"),
        client.get(reverse("settings-company")),
        client.post(reverse("profile"), {"name": "x"}),
    ]

    with translation.override(language):
        words = [translation.gettext(one) for one in HEADINGS]
    assert [one.status_code for one in answers] == [404, 403, 403]
    assert [heading(one) for one in answers] == words
    assert words[2] == OLD_FORM[language]
    assert [f'<html lang="{language}">' in one.content.decode() for one in answers] == [True] * 3


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_faults_of_ours_stand_without_a_database_in_all_three_languages(name):
    html = get_template(name).render()

    assert [html.count(f'<section lang="{language}">') for language in ("ru", "th")] == [1, 1]
    assert html.count('class="button main"') == 1
    assert ('style="' in html, "<script" in html) == (False, False)
