"""The page of plans played again."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from recruit.models import Company
from recruit.permissions import Role
from scheduling.models import Finding
from scheduling.services import backtests
from scheduling.statistics.replays import OURS, THUMB
from tests.recruit import world
from tests.scheduling.web.days import a_day

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def admin(client):
    user = world.user(Role.ADMIN)
    client.force_login(user, backend="recruit.backends.PasswordBackend")
    return user


def found():
    result = {"cost": 7300.0, "met": 0.9, "invited": 33.7, "over": 0.45}
    beside = {"met_points": [28.0, -3.0, 34.0], "saved": [0.36, -0.04, 0.5]}
    plan = {"invites": [26, 28], "result": result}
    codes = (OURS, THUMB, "fixed_cheapest", "fixed_sure", "best_fixed")
    return {
        "days": 90, "draws": 40, "people": 2880, "first": "2026-03-06", "last": "2026-04-04", "rate": 0.2,
        "has_late": True, "plans": {code: {**plan, "beside": None if code == OURS else beside} for code in codes},
    }  # fmt: skip


def test_every_way_to_plan_stands_beside_ours(client, admin):
    goal = {"target": 5, "seats": 8, "invitation": 15.0, "missing": 1500.0, "extra": 500.0}
    Finding.objects.create(name=backtests.REPLAY_FINDING, at=AT, payload={"goal": goal, "found": found()})

    answer = client.get(reverse("statistics-replays"))

    text = answer.content.decode()
    assert [one["code"] for one in answer.context["plans"]] == [
        OURS,
        THUMB,
        "fixed_cheapest",
        "fixed_sure",
        "best_fixed",
    ]
    assert '−36 % <span class="meta small">(−50 … +4)' in text
    assert '+28.0 <span class="meta small">(−3.0 … +34.0)' in text
    assert reverse("statistics-replays") in client.get(reverse("statistics-backtest")).content.decode()


def test_too_little_history_is_said(client, admin):
    a_day()

    backtests.run_replays(at=AT)

    assert "No past day has the people for it" in client.get(reverse("statistics-replays")).content.decode()


def test_the_goal_is_that_of_the_days_closed_and_the_costs_are_the_companys(admin):
    company = Company.current()
    for target in (3, 3, 4):
        a_day(2, target=target)

    goal = backtests.usual_goal()

    # Two interviewers, three hours, twenty minutes each.
    assert (goal.target, goal.seats) == (3, 18)
    assert (goal.invitation, goal.missing, goal.extra) == (
        company.cost_invitation, company.cost_missing_interview, company.cost_turned_away,
    )  # fmt: skip


def test_running_it_again_leads_back_to_the_page_it_was_asked_from(client, admin):
    run = reverse("statistics-backtest-run")

    assert client.post(run, {"then": "statistics-replays"}).url == reverse("statistics-replays")
    assert client.post(run, {"then": "https://elsewhere.example"}).url == reverse("statistics-backtest")
