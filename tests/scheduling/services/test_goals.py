"""Hires promised by a day: the warning while a goal runs, and what would help most."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recruit.permissions import Role
from recruit.states import Stage, VacancyState
from scheduling.models import Finding
from scheduling.services import goals
from scheduling.services.findings import GOALS
from scheduling.services.reports.ahead import LEVER_LABELS, company_base, look_ahead
from tests.recruit import world

pytestmark = pytest.mark.django_db


def promised(days=20, **fields):
    return world.vacancy(**{"openings": 10, "promised_by": timezone.localdate() + timedelta(days=days), **fields})


def kept():
    return Finding.objects.get(name=GOALS).payload["misses"]


def test_a_goal_that_will_be_missed_is_kept_with_its_range_and_the_best_lever():
    vacancy = promised()

    assert goals.look_for_misses(at=timezone.now()) == 1

    (miss,) = kept()
    low, median, high = miss["missed"]
    assert (miss["vacancy"], miss["wanted"], miss["by"]) == (vacancy.pk, 10, vacancy.promised_by.isoformat())
    assert low <= median <= high == 10
    assert miss["lever"] in LEVER_LABELS


@pytest.mark.parametrize(
    "fields",
    [{"promised_by": None}, {"days": -1}, {"days": 400}, {"state": VacancyState.CLOSED}],
    ids=["no day", "a day that has gone", "too far", "closed"],
)
def test_only_open_vacancies_with_a_day_ahead_have_a_goal(fields):
    promised(**fields)

    assert goals.look_for_misses(at=timezone.now()) == 0


def test_hires_made_are_not_wanted_again():
    vacancy = promised(openings=2)
    for name in ("Anna", "Boris"):
        world.application(who=world.candidate(name), to=vacancy, stage=Stage.HIRED)

    assert goals.look_for_misses(at=timezone.now()) == 0
    type(vacancy).objects.update(openings=5)
    goals.look_for_misses(at=timezone.now())
    assert kept()[0]["wanted"] == 3


def test_a_goal_that_will_be_met_is_no_alarm():
    vacancy = promised(openings=1)
    for number in range(60):
        world.application(who=world.candidate(f"Person {number}"), to=vacancy, stage=Stage.OFFER)

    assert goals.look_for_misses(at=timezone.now()) == 0


def test_a_vacancy_without_history_begins_with_what_all_have_shown():
    old, new = world.vacancy(), promised()
    for number in range(200):
        world.application(who=world.candidate(f"Person {number}"), to=old, stage=Stage.SCREENING)
    user, now = world.user(Role.ADMIN), timezone.now()

    alone = look_ahead(user=user, hires=1, by=new.promised_by, today=timezone.localdate(), at=now, vacancy=new.pk)

    viewed = next(one for one in alone.yields if one.step == "viewed")
    expected = company_base(user, at=now).priors["viewed"]
    assert (viewed.entered, viewed.is_of_company, viewed.belief) == (0, True, expected)
    assert (expected.weight, round(expected.mean, 2)) == (20.0, 1.0)


def a_miss(vacancy, median, *, days=20):
    by = (timezone.localdate() + timedelta(days=days)).isoformat()
    return {"vacancy": vacancy.pk, "wanted": 9, "by": by, "missed": [1.0, median, 6.0], "lever": "held",
            "lever_hires": 0.44}  # fmt: skip


def test_today_shows_the_costliest_miss_and_leads_to_its_question(client):
    small, large = promised(title="Cook"), promised(title="Seller")
    goals.keep_finding(GOALS, {"misses": [a_miss(small, 1.0), a_miss(large, 3.0)]}, at=timezone.now())
    client.force_login(world.user(Role.ADMIN), backend="recruit.backends.PasswordBackend")

    answer = client.get(reverse("today"))

    alarm = answer.context["alarm"]
    assert str(alarm.text).startswith("Seller: you will miss by 3 hires (1–6) by ")
    assert str(alarm.text).endswith("What would help most: have 10 % more of the invited come (+0.4).")
    assert [str(one.text)[:32] for one in answer.context["more_alarms"]] == ["Cook: you will miss by 1 hire (1"]
    ahead = client.get(alarm.url)
    assert (ahead.status_code, ahead.context["found"].hires) == (200, 9)
    assert ahead.context["question"]["vacancy"] == large


def test_later_puts_one_goal_off_and_the_next_is_shown(client):
    small, large = promised(title="Cook"), promised(title="Seller")
    goals.keep_finding(GOALS, {"misses": [a_miss(small, 1.0), a_miss(large, 3.0)]}, at=timezone.now())
    client.force_login(world.user(Role.ADMIN), backend="recruit.backends.PasswordBackend")

    client.post(reverse("alarm-later"), {"key": client.get(reverse("today")).context["alarm"].key})

    assert str(client.get(reverse("today")).context["alarm"].text).startswith("Cook:")


def test_goals_of_other_teams_and_of_days_gone_are_not_shown(client):
    other, gone = promised(team=world.team("North")), promised()
    misses = [a_miss(other, 3.0), a_miss(gone, 3.0, days=-2)]
    goals.keep_finding(GOALS, {"misses": misses}, at=timezone.now())
    client.force_login(world.user(Role.LEAD), backend="recruit.backends.PasswordBackend")

    assert client.get(reverse("today")).context["alarm"] is None


def test_alarms_of_goals_ask_one_statement_however_many_there_are(client):
    client.force_login(world.user(Role.ADMIN), backend="recruit.backends.PasswordBackend")
    client.get(reverse("today"))

    def statements():
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("today"))
        return len(found)

    before = statements()
    goals.keep_finding(GOALS, {"misses": [a_miss(promised(), 2.0) for _ in range(30)]}, at=timezone.now())

    assert statements() - before == 1


def test_a_miss_is_told_back_as_it_was_kept():
    goals.keep_finding(GOALS, {"misses": [a_miss(promised(), 2.0)]}, at=timezone.now())

    (one,) = goals.kept_misses()

    assert (one.low, one.median, one.high, one.lever) == (1.0, 2.0, 6.0, "held")
    assert one.by == timezone.localdate() + timedelta(days=20)
    assert isinstance(one.by, date)
