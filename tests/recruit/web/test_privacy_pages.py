"""Data protection and users in Settings, and the audit as a file."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruit.models import AuditEntry, Candidate, Company, Erasure, Message, Notice, PrivacyRequest, RetentionRule, User
from recruit.permissions import Role
from recruit.services import privacy
from tests.recruit import world
from tests.recruit.world import NINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    who = world.user(Role.ADMIN)
    client.force_login(who)
    return who


def test_the_page_shows_requests_rules_and_texts(client, admin):
    privacy.ask(world.candidate("Anna Petrova"), "correct", at=NINE, text="wrong name")

    text = client.get("/settings/privacy/").content.decode()

    assert [word for word in ("Anna Petrova", "wrong name", "TEMPLATE") if word not in text] == []
    assert (Notice.objects.count(), RetentionRule.objects.count()) == (12, 1)


def test_a_try_of_the_rules_names_people_and_erases_nobody(client, admin):
    old = world.candidate("Old Person", created_at=NINE.replace(year=2020))

    answer = client.post("/settings/privacy/try/", follow=True)

    assert ("Old Person" in answer.content.decode(), Candidate.objects.get(pk=old.pk).erased_at) == (True, None)


def test_a_rule_and_a_text_are_changed_here(client, admin):
    rule = RetentionRule.objects.create(days=100)

    client.post(f"/settings/privacy/rules/{rule.pk}/", {"days": 30, "pool_days": 60, "is_on": "on"})
    client.post(
        "/settings/privacy/texts/new/",
        {"purpose": "pool", "version": "2", "basis": "consent", "language": "en", "title": "New", "body": "Words"},
    )
    again = client.post(
        "/settings/privacy/texts/new/",
        {"purpose": "pool", "version": "2", "basis": "consent", "language": "en", "title": "New", "body": "Words"},
    )

    assert (RetentionRule.objects.get().days, Notice.objects.get(version="2").body) == (30, "Words")
    assert again.context["form"].errors.keys() == {"version"}


def test_a_request_to_be_erased_is_done_with_one_press(client, admin):
    who = world.candidate("Anna Petrova", email="anna@mail.test")
    row = privacy.ask(who, "erase", at=NINE)

    client.post(f"/settings/privacy/requests/{row.pk}/", {"what": "do"})

    assert (Candidate.objects.get().name, Erasure.objects.get().by) == ("", admin)


def test_another_request_is_noted_as_refused_once(client, admin):
    row = privacy.ask(world.candidate(), "review", at=NINE)

    for _ in range(2):
        client.post(f"/settings/privacy/requests/{row.pk}/", {"what": "refuse"})

    assert PrivacyRequest.objects.get().state == "refused"
    assert AuditEntry.objects.filter(action="privacy_request.refused").count() == 1


def test_a_person_is_erased_after_one_more_question(client, admin):
    who = world.candidate("Anna Petrova")

    page = client.get(f"/candidates/{who.pk}/erase/")
    untouched = Candidate.objects.get().name
    client.post(f"/candidates/{who.pk}/erase/")

    assert (page.status_code, untouched, Candidate.objects.get().name) == (200, "Anna Petrova", "")


def test_a_copy_is_given_and_noted(client, admin):
    who = world.candidate("Anna Petrova")

    answer = client.post(f"/candidates/{who.pk}/export/")

    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["person.json"]
    assert AuditEntry.objects.get(action="candidate.exported").actor == admin


def test_the_persons_page_shows_what_was_shown_and_asked(client, admin):
    who = world.candidate("Anna Petrova")
    privacy.ask(who, "review", at=NINE, text="please look")

    assert "please look" in client.get(f"/candidates/{who.pk}/").content.decode()


def test_the_audit_is_a_file_that_says_that_it_was_taken(client, admin):
    client.get(f"/candidates/{world.candidate('Anna Petrova').pk}/")

    answer = client.get("/settings/audit.csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["action"] for row in rows] == ["candidate.seen", "audit.exported"]
    assert "Anna" not in str(rows)


# -- users ---------------------------------------------------------------------------------------------------------------


def form(**fields):
    return {"name": "Anna", "email": "anna@turnout.test", "role": "desk", "language": "", "is_active": "on", **fields}


def test_somebody_is_invited_by_mail(client, admin):
    team = world.team()

    client.post("/settings/users/new/", form(teams=[team.pk]))

    made = User.objects.get(email="anna@turnout.test")
    assert (made.role, list(made.teams.all()), Message.objects.get().user) == ("desk", [team], made)
    assert "anna@turnout.test" in client.get("/settings/users/").content.decode()


@pytest.mark.parametrize("fields", [{"email": "not an address"}, {"role": "integrator"}, {"role": "god"}, {"name": ""}])
def test_a_wrong_field_is_told_beside_it_and_nobody_is_made(client, admin, fields):
    answer = client.post("/settings/users/new/", form(**fields))

    assert (list(answer.context["form"].errors), User.objects.count()) == (list(fields), 1)


def test_the_last_administrator_cannot_take_the_role_from_themselves(client, admin):
    answer = client.post(f"/settings/users/{admin.pk}/", form(email=admin.email, role="lead"))

    assert (list(answer.context["form"].errors), User.objects.get(pk=admin.pk).role) == (["role"], "admin")


@pytest.mark.parametrize("what", ["link", "end", "factor"])
def test_help_for_a_person_who_is_locked_out(client, admin, what):
    other = world.user(Role.DESK)

    answer = client.post(f"/settings/users/{other.pk}/act/", {"what": what})

    assert (answer.status_code, Message.objects.filter(user=other).exists()) == (302, what == "link")


def test_lists_of_users_cost_the_same_with_one_and_with_many(client, admin, django_assert_num_queries):
    Company.current()
    world.user(Role.DESK, teams=(world.team(),))
    with CaptureQueriesContext(connection) as one:
        client.get("/settings/users/")
    for _ in range(4):
        world.user(Role.DESK, teams=(world.team(),))

    with django_assert_num_queries(len(one)):
        assert client.get("/settings/users/").status_code == 200
