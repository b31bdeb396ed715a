"""The statistics of the API say what the pages say."""

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from recruit.permissions import Role
from scheduling.services import reports
from tests.recruit import world
from tests.scheduling.services.test_after_the_day import a_day

pytestmark = pytest.mark.django_db
API = "/api/v1/statistics/"


@pytest.fixture
def user():
    return world.user(Role.ADMIN)


@pytest.fixture
def api(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.parametrize("by", reports.DIMENSIONS)
def test_every_dimension_has_every_rate(api, user, by):
    a_day()

    answer = api.get(API, {"by": by}).json()

    lines = reports.rate_lines(reports.Slice(user=user), by)
    assert {row["code"]: row["counts"] for row in answer["rows"]} == {line.code: line.counts for line in lines}
    assert answer["rows"][0]["rates"]["show"]["count"] == lines[0].show.count
    assert answer["overall"]["count"] == 2


def test_a_slice_narrows(api):
    a_day()

    assert api.get(API, {"start": "2030-01-01T00:00:00Z"}).json()["rows"] == []
    assert api.get(API, {"office": 1}).json()["overall"]["of"] in {0, 3}


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("", {"start": "soon"}, "start"),
        ("costs/", {"office": "x"}, "office"),
        ("ahead/", {"hires": 0, "by": "2030-01-01"}, "hires"),
    ],
)
def test_a_question_that_is_none_is_named(api, path, query, field):
    answer = api.get(API + path, query)

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]


def test_costs_times_and_calibration_are_told(api):
    a_day()

    costs = api.get(f"{API}costs/").json()
    stays = api.get(f"{API}stays/").json()
    calibration = api.get(f"{API}calibration/").json()

    assert [(row["name"], row["counts"]["arrived"]) for row in costs] == [("hh", 2)]
    assert {row["code"] for row in stays} >= {"viewed", "invited", "hired"}
    assert (calibration["sessions"], calibration["scores"]["people"]) == (0, 4)


def test_looking_ahead_is_told(api):
    world.vacancy()
    day = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()

    answer = api.get(f"{API}ahead/", {"hires": 3, "by": day}).json()

    assert answer["people"]["hires"]["median"] == 3
    assert answer["missed_by"]["high"] > 0


@pytest.mark.parametrize("path", ["", "costs/", "stays/", "calibration/", "ahead/"])
def test_who_may_not_see_statistics_is_refused(path):
    client = APIClient()
    client.force_authenticate(world.user(Role.DESK))

    assert client.get(API + path).status_code == 403
