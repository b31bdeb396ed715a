"""What the API refuses: every route, every kind of refusal, one shape."""

from __future__ import annotations

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from recruit.permissions import ALLOWED, Role
from tests.recruit import world
from tests.recruit.api.routes import ROUTES

pytestmark = pytest.mark.django_db
# The routers must not shrink unseen.
FEWEST = 40


def refused(answer, status: int, code: str, fields: list[str] | None = None) -> None:
    """Hold an answer against the one shape."""
    body = answer.json()
    assert answer.status_code == status, body
    assert sorted(body) == ["error", "request_id"]
    assert sorted(body["error"]) == ["code", "fields", "message"]
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert len(body["request_id"]) > 0
    if fields is not None:
        assert sorted(body["error"]["fields"]) == sorted(fields)


def test_the_routers_hold_the_whole_api():
    assert len(ROUTES) >= FEWEST
    assert [str(route) for route in ROUTES if route.needs is None] == []


@pytest.mark.attack("A001")
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_without_a_key_nothing_is_answered(route):
    refused(getattr(APIClient(), route.method)(route.path()), 401, "not_authenticated")


@pytest.mark.parametrize("route", [one for one in ROUTES if set(Role) - ALLOWED[one.needs]], ids=str)
def test_a_role_that_may_not_is_refused(route, caller):
    for role in set(Role) - ALLOWED[route.needs]:
        refused(getattr(caller(role), route.method)(route.path(), {}), 403, "permission_denied")


@pytest.mark.parametrize("route", [route for route in ROUTES if route.detail], ids=str)
def test_what_is_not_there_is_not_found(route, caller):
    bodies = {
        "api-vacancy-move": {"event": "pause"},
        "api-application-move": {"stage": "shortlist"},
        "api-application-triage": {"decision": "yes"},
        "api-application-offer": {"pay": 50_000},
        "api-offer-settle": {"event": "accept"},
        "api-session-walk-in": {"application": 1},
        "api-invitation-reply": {"answer": "confirm"},
        "api-invitation-settle": {"outcome": "came"},
    }
    refused(getattr(caller(), route.method)(route.path(), bodies.get(route.name, {})), 404, "not_found", [])


@pytest.mark.parametrize("name", sorted({route.name for route in ROUTES}))
def test_a_method_that_is_not_there_is_refused(name, caller):
    route = next(route for route in ROUTES if route.name == name)

    refused(caller().delete(route.path()), 405, "method_not_allowed", [])


def foreign_rows() -> dict[str, int]:
    """Write a vacancy and an application of a team that the caller is not in."""
    team = world.team()
    vacancy = world.vacancy(team=team, office=world.office())
    return {"api-vacancy": vacancy.pk, "api-application": world.application(to=vacancy).pk}


@pytest.mark.parametrize(
    ("name", "method", "body"),
    [
        ("api-vacancy-detail", "get", None),
        ("api-vacancy-detail", "patch", {"title": "Mine"}),
        ("api-vacancy-move", "post", {"event": "pause"}),
        ("api-application-detail", "get", None),
        ("api-application-move", "post", {"stage": "shortlist"}),
        ("api-application-triage", "post", {"decision": "yes"}),
        ("api-application-offer", "post", {"pay": 50_000}),
    ],
)
def test_rows_of_another_team_are_not_found(name, method, body, caller):
    rows = foreign_rows()
    path = reverse(name, kwargs={"pk": rows[name.rpartition("-")[0]]})

    refused(getattr(caller(Role.RECRUITER, teams=(world.team(),)), method)(path, body), 404, "not_found", [])


def test_a_person_cannot_be_put_on_a_vacancy_of_another_team(caller):
    vacancy = foreign_rows()["api-vacancy"]
    body = {"person": {"name": "Anna", "external_id": "1"}, "vacancy": vacancy}

    answer = caller(Role.RECRUITER, teams=(world.team(),)).post(reverse("api-application-list"), body)

    refused(answer, 404, "not_found", ["vacancy"])


@pytest.mark.parametrize(
    ("name", "body", "fields"),
    [
        ("api-vacancy-list", {}, ["title"]),
        ("api-vacancy-list", {"title": "Cook", "salary_from": 9, "salary_to": 8}, ["salary_to"]),
        ("api-application-list", {}, ["person", "vacancy"]),
        ("api-application-list", {"person": {"emails": ["x"]}, "vacancy": "x"},
         ["person.name", "person.external_id", "person.emails.0", "vacancy"]),
        ("api-import-list", {"kind": "responses"}, ["file"]),
        ("api-session-list", {}, ["office", "starts_at", "ends_at", "vacancies", "target"]),
        ("api-plan-preview", {}, ["spec"]),
        ("api-plan-preview", {"spec": {}, "format": "circus"}, ["format"]),
        ("api-scorecard-list", {"marks": {"ability": 9}}, ["invitation", "marks.ability"]),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_at_its_fields(name, body, fields, caller):
    refused(caller().post(reverse(name), body), 400, "invalid", fields)


@pytest.mark.parametrize("name", ["api-vacancy-list", "api-session-list", "api-plan-preview", "api-application-list"])
@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null"])
def test_a_body_that_is_no_object_is_refused(name, body, caller):
    answer = caller().post(reverse(name), body, content_type="application/json")

    refused(answer, 400, "invalid")


@pytest.mark.parametrize("body", ["{", "\udcff".encode("utf-8", "surrogateescape"), b"\xff", '{"a": NaN}'])
def test_what_is_no_json_is_refused(body, caller):
    answer = caller().post(reverse("api-vacancy-list"), body, content_type="application/json")

    refused(answer, 400, "parse_error", [])


@pytest.mark.parametrize("name", ["api-vacancy-list", "api-application-list", "api-statistics-list"])
def test_a_filter_that_is_no_value_is_refused(name, caller):
    query = {"api-vacancy-list": "state", "api-application-list": "vacancy", "api-statistics-list": "by"}[name]

    refused(caller().get(reverse(name), {query: "moon"}), 400, "invalid", [query])


def test_a_number_that_is_no_number_in_the_address_is_not_found(caller):
    refused(caller().get("/api/v1/vacancies/x/"), 404, "not_found", [])


def test_a_wrong_state_is_a_conflict(caller):
    client, application = caller(), world.application()
    path = reverse("api-application-triage", kwargs={"pk": application.pk})
    client.post(path, {"decision": "yes"})

    answer = client.post(path, {"decision": "no"})

    refused(answer, 409, answer.json()["error"]["code"], [])


def test_a_content_type_that_is_not_read_is_refused(caller):
    answer = caller().post(reverse("api-vacancy-list"), "title=x", content_type="text/plain")

    refused(answer, 415, "unsupported_media_type", [])
