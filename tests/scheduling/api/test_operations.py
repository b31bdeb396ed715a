"""Every operation of the interview day: done with a key, refused without, by role, by scope, by input, by state."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from recruit.permissions import Role
from recruit.services.applications import triage
from scheduling.models import InterviewSession, Invitation, Plan, Scorecard
from scheduling.services.actors import Actor
from scheduling.services.desk import check_in, start
from scheduling.services.sessions import change_session_state
from scheduling.services.waves import invite_one
from scheduling.states import SessionEvent
from tests.recruit import world
from tests.recruit.api.world import caller, client_of, session, tomorrow

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def day():
    return change_session_state(session(), SessionEvent.OPEN)


@pytest.fixture
def api():
    return caller()


def _shortlisted(day, count):
    recruiter = world.user(Role.ADMIN)
    people = []
    for number in range(count):
        one = world.application(
            who=world.candidate(f"Person {number}", email=f"p{day.pk}-{number}@mail.test"), to=day.vacancies.get()
        )
        triage(one, "yes", at=world.NINE, by=recruiter)
        people.append(one)
    return people


def _invited(day, count=1):
    by = world.user(Role.ADMIN)
    return [invite_one(one, day, band=day.bands.first(), at=tomorrow(8), by=by) for one in _shortlisted(day, count)]


def _error(response, status):
    assert response.status_code == status, response.content
    body = response.json()
    assert sorted(body) == ["error", "request_id"]
    assert sorted(body["error"]) == ["code", "fields", "message"]
    return body["error"]


def _wish(day, **changes):
    return {
        "office": day.office_id,
        "vacancies": [day.vacancies.get().pk],
        "starts_at": tomorrow(13).isoformat(),
        "ends_at": tomorrow(17).isoformat(),
        "target": 5,
        **changes,
    }


# method, path, the role that may not (None: all may)
OPERATIONS = [
    ("get", "/sessions/", None),
    ("post", "/sessions/", Role.DESK),
    ("get", "/sessions/{session}/", None),
    ("get", "/sessions/{session}/forecast/", None),
    ("post", "/sessions/{session}/plan/", Role.DESK),
    ("post", "/sessions/{session}/cancel/", Role.DESK),
    ("post", "/sessions/{session}/close/", Role.DESK),
    ("post", "/sessions/{session}/walk_in/", Role.CALLER),
    ("post", "/sessions/{session}/call_next/", Role.CALLER),
    ("get", "/plans/", None),
    ("get", "/plans/{plan}/", None),
    ("post", "/plans/preview/", Role.DESK),
    ("post", "/plans/{plan}/approve/", Role.DESK),
    ("get", "/invitations/", None),
    ("get", "/invitations/{invitation}/", None),
    ("post", "/invitations/{invitation}/reply/", Role.INTERVIEWER),
    *(
        ("post", f"/invitations/{{invitation}}/{name}/", Role.CALLER)
        for name in ("check_in", "undo_check_in", "start", "finish", "leave", "turn_away")
    ),
    ("post", "/invitations/{invitation}/settle/", Role.DESK),
    ("get", "/scorecards/", Role.DESK),
    ("post", "/scorecards/", Role.DESK),
    ("get", "/statistics/", Role.DESK),
]


@pytest.mark.parametrize(("method", "path", "_role"), OPERATIONS)
def test_without_a_key_everything_is_refused(method, path, _role):
    url = API + path.format(session=1, plan=1, invitation=1)
    assert _error(getattr(APIClient(), method)(url), 401)["code"] == "not_authenticated"


@pytest.mark.parametrize(("method", "path", "role"), [row for row in OPERATIONS if row[2]])
def test_a_role_that_may_not_is_refused(method, path, role):
    url = API + path.format(session=1, plan=1, invitation=1)
    assert _error(getattr(caller(role), method)(url), 403)["code"] == "permission_denied"


@pytest.mark.parametrize(("method", "path", "_role"), [row for row in OPERATIONS if "{" in row[1]])
def test_what_lies_outside_the_scope_is_not_there(method, path, _role, day):
    (invitation,) = _invited(day)
    plan = Plan.objects.create(session=day, revision=1, inputs={}, outputs={})
    bodies = {"walk_in": {"application": 1}, "reply": {"answer": "confirm"}, "settle": {"outcome": "came"}}
    url = API + path.format(session=day.pk, plan=plan.pk, invitation=invitation.pk)
    stranger = caller(Role.RECRUITER, teams=(world.team(),))
    answer = getattr(stranger, method)(url, bodies.get(path.split("/")[-2], {}), format="json")
    assert _error(answer, 404)["code"] == "not_found"


def test_a_session_is_made_planned_approved_and_forecast(api, day):
    made = api.post(f"{API}/sessions/", _wish(day)).json()
    assert (made["state"], made["capacity"], made["target"]) == ("draft", 24, 5)
    _shortlisted(InterviewSession.objects.get(pk=made["id"]), 3)
    plan = api.post(f"{API}/sessions/{made['id']}/plan/", {"show_rate": 0.5}).json()
    assert (plan["state"], plan["revision"], len(plan["people"])) == ("proposed", 1, 3)
    assert api.post(f"{API}/plans/{plan['id']}/approve/").json()["state"] == "sent"
    forecast = api.get(f"{API}/sessions/{made['id']}/forecast/").json()
    assert (forecast["invited"], forecast["silent"]) == (3, 3)
    _error(api.post(f"{API}/plans/{plan['id']}/approve/"), 409)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target": 0}, "target"),
        ({"target": 25}, "target"),
        ({"minutes_each": -20}, "minutes_each"),
        ({"starts_at": "2026-02-30T13:00:00Z"}, "starts_at"),
        ({"starts_at": "2020-01-01T13:00:00Z", "ends_at": "2020-01-01T17:00:00Z"}, "starts_at"),
        ({"ends_at": "2020-01-01T17:00:00Z"}, "ends_at"),
        ({"format": "group", "seats": 4}, "target"),
        ({"format": "group"}, "seats"),
        ({"vacancies": []}, "vacancies"),
        ({"office": 999999}, "office"),
    ],
)
def test_a_session_that_cannot_be_names_the_field(api, day, changes, field):
    before = InterviewSession.objects.count()
    error = _error(api.post(f"{API}/sessions/", _wish(day, **changes)), 400)
    assert list(error["fields"]) == [field]
    assert InterviewSession.objects.count() == before


def test_a_preview_plans_from_numbers_alone(api):
    spec = {"target": 5, "typical": {"mean": 0.2, "weight": 1000.0}}
    plan = api.post(f"{API}/plans/preview/", {"spec": spec}).json()
    assert plan["p_target"] >= 0.9
    assert sum(band["invited"] for band in plan["bands"]) == plan["invite"]
    group = api.post(f"{API}/plans/preview/", {"format": "group", "spec": {"target": 5, "seats": 8}}).json()
    assert (group["format"], len(group["bands"])) == ("group", 1)
    assert Plan.objects.count() == 0


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"target": 25}, "spec.target"),
        ({"target": 5, "window": -1}, "spec.window"),
        ({"target": 5, "show_probs": [1.2]}, "spec.show_probs"),
        ({"target": 5, "nonsense": 1}, "spec.nonsense"),
        ({"target": 5, "typical": {"mean": 2}}, "spec.typical"),
        ({"target": "five"}, "spec.target"),
        ({"target": 5, "interviewers": None}, "spec.interviewers"),
        ({"target": 5, "assurance": "high"}, "spec.assurance"),
        ({"target": 5, "show_probs": 3}, "spec.show_probs"),
    ],
)
def test_a_preview_names_the_field_it_refuses(api, spec, field):
    assert list(_error(api.post(f"{API}/plans/preview/", {"spec": spec}), 400)["fields"]) == [field]


@pytest.mark.parametrize(
    ("body", "state", "answer"),
    [
        ({"answer": "confirm"}, "confirmed", "confirmed"),
        ({"answer": "decline", "reason": "too_far"}, "declined", "declined"),
        ({"answer": "unsure"}, "sent", "unsure"),
        ({"answer": "ask_to_move", "wish": "Friday"}, "sent", "asked_to_move"),
        ({"answer": "running_late", "minutes": 15}, "confirmed", "confirmed"),
    ],
)
def test_an_answer_is_noted(api, day, body, state, answer):
    (one,) = _invited(day)
    said = api.post(f"{API}/invitations/{one.pk}/reply/", body).json()
    assert (said["state"], said["answer"], said["late_minutes"]) == (state, answer, body.get("minutes"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "running_late"}, "minutes"),
        ({"answer": "running_late", "minutes": 0}, "minutes"),
        ({"answer": "decline", "reason": "weather"}, "reason"),
        ({"answer": "ask_to_move", "band": 999999}, "band"),
    ],
)
def test_an_answer_that_cannot_be_names_the_field(api, day, body, field):
    (one,) = _invited(day)
    assert list(_error(api.post(f"{API}/invitations/{one.pk}/reply/", body), 400)["fields"]) == [field]
    assert Invitation.objects.get(pk=one.pk).answer == "silent"


def test_the_desk_runs_a_day_to_its_close(api, day):
    first, second, third, fourth = _invited(day, 4)
    for one in (first, second, third):
        api.post(f"{API}/invitations/{one.pk}/check_in/")
    _error(api.post(f"{API}/invitations/{first.pk}/check_in/"), 409)
    assert api.post(f"{API}/invitations/{third.pk}/undo_check_in/").json()["state"] == "sent"
    assert api.post(f"{API}/sessions/{day.pk}/call_next/").json()["id"] == first.pk
    assert api.post(f"{API}/invitations/{second.pk}/leave/").json()["state"] == "left_unseen"
    assert api.post(f"{API}/invitations/{first.pk}/finish/").json()["state"] == "finished"
    walk_in = api.post(f"{API}/sessions/{day.pk}/walk_in/", {"application": _shortlisted(day, 5)[4].pk})
    assert (walk_in.status_code, walk_in.json()["is_walk_in"]) == (201, True)
    assert api.post(f"{API}/invitations/{walk_in.json()['id']}/turn_away/").json()["state"] == "turned_away"
    _error(api.post(f"{API}/sessions/{day.pk}/call_next/"), 409)
    _error(api.post(f"{API}/sessions/{day.pk}/close/"), 409)
    assert api.post(f"{API}/invitations/{third.pk}/settle/", {"outcome": "no_show"}).json()["state"] == "no_show"
    assert api.post(f"{API}/invitations/{fourth.pk}/settle/", {"outcome": "cancelled"}).json()["state"] == "cancelled"
    report = api.post(f"{API}/sessions/{day.pk}/close/").json()
    assert (report["invited"], report["came"], report["held"], report["walk_ins"], report["no_shows"]) == (
        4,
        2,
        1,
        1,
        1,
    )
    _error(api.post(f"{API}/sessions/{day.pk}/close/"), 409)


def test_a_cancelled_session_makes_nobody_a_no_show(api, day):
    (one,) = _invited(day)
    assert api.post(f"{API}/sessions/{day.pk}/cancel/").json()["state"] == "cancelled"
    assert Invitation.objects.get(pk=one.pk).state == "cancelled"
    _error(api.post(f"{API}/sessions/{day.pk}/cancel/"), 409)


def _seen(day):
    (one,) = _invited(day)
    actor = Actor.system("test")
    return start(check_in(one, at=tomorrow(13), actor=actor), at=tomorrow(13), actor=actor)


def test_marks_are_kept_then_submitted_once(api, day):
    body = {"invitation": _seen(day).pk, "marks": {"motivation": 4}}
    kept = api.post(f"{API}/scorecards/", body).json()
    assert (kept["marks"], kept["submitted_at"]) == ({"motivation": 4}, None)
    assert caller(Role.ADMIN).get(f"{API}/scorecards/").json()["results"] == []
    again = api.post(f"{API}/scorecards/", {**body, "marks": {"motivation": 5}, "submit": True}).json()
    assert (again["id"], again["marks"]) == (kept["id"], {"motivation": 5})
    assert [row["id"] for row in caller(Role.ADMIN).get(f"{API}/scorecards/").json()["results"]] == [kept["id"]]
    _error(api.post(f"{API}/scorecards/", body), 409)


def test_nobody_writes_marks_in_the_name_of_another(day):
    api = caller(Role.ADMIN)
    mine = api.post(f"{API}/scorecards/", {"invitation": _seen(day).pk, "marks": {"ability": 3}}).json()
    refused = caller(Role.ADMIN).post(f"{API}/scorecards/", {**mine, "author": mine["author"]})

    assert (_error(refused, 403)["code"], Scorecard.objects.count()) == ("not_allowed", 1)


def test_marks_out_of_range_name_the_field(api, day):
    error = _error(api.post(f"{API}/scorecards/", {"invitation": _seen(day).pk, "marks": {"ability": 6}}), 400)
    assert list(error["fields"]) == ["marks.ability"]


def test_the_secret_link_is_shown_to_those_who_may_answer_for_the_person(day):
    (one,) = _invited(day)
    team = world.team()
    team.offices.add(day.office)
    path = f"{API}/invitations/{one.pk}/"
    assert "link" in client_of(world.user(Role.CALLER, teams=(team,))).get(path).json()
    assert "link" not in client_of(world.user(Role.HIRING_MANAGER, teams=(team,))).get(path).json()


@pytest.mark.parametrize(("query", "field"), [({"by": "gender"}, "by"), ({"vacancy": "all"}, "vacancy")])
def test_statistics_name_a_question_they_cannot_answer(api, query, field):
    assert list(_error(api.get(f"{API}/statistics/", query), 400)["fields"]) == [field]


@pytest.mark.parametrize("path", ["sessions", "invitations", "plans"])
def test_a_list_takes_as_many_statements_for_five_rows_as_for_one(api, path):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            count = len(api.get(f"{API}/{path}/").json()["results"])
        return count, len(seen)

    def add():
        day = session()
        _invited(day)
        Plan.objects.create(session=day, revision=1, inputs={}, outputs={})

    add()
    api.get(f"{API}/sessions/")
    one = statements()
    for _ in range(4):
        add()
    assert (one[0], statements()) == (1, (5, one[1]))


def test_pages_follow_one_another_by_cursor(api):
    made = [session().pk for _ in range(3)]
    first = api.get(f"{API}/sessions/", {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None
