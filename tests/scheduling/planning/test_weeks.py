"""A week of sessions, and promises inside a day."""

import random

import pytest

from scheduling.planning.day import CostWeights, Day
from scheduling.planning.limits import Limits, within_limits
from scheduling.planning.optimise import best_day, figures_of
from scheduling.planning.rules import Rules
from scheduling.planning.waits import wait_profile
from scheduling.planning.weeks import WeekPerson, WeekSession, expected_need, plan_week, refine_week

DAY = Day(6, 2, CostWeights(wait=0.05, idle=0.02, overtime=1, missing=10, invitation=0.2), target=6, slot_minutes=20)
CHANCES = [0.15 + 0.02 * (i % 20) for i in range(60)]


def people(number, sessions, seed):
    rng = random.Random(seed)
    out = []
    for _ in range(number):
        chosen = rng.sample(range(sessions), rng.randint(1, sessions))
        out.append(WeekPerson(rng.uniform(0.1, 0.7), {s: rng.choice([None, rng.sample(range(6), 3)]) for s in chosen}))
    return out


def test_everyone_gets_at_most_one_invitation_they_can_keep():
    crowd = people(120, 4, seed=1)
    sessions = [WeekSession(DAY, room=[4] * 6) for _ in range(4)]

    plans = plan_week(sessions, crowd)

    invited = [person for plan in plans for person in plan.people]
    assert len(invited) == len(set(invited))
    for number, plan in enumerate(plans):
        assert max(plan.schedule.counts(6)) <= 4
        for person, slot in zip(plan.people, plan.schedule.slots, strict=True):
            suitable = crowd[person].sessions[number]
            assert suitable is None or slot in suitable


def test_refining_a_week_moves_nobody_to_another_session_and_makes_none_dearer():
    crowd = people(120, 4, seed=1)
    sessions = [WeekSession(DAY, room=[5] * 6) for _ in range(4)]
    quick = plan_week(sessions, crowd)

    refined = refine_week(sessions, crowd, quick, effort=20)

    assert [plan.people for plan in refined] == [plan.people for plan in quick]
    assert all(new.schedule.cost <= old.schedule.cost for new, old in zip(refined, quick, strict=True))
    for number, plan in enumerate(refined):
        assert max(plan.schedule.counts(6)) <= 5
        for person, slot in zip(plan.people, plan.schedule.slots, strict=True):
            suitable = crowd[person].sessions[number]
            assert suitable is None or slot in suitable


def test_plans_of_another_week_are_not_refined():
    with pytest.raises(ValueError, match=r"^plans"):
        refine_week([WeekSession(DAY)], [], [])


def test_sessions_are_filled_evenly_up_to_what_pays():
    crowd = [WeekPerson(0.3, {0: None, 1: None, 2: None}) for _ in range(300)]

    plans = plan_week([WeekSession(DAY)] * 3, crowd)

    need = expected_need(DAY, 0.3)
    for plan in plans:
        assert need - 1e-9 <= 0.3 * len(plan.people) < need + 0.3 + 1e-9
    assert [p for plan in plans for p in plan.people] != list(range(300))
    assert sorted(p for plan in plans for p in plan.people) == list(range(sum(len(plan.people) for plan in plans)))


def test_the_need_is_where_one_more_stops_paying():
    number = round(expected_need(DAY, 0.3) / 0.3)

    costs = [best_day(DAY, [0.3] * n).cost for n in (number - 1, number, number + 1)]

    assert costs[1] <= costs[0]
    assert costs[1] <= costs[2] + 0.02 * costs[1]


def test_small_rooms_are_never_overfilled():
    crowd = people(150, 2, seed=4)

    plans = plan_week([WeekSession(DAY, room=[2] * 6)] * 2, crowd)

    assert [plan.schedule.counts(6) for plan in plans] == [(2,) * 6] * 2


def test_a_week_without_people_is_a_valid_plan():
    assert [plan.people for plan in plan_week([WeekSession(DAY)] * 2, [])] == [(), ()]


def test_unknown_sessions_and_slots_are_refused():
    with pytest.raises(ValueError, match=r"^people: person 0 names session 3"):
        plan_week([WeekSession(DAY)], [WeekPerson(0.5, {3: None})])
    with pytest.raises(ValueError, match=r"^people: person 0 names a slot"):
        plan_week([WeekSession(DAY)], [WeekPerson(0.5, {0: [6]})])


def test_the_assurance_is_reached_by_the_fewest_in_order():
    plan = within_limits(DAY, CHANCES, Limits(assurance=0.8), effort=30)

    invited = plan.schedule.invited
    assert plan.broken == ()
    assert plan.schedule.figures.p_target >= 0.8
    assert plan.schedule.slots[invited:] == (None,) * (len(CHANCES) - invited)
    # nobody fewer could: even with a slot of its own for everybody P(all who come >= 6) is what counts
    one_fewer = figures_of(Day(1, 60, CostWeights(), target=6), CHANCES, [0] * (invited - 2))
    assert one_fewer.p_target < 0.8


def test_promises_are_measured_and_kept():
    limits = Limits(assurance=0.5, promised_wait=20, late_share=0.05, lobby_cap=3, lobby_risk=0.1)

    plan = within_limits(DAY, CHANCES, limits, effort=30)

    bands = [[p for p, s in zip(CHANCES, plan.schedule.slots, strict=True) if s == t] for t in range(6)]
    assert plan.broken == ()
    assert plan.waits == wait_profile(bands, 2, promised=20, slot_minutes=20, lobby_cap=3)
    assert plan.waits.share_over <= 0.05
    assert plan.waits.lobby_over <= 0.1


def test_waiting_is_made_dearer_until_the_promise_is_kept():
    # waiting costs nothing here, so the cheapest plan lets everyone wait
    day = Day(6, 2, CostWeights(overtime=1), slot_minutes=20)
    limits = Limits(promised_wait=20, late_share=0.02)

    plan = within_limits(day, [0.4] * 20, limits)

    cheapest = wait_profile([[0.4] * n for n in best_day(day, [0.4] * 20).counts(6)], 2, promised=20, slot_minutes=20)
    assert cheapest.share_over > 0.02
    assert plan.broken == ()
    assert plan.waits.share_over <= 0.02


def test_an_assurance_beyond_the_rooms_is_named():
    plan = within_limits(DAY, CHANCES, Limits(assurance=0.9), rules=Rules(room=[1] * 6), effort=5)

    assert plan.broken == ("assurance",)
    assert plan.schedule.invited == 6


def test_a_lobby_that_gets_too_full_is_named():
    plan = within_limits(DAY, [0.9] * 30, Limits(lobby_cap=0, lobby_risk=0.05), effort=5)

    assert plan.broken == ("lobby_cap",)


def test_promises_that_contradict_each_other_are_named():
    plan = within_limits(DAY, CHANCES, Limits(assurance=0.999, promised_wait=0, late_share=0.0), effort=10)

    assert plan.broken == ("promised_wait",)
    assert within_limits(DAY, CHANCES[:3], Limits(assurance=0.9), effort=5).broken == ("assurance",)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"assurance": 1.5}, "assurance"),
        ({"promised_wait": -1}, "promised_wait"),
        ({"lobby_cap": -1}, "lobby_cap"),
        ({"late_share": 2}, "late_share"),
    ],
)
def test_nonsense_limits_are_refused_by_name(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        Limits(**arguments)
