"""The planner as a service: numbers in, the library's plan out."""

from __future__ import annotations

import json
import time

import pytest
from rest_framework.test import APIClient

from recruit.permissions import Role
from recruit.services.keys import new_key
from scheduling.models import Plan
from scheduling.planning import GroupSpec, StreamedSpec, from_json, plan_group, plan_streamed, to_json
from scheduling.planning import Plan as PlanOutcome
from tests.recruit import world

pytestmark = pytest.mark.django_db
PREVIEW = "/api/v1/plans/preview/"
STREAMED = {
    "target": 5,
    "assurance": 0.9,
    "interviewers": 2,
    "minutes_each": 20,
    "window": 240,
    "band_minutes": 30,
    "lobby": 14,
    "show_probs": [0.2] * 20,
}
GROUP = {"target": 8, "assurance": 0.9, "seats": 12, "minimum": 4, "show_probs": [0.6, 0.4, 0.25] * 10}


@pytest.fixture
def client() -> APIClient:
    client = APIClient(raise_request_exception=False)
    key = new_key(user=world.user(Role.INTEGRATOR), name="planner")[1]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


def plain(outcome: PlanOutcome) -> object:
    """Return a plan as JSON carries it."""
    return json.loads(json.dumps(to_json(outcome)))


RICH = {
    "staff": [1, 1, 2, 2, 2, 2, 1, 1],
    "breaks": [[120, 140]],
    "walk_ins_per_hour": 0.5,
    "guaranteed": [[60, 0.9]],
    "availability": [None, [0, 1]] * 10,
    "priority": [2, 1] * 10,
    "invited_elsewhere": [3],
    "earliest_band": 1,
    "closed_bands": [7],
    "room_cap": 6,
}


@pytest.mark.parametrize("changed", [{}, {"invite": 12}, {"target": 2}, {"show_probs": []}, RICH])
def test_a_stream_is_planned_as_the_library_plans_it(client, changed):
    spec = STREAMED | changed

    answer = client.post(PREVIEW, {"format": "streamed", "spec": spec})

    assert answer.status_code == 200
    assert answer.json() == plain(plan_streamed(from_json(StreamedSpec, spec)))
    assert Plan.objects.count() == 0


@pytest.mark.parametrize("changed", [{}, {"invite": 20}, {"minimum": None}])
def test_a_group_is_planned_as_the_library_plans_it(client, changed):
    spec = GROUP | changed

    answer = client.post(PREVIEW, {"format": "group", "spec": spec})

    assert answer.status_code == 200
    assert answer.json() == plain(plan_group(from_json(GroupSpec, spec)))


def named(answer) -> set[str]:
    """Return the arguments that the answer names; an entry of a list counts as the list."""
    return {".".join(name.split(".")[:2]) for name in answer.json()["error"]["fields"]}


BAD = [
    ("target", -1),
    ("target", 1e9),
    ("target", "five"),
    ("target", None),
    ("target", 2.5),
    ("target", True),
    ("target", []),
    ("assurance", 0),
    ("assurance", 1.5),
    ("assurance", "high"),
    ("interviewers", 0),
    ("interviewers", -3),
    ("interviewers", "two"),
    ("minutes_each", 0),
    ("minutes_each", -20),
    ("minutes_each", {}),
    ("window", 0),
    ("window", -1),
    ("window", "long"),
    ("band_minutes", 0),
    ("band_minutes", -5),
    ("lobby", -1),
    ("lobby", "big"),
    ("show_probs", [1.5]),
    ("show_probs", [-0.1]),
    ("show_probs", ["often"]),
    ("show_probs", [None]),
    ("show_probs", "0.2"),
    ("show_probs", 0.2),
    ("show_probs", 7),
    ("invite", -1),
    ("invite", "all"),
    ("bands", [-1]),
    ("bands", 3),
    ("costs", 3),
    ("costs", {"waiting_minute": -1}),
    ("typical", {"mean": 2, "weight": 1}),
    ("typical", "x"),
    ("already", 3),
    ("already", [0.5]),
    ("day_correlation", 2),
    ("spread", "wide"),
    ("staff", [1]),
    ("staff", 2),
    ("breaks", [[140, 120]]),
    ("breaks", [120]),
    ("walk_ins_per_hour", -1),
    ("guaranteed", [[60, 2]]),
    ("guaranteed", [[60.5, 0.5]]),
    ("guaranteed", [["inf", 0.5]]),
    ("availability", [[0]]),
    ("priority", ["first"]),
    ("invited_elsewhere", [20]),
    ("earliest_band", -1),
    ("closed_bands", [8]),
    ("room_cap", -1),
    ("moon", 1),
]


@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_bad_argument_of_a_stream_names_its_field(client, field, value):
    answer = client.post(PREVIEW, {"format": "streamed", "spec": STREAMED | {field: value}})

    assert answer.status_code == 400, answer.content[:300]
    assert named(answer) == {f"spec.{field}"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target", 13),
        ("target", None),
        ("seats", 0),
        ("seats", "many"),
        ("minimum", 9),
        ("minimum", -1),
        ("show_probs", [2]),
        ("already", "x"),
        ("interviewers", 2),
    ],
)
def test_a_bad_argument_of_a_group_names_its_field(client, field, value):
    answer = client.post(PREVIEW, {"format": "group", "spec": GROUP | {field: value}})

    assert answer.status_code == 400, answer.content[:300]
    assert named(answer) == {f"spec.{field}"}


@pytest.mark.parametrize("missing", ["target", "seats"])
def test_a_missing_argument_is_named(client, missing):
    spec = {name: value for name, value in GROUP.items() if name != missing}

    answer = client.post(PREVIEW, {"format": "group", "spec": spec})

    assert answer.status_code == 400, answer.content[:300]
    assert named(answer) == {f"spec.{missing}"}


def test_more_than_500_people_are_refused_at_once(client):
    answer = client.post(PREVIEW, {"spec": STREAMED | {"show_probs": [0.2] * 501}})

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["spec.show_probs"])


def test_a_typical_preview_takes_a_moment(client):
    times = []
    for _ in range(5):
        begun = time.process_time()
        assert client.post(PREVIEW, {"spec": STREAMED}).status_code == 200
        times.append(time.process_time() - begun)

    print(f"preview of 20 people: median {sorted(times)[2] * 1000:.0f} ms")
    assert sorted(times)[2] < 5
