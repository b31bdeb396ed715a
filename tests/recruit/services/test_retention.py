"""Retention: exactly the due ones, as often as it is run, and a report of each pass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recruit.models import Application, Candidate, Erasure, RetentionRule, RetentionRun
from recruit.services import notices, privacy, retention
from recruit.services.applications import move_stage
from recruit.states import Stage
from tests.recruit import world
from tests.recruit.world import NINE

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rejected(name: str, *, days_ago: float, office=None) -> Candidate:
    at = NINE - timedelta(days=days_ago)
    who = world.candidate(name, created_at=at)
    application = world.application(who=who, to=world.vacancy(office=office))
    move_stage(application, Stage.REJECTED, at=at, by=None)
    Application.objects.filter(pk=application.pk).update(applied_at=at)
    return who


def due() -> set[str]:
    return set(retention.due(at=NINE).values_list("name", flat=True))


@pytest.fixture
def _half_a_year():
    RetentionRule.objects.create(office=None, days=180, pool_days=700)


@pytest.mark.attack("A118")
@pytest.mark.usefixtures("_half_a_year")
def test_exactly_those_whose_time_is_over_are_due():
    rejected("old", days_ago=181)
    rejected("young", days_ago=179)
    live = world.candidate("live", created_at=NINE - 500 * DAY)
    world.application(who=live)
    Application.objects.update(stage_since=NINE - 400 * DAY, applied_at=NINE - 400 * DAY)
    Application.objects.filter(candidate__name="young").update(stage_since=NINE - 179 * DAY)
    world.candidate("never applied", created_at=NINE - 181 * DAY)

    assert due() == {"old", "never applied"}


@pytest.mark.usefixtures("_half_a_year")
def test_who_agreed_to_other_vacancies_is_kept_longer_until_it_is_taken_back():
    who = rejected("pool", days_ago=300)
    notices.give_consent(who, notices.current_notice("pool", "en"), at=NINE)

    kept = due()
    notices.withdraw_consent(who, "pool", at=NINE)

    assert (kept, due()) == (set(), {"pool"})


@pytest.mark.usefixtures("_half_a_year")
def test_an_office_has_its_own_rule_and_may_be_switched_off():
    short, off = world.office(), world.office()
    RetentionRule.objects.create(office=short, days=30)
    RetentionRule.objects.create(office=off, days=1, is_on=False)
    rejected("short", days_ago=31, office=short)
    rejected("off", days_ago=900, office=off)
    rejected("usual", days_ago=31)

    assert due() == {"short"}


def test_rules_are_on_where_nobody_said_anything():
    rejected("old", days_ago=366)
    rejected("young", days_ago=364)

    assert due() == {"old"}


@pytest.mark.attack("A118")
@pytest.mark.usefixtures("_half_a_year")
def test_a_dry_run_names_them_and_erases_nobody_and_a_second_pass_finds_nothing_more():
    old = rejected("old", days_ago=181)

    tried = retention.run(at=NINE, is_dry_run=True)
    still_there = Candidate.objects.get(pk=old.pk).name
    first, second = retention.run(at=NINE), retention.run(at=NINE)

    assert (tried.candidate_ids, tried.erased, still_there) == ([old.pk], 0, "old")
    assert (first.candidate_ids, first.erased, second.candidate_ids, second.erased) == ([old.pk], 1, [], 0)
    assert (RetentionRun.objects.count(), Erasure.objects.get().reason) == (3, "retention")


@pytest.mark.attack("A118")
@pytest.mark.usefixtures("_half_a_year")
def test_a_pass_that_was_killed_in_the_middle_is_simply_run_again(monkeypatch):
    people = [rejected(f"old {number}", days_ago=200) for number in range(4)]
    whole = privacy.erase_person

    def killed(candidate, **fields):
        if candidate.pk == people[2].pk:
            raise KeyboardInterrupt
        return whole(candidate, **fields)

    monkeypatch.setattr(privacy, "erase_person", killed)
    with pytest.raises(KeyboardInterrupt):
        retention.run(at=NINE)
    cut_off = RetentionRun.objects.get()
    monkeypatch.setattr(privacy, "erase_person", whole)

    rest = retention.run(at=NINE)

    assert (cut_off.erased, cut_off.ended_at, rest.erased) == (2, None, 2)
    assert Candidate.objects.filter(erased_at=None).count() == 0
    assert Erasure.objects.count() == 4


@pytest.mark.usefixtures("_half_a_year")
def test_who_applies_again_while_the_pass_runs_is_left_alone(monkeypatch):
    who = rejected("old", days_ago=200)
    found = retention.due

    def then_applies(*, at):
        rows = found(at=at)
        numbers = list(rows.values_list("pk", flat=True))
        world.application(who=who)
        return Candidate.objects.filter(pk__in=numbers)

    monkeypatch.setattr(retention, "due", then_applies)
    report_candidates = list(retention.due(at=NINE))
    monkeypatch.setattr(retention, "due", found)
    report = RetentionRun.objects.create(at=NINE, candidate_ids=[one.pk for one in report_candidates])
    retention._erase_if_due(who.pk, report, at=NINE, by=None)

    assert Candidate.objects.get(pk=who.pk).name == "old"
