"""Past days played again: the same people for every plan, and nothing known that was not known then."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from scheduling.attendance import Invitee, Outcome
from scheduling.benchmarks.demo_days import FIRST, history
from scheduling.statistics.business import Goal, fixed_share
from scheduling.statistics.replays import BEST, CHEAPEST, OURS, SURE, THUMB, beside, past_days, replay_days

GOAL = Goal()
MONDAY = date(2026, 1, 5)


def outcome(day, came, *, office="north", same_day=False):
    return Outcome(
        invitee=Invitee(office=office, same_day=same_day, lead_hours=4.0 if same_day else 48.0), day=day, came=came
    )


def world(days=24, people=30, seed=1):
    rows = history(Random(seed), days=days, people=people)
    cut = FIRST + timedelta(days=days * 3 // 4)
    return [one for one in rows if one.day < cut], [one for one in rows if one.day >= cut]


def test_days_are_those_of_each_office_with_enough_people_invited_ahead():
    tuesday = MONDAY + timedelta(days=1)
    rows = [
        *[outcome(tuesday, True) for _ in range(10)],
        *[outcome(MONDAY, True, office="south") for _ in range(12)],
        *[outcome(MONDAY, False, same_day=True, office="south") for _ in range(3)],
        *[outcome(MONDAY, False, same_day=True) for _ in range(20)],
        *[outcome(MONDAY, False) for _ in range(9)],
    ]

    found = past_days(rows)

    assert [(day.day, day.office, len(day.people), len(day.late)) for day in found] == [
        (MONDAY, "south", 12, 3), (tuesday, "north", 10, 0),
    ]  # fmt: skip


def test_where_everybody_comes_every_plan_brings_all_it_invites():
    rows = [outcome(MONDAY + timedelta(days=number), True) for number in range(30) for _ in range(12)]

    found = replay_days(rows[:240], rows[240:], GOAL, np.random.default_rng(1), draws=3, folds=2)

    thumb = found.plans[THUMB]
    # Nine of ten days at the most are certain: 240 of 240 are read as a share of .998, so six are invited, not five.
    assert (thumb.invites, thumb.result.invited, thumb.result.met, thumb.result.over) == ((6, 6), 6.0, 1.0, 0.0)
    assert thumb.result.cost == pytest.approx(0.6)
    assert (found.plans[BEST].invites, found.plans[BEST].result.cost) == ((5, 5), pytest.approx(0.5))
    assert (found.days, found.people, found.draws, found.has_late) == (10, 120, 3, False)
    assert (found.first, found.last) == (MONDAY + timedelta(days=20), MONDAY + timedelta(days=29))


def test_a_fixed_number_brings_what_plain_loops_over_the_same_days_bring():
    train, test = world()

    found = replay_days(train, test, GOAL, np.random.default_rng(1), draws=200, folds=1).plans[THUMB]

    number, rng, came = found.invites[0], Random(5), []
    assert number < 30
    for day in past_days(test):
        for _ in range(200):
            came.append(sum(one.came for one in rng.sample(day.people, number)))
    assert found.result.met == pytest.approx(sum(n >= 5 for n in came) / len(came), abs=0.02)
    assert found.result.over == pytest.approx(sum(max(n - 8, 0) for n in came) / len(came), abs=0.05)
    assert found.result.invited == number


def test_a_plan_does_not_know_who_will_come():
    train, test = world()
    turned = [replace(one, came=not one.came) for one in test]

    one, other = (
        replay_days(train, rows, GOAL, np.random.default_rng(1), draws=3, folds=1).plans for rows in (test, turned)
    )

    for name in (OURS, THUMB, CHEAPEST, SURE):
        assert one[name].invites == other[name].invites
    assert one[THUMB].result != other[THUMB].result


def test_in_the_demo_world_replanning_pays_on_past_days_as_well():
    train, test = world(days=60, people=32, seed=4)

    found = replay_days(train, test, GOAL, np.random.default_rng(1), draws=20, folds=2)

    thumb, best = found.plans[THUMB].beside, found.plans[BEST].beside
    assert thumb.met_points[0] >= 15
    assert thumb.saved[0] > 0
    assert best.saved[0] > 0.05
    assert all(low <= middle <= high for middle, low, high in (thumb.met_points, thumb.saved, best.saved))


def test_the_same_history_is_played_the_same_way():
    train, test = world()

    assert replay_days(train, test, GOAL, np.random.default_rng(1), draws=2) == replay_days(
        train, test, GOAL, np.random.default_rng(1), draws=2
    )


def test_nothing_is_played_without_people_or_without_a_past():
    _train, test = world()

    assert replay_days([], test, GOAL, np.random.default_rng(1)) is None
    assert replay_days(test, [outcome(MONDAY, True)], GOAL, np.random.default_rng(1)) is None


def test_ranges_come_from_days_and_not_from_how_often_they_are_played():
    rng = np.random.default_rng(1)
    came = rng.binomial(30, 0.2, 40).astype(float)
    few = np.array([np.full(40, 30.0), came])
    often = np.repeat(few, 50, axis=1)
    other = np.array([np.full(40, 30.0), np.roll(came, 1)])

    once = beside(GOAL, few, other, draws=1, rng=np.random.default_rng(2))
    many = beside(GOAL, often, np.repeat(other, 50, axis=1), draws=50, rng=np.random.default_rng(2))

    assert many.met_points == pytest.approx(once.met_points)
    assert many.saved == pytest.approx(once.saved)


@pytest.mark.parametrize(("assurance", "number"), [(None, 35), (0.9, 38), (0.95, 44), (0.8, 33)])
def test_numbers_of_one_share_are_those_published(assurance, number):
    assert fixed_share(GOAL, 0.2, assurance=assurance) == number


def test_a_share_that_is_too_small_stops_at_the_most():
    assert fixed_share(GOAL, 0.001, assurance=0.9, most=50) == 50
