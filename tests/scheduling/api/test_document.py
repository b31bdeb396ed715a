"""The OpenAPI document and its page."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from recruit.permissions import Role
from tests.recruit import world
from tests.recruit.api.world import caller

pytestmark = pytest.mark.django_db


def test_the_document_names_the_operations_of_the_main_job():
    document = caller().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    wanted = {
        "/api/v1/imports/", "/api/v1/candidates/", "/api/v1/applications/", "/api/v1/sessions/",
        "/api/v1/sessions/{id}/plan/", "/api/v1/plans/{id}/approve/", "/api/v1/invitations/{id}/reply/",
        "/api/v1/invitations/{id}/check_in/", "/api/v1/invitations/{id}/start/", "/api/v1/invitations/{id}/finish/",
        "/api/v1/scorecards/", "/api/v1/sessions/{id}/close/", "/api/v1/statistics/",
    }  # fmt: skip
    assert wanted - set(document["paths"]) == set()


def test_the_document_is_refused_without_a_key():
    assert APIClient().get("/api/v1/schema/").status_code == 401


def test_the_page_lists_the_operations_and_fetches_nothing_from_elsewhere():
    client = Client()
    client.force_login(world.user(Role.RECRUITER), backend="recruit.backends.PasswordBackend")
    page = client.get("/api/v1/docs/").content.decode()
    assert page.count("/api/v1/sessions/{id}/close/") == 1
    assert page.count("https://") == 0
