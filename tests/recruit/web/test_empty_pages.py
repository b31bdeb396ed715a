"""A company on its first day: nothing is there yet, and every page says so and stands."""

import pytest
from django.test import Client

from recruit.management.page_walk import find_pages
from recruit.permissions import Role
from tests.recruit import world

pytestmark = pytest.mark.django_db


def test_every_page_stands_where_nothing_is_there_yet():
    admin = world.user(Role.ADMIN)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(admin, "recruit.backends.PasswordBackend")
    pages = find_pages(admin)

    answers = {name: client.get(path) for name, path in pages.items()}

    assert {name: one.status_code for name, one in answers.items() if one.status_code != 200} == {}
    assert {"today", "triage", "calls", "sessions", "vacancies", "compare", "statistics", "imports"} <= set(answers)
    silent = [name for name, one in answers.items() if "<h1" not in one.content.decode()]
    assert silent == []
