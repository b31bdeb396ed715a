"""The search box: people by the beginnings of their names, by digits and by e-mail; the words are kept by the database."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruit.models import Candidate
from recruit.parsing.normalise import name_key
from recruit.permissions import Role
from tests.recruit import world

pytestmark = pytest.mark.django_db


def person(name, **fields):
    made = world.candidate(name, name_key=name_key(name), **fields)
    world.application(who=made)
    return made


@pytest.fixture
def found(client):
    client.force_login(world.user(Role.ADMIN), "recruit.backends.PasswordBackend")

    def names(query):
        groups = client.get(reverse("search"), {"q": query}).context["groups"]
        return sorted(hit.title for group in groups for hit in group["hits"])

    return names


def test_each_word_is_the_beginning_of_a_word_of_the_name_in_any_script(found):
    for name in ("Анна Петрова", "Anna Sidorova", "Ivan Petrov", "Hanna Lee", "สมชาย ใจดี"):
        person(name)

    assert found("petr") == ["Ivan Petrov", "Анна Петрова"]
    assert found("Анна П") == ["Анна Петрова"]
    assert found("anna") == ["Anna Sidorova", "Анна Петрова"]
    assert found("ใจดี") == ["สมชาย ใจดี"]
    assert (found("etrov"), found("%%"), found("__")) == ([], [], [])


def test_a_new_name_is_found_the_old_one_no_longer_and_nothing_of_who_is_gone(found):
    anna, boris = person("Anna Petrova"), person("Boris Ivanov")
    Candidate.objects.filter(pk=anna.pk).update(name="Anna Orlova", name_key=name_key("Anna Orlova"))
    boris.delete()

    assert (found("orl"), found("petr"), found("ivan")) == (["Anna Orlova"], [], [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, candidate_id FROM recruit_nameword ORDER BY word")
        assert cursor.fetchall() == [("ana", anna.pk), ("orlova", anna.pk)]


def test_many_written_at_once_are_found_too(found):
    people = Candidate.objects.bulk_create(
        Candidate(name=f"Zarina {word}", name_key=name_key(f"Zarina {word}")) for word in ("Alimova", "Orlova")
    )
    for one in people:
        world.application(who=one)

    assert found("zari") == ["Zarina Alimova", "Zarina Orlova"]


def test_four_digits_or_more_and_the_beginning_of_an_e_mail_lead_to_the_person(found):
    person("Anna Petrova", phone="+79005551234", email="anna@mail.test")
    person("Boris Ivanov", phone="+79005561234")

    assert found("1234") == ["Anna Petrova", "Boris Ivanov"]
    assert (found("8 900 555-12-34"), found("5561234")) == (["Anna Petrova"], ["Boris Ivanov"])
    assert (found("ANNA@"), found("nna@mail.test"), found("_nna@")) == (["Anna Petrova"], [], [])


def test_a_name_is_looked_for_without_reading_everybody(client):
    client.force_login(world.user(Role.ADMIN), "recruit.backends.PasswordBackend")
    person("Anna Petrova")

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("search"), {"q": "petr"})

    asked = [one["sql"] for one in queries if "recruit_nameword" in one["sql"]]
    assert len(asked) == 1
    assert [sql for sql in asked if "LIKE" in sql.upper()] == []


def test_every_page_in_the_frame_has_the_search_box():
    templates = Path(__file__).resolve().parents[3].glob("*/templates/**/*.html")

    emptied = [
        path.name for path in templates if "{% block search %}{% endblock %}" in path.read_text(encoding="utf-8")
    ]

    assert emptied == []


@pytest.mark.django_db(transaction=True)
def test_an_emptied_table_leaves_no_words_behind():
    person("Anna Petrova")

    call_command("flush", interactive=False, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recruit_nameword")
        assert cursor.fetchone() == (0,)
