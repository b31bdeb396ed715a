"""The best day for people with different chances."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.day import CostWeights, Day
from scheduling.planning.neighbourhood import slot_laws, survey
from scheduling.planning.optimise import best_day, best_number, figures_of
from scheduling.planning.rules import Rules
from scheduling.planning.schedule import Method
from scheduling.planning.search import local_search, price
from scheduling.planning.starts import Problem
from tests.corpora import corpus
from tests.scheduling.planning.cases import is_unit_service, optimal_cost
from tests.scheduling.planning.test_certified import equal_days

chance = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.floats(0, 1))


def cost_of(day, probs, slots):
    return day.weights.cost(figures_of(day, probs, slots))


def open_problem(day, probs):
    people = len(probs)
    return Problem(day, day.node_probs(probs), np.ones((people, day.slots), dtype=bool), np.full(day.slots, people + 1))


@pytest.mark.corpora
def test_unit_service_optima_are_found():
    cases = json.loads(corpus("overbooking", "cases.json").read_text())["cases"]
    optimal = [case for case in cases if case["kind"].startswith("optimal") and is_unit_service(case)]

    answers = {case["id"]: optimal_cost(case) for case in optimal}

    assert len(optimal) >= 13
    for case in optimal:
        cost, choice = answers[case["id"]]
        assert cost == pytest.approx(case["expected"]["cost"], abs=1e-9), case["id"]
        assert choice in (case["expected"].get("schedules") or case["expected"]["assignments"]), case["id"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(equal_days(), st.lists(chance, min_size=1, max_size=8), st.data())
def test_every_exchange_and_move_is_priced_exactly(day, probs, data):
    slots = np.array(data.draw(st.lists(st.integers(0, day.slots - 1), min_size=len(probs), max_size=len(probs))))
    problem = open_problem(day, probs)

    found = survey(day, problem.probs, slots, slot_laws(day, problem.probs, slots))

    people = len(probs)
    for a, b in itertools.combinations(range(len(found.order)), 2):
        if found.place[a] >= found.place[b]:
            continue
        changed = slots.copy()
        for who, where in ((a, b), (b, a)):
            if found.order[who] < people:
                changed[found.order[who]] = found.place[where]
        exact = price(problem, slot_laws(day, problem.probs, changed)) - found.cost
        assert found.change[a, b] == pytest.approx(exact, abs=1e-9)


def test_the_search_equals_enumeration_on_nearly_all_small_days():
    random = np.random.default_rng(11)
    gaps = []
    for _ in range(110):
        slots, people = int(random.integers(2, 5)), int(random.integers(3, 6))
        weights = CostWeights(
            wait=3 * random.random(),
            idle=3 * random.random(),
            overtime=5 * random.random(),
            missing=random.choice([0, 8.0]),
        )
        day = Day(slots, int(random.integers(1, 3)), weights, target=int(random.integers(1, 4)))
        probs = random.random(people).tolist()
        best = best_day(day, probs)
        assert best.method is Method.ENUMERATED
        _, cost = local_search(open_problem(day, probs), effort=100, seed=0)
        gaps.append(0.0 if cost <= best.cost + 1e-9 else cost / best.cost - 1.0)

    assert sum(gap > 0 for gap in gaps) <= 0.01 * len(gaps)
    assert sum(gaps) / len(gaps) <= 0.001


def bailey_welch(people, slots):
    """Two at the opening, then one after another, round and round (Bailey & Welch 1952, recalled)."""
    return [0, *range(slots), *(i % slots for i in range(slots + 1, people))][:people]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.integers(2, 8),
    st.integers(1, 3),
    st.lists(st.floats(0.05, 0.95), min_size=9, max_size=25),
    st.sampled_from([0.0, 15.0]),
)
def test_a_plan_is_never_worse_than_the_plain_rules(slots, crew, probs, missing):
    target = max(round(sum(probs) * 0.7), 1)
    day = Day(
        slots,
        crew,
        CostWeights(wait=0.1, idle=0.2, overtime=1, missing=missing, invitation=0.05),
        target=target,
        slot_minutes=20,
    )

    plan = best_day(day, probs, effort=30)
    chosen = best_number(day, probs, effort=20)

    people = len(probs)
    even = [i * slots // people for i in range(people)]
    slack = 1e-9 * (1 + plan.cost)
    assert plan.cost <= cost_of(day, probs, even) + slack
    assert plan.cost <= cost_of(day, probs, [i % slots for i in range(people)]) + slack
    assert plan.cost <= cost_of(day, probs, bailey_welch(people, slots)) + slack
    enough = min(math.ceil(target / (sum(probs) / people)), people)
    assert chosen.cost <= cost_of(day, probs, [i * slots // enough for i in range(enough)]) + slack
    assert chosen.cost <= plan.cost + slack


def test_an_equal_start_is_certified_and_says_so():
    plan = best_day(Day(8, 1, CostWeights(wait=1, overtime=5)), [0.2] * 25)

    assert (plan.method, plan.invited) == (Method.CERTIFIED, 25)
    assert plan.gap is not None
    assert plan.gap <= 1e-9


def test_a_plan_made_in_haste_is_not_called_certified():
    day = Day(8, 1, CostWeights(wait=1, overtime=5))

    plan = best_day(day, [0.2] * 25, effort=10)

    assert (plan.method, plan.gap) == (Method.SEARCHED, None)
    assert plan.cost <= 1.01 * best_day(day, [0.2] * 25).cost


def test_a_search_admits_that_it_knows_nothing_of_the_gap():
    plan = best_day(Day(8, 1, CostWeights(wait=1, overtime=5)), [0.1, 0.3] * 10, effort=10)

    assert (plan.method, plan.gap) == (Method.SEARCHED, None)
    assert plan.method.known.endswith("is not known.")


def test_the_same_arguments_give_the_same_plan():
    day = Day(6, 2, CostWeights(wait=1, overtime=5))
    probs = [i / 40 for i in range(30)]

    assert best_day(day, probs, effort=20, seed=3) == best_day(day, probs, effort=20, seed=3)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=6, max_size=14), st.data())
def test_rules_are_kept(probs, data):
    slots = 5
    allowed = [
        data.draw(st.one_of(st.none(), st.sets(st.integers(0, slots - 1), min_size=2)), label="allowed") for _ in probs
    ]
    locked = {0: data.draw(st.integers(0, slots - 1))}
    room = [6] * slots
    day = Day(slots, 1, CostWeights(wait=1, overtime=3))

    plan = best_day(day, probs, rules=Rules(allowed, locked, room), effort=12)

    assert plan.slots[0] == locked[0]
    assert all(slot in (allowed[i] or range(slots)) for i, slot in enumerate(plan.slots) if i)
    assert max(plan.counts(slots)) <= 6


def test_tight_rooms_are_filled_by_rearranging():
    # everyone fits only if the flexible people leave the first slot to those who have no choice
    allowed = [{0, 1, 2}] * 4 + [{0}, {0}]

    plan = best_day(
        Day(3, 1, CostWeights(wait=1)), [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], rules=Rules(allowed, room=[2, 2, 2])
    )

    assert plan.slots[4:] == (0, 0)
    assert plan.counts(3) == (2, 2, 2)


def test_locked_people_of_one_probability_keep_the_certificate():
    day = Day(4, 1, CostWeights(wait=1, overtime=5))

    plan = best_day(day, [0.3] * 8, rules=Rules(locked={2: 3, 5: 3}))

    assert (plan.slots[2], plan.slots[5], plan.method) == (3, 3, Method.CERTIFIED)
    others = list(spreads_with_two_last(8, 4))
    assert plan.cost == pytest.approx(min(cost_of(day, [0.3] * 8, s) for s in others), abs=1e-9)


def test_people_locked_to_the_opening_leave_the_other_places_to_the_rest():
    day = Day(3, 1, CostWeights(wait=1))

    plan = best_day(day, [1.0] * 3, rules=Rules(locked={1: 0}))

    assert plan.slots == (1, 0, 2)


def spreads_with_two_last(people, slots):
    for rest in itertools.combinations_with_replacement(range(slots), people - 2):
        yield [3, 3, *rest]


def test_the_number_of_different_people_equals_a_search_over_all_numbers():
    probs = [0.5, 0.3, 0.6, 0.2, 0.7, 0.4, 0.3, 0.5]
    day = Day(3, 1, CostWeights(wait=0.3, overtime=1, missing=4, invitation=0.2), target=2)

    plan = best_number(day, probs)

    costs = [best_day(day, probs[:n]).cost for n in range(len(probs) + 1)]
    assert plan.cost == pytest.approx(min(costs), abs=1e-9)
    assert plan.invited == costs.index(min(costs))


def test_the_number_stays_within_what_the_rooms_and_the_people_allow():
    day = Day(3, 1, CostWeights(missing=50, overtime=0.1), target=9)
    rules = Rules(allowed=[{0, 1}] * 12, room=[2, 3, 4])

    plan = best_number(day, [0.3, 0.4] * 6, rules=rules, effort=10)

    assert plan.counts(3) == (2, 3, 0)
    assert plan.slots[5:] == (None,) * 7


def test_a_room_cap_is_searched_for_the_fewest_turned_away():
    day = Day(4, 1, CostWeights(turned_away=50, overtime=0.1), room_cap=1)

    plan = best_day(day, [0.9] * 8, effort=10)

    assert plan.method is Method.SEARCHED
    costs = [cost_of(day, [0.9] * 8, slots) for slots in itertools.combinations_with_replacement(range(4), 8)]
    assert plan.cost == pytest.approx(min(costs), abs=1e-9)
    assert best_day(day, []).slots == ()


def test_days_too_large_for_the_proof_are_planned_without_it():
    plan = best_day(Day(40, 2, CostWeights(wait=1, overtime=5)), [0.4] * 120)

    assert (plan.method, plan.gap, plan.invited) == (Method.SEARCHED, None, 120)
    assert plan.cost <= cost_of(Day(40, 2, CostWeights(wait=1, overtime=5)), [0.4] * 120, [i // 3 for i in range(120)])


def test_nobody_to_invite_is_a_valid_plan():
    plan = best_day(Day(3, 2, CostWeights(idle=1), slot_minutes=10), [])

    assert (plan.slots, plan.cost) == ((), 60.0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: best_day(Day(2, 1, CostWeights()), [1.5]), "probs"),
        (lambda: best_day(Day(2, 1, CostWeights()), [math.nan]), "probs"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5] * 10**6), "probs"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.1, 0.2] * 10**3), "probs"),
        (lambda: Day(0, 1, CostWeights()), "slots"),
        (lambda: Day(2, 0, CostWeights()), "interviewers"),
        (lambda: Day(2, 1, CostWeights(), target=-1), "target"),
        (lambda: CostWeights(wait=-1), "weights.wait"),
        (lambda: CostWeights(missing=math.nan), "weights.missing"),
        (lambda: CostWeights(idle=math.inf), "weights.idle"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5], rules=Rules(allowed=[set()])), "allowed"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5], rules=Rules(allowed=[{2}])), "allowed"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5], rules=Rules(allowed=[])), "allowed"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5], rules=Rules(locked={1: 0})), "locked"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5, 0.4], rules=Rules(room=[0, 1])), "room"),
        (lambda: best_day(Day(2, 1, CostWeights()), [0.5], rules=Rules(room=[-1, 1])), "room"),
        (lambda: best_day(Day(9, 1, CostWeights()), [0.5, 0.4] * 9, effort=0), "effort"),
        (lambda: CostWeights(overtime=1e300), "weights.overtime"),
        (lambda: Day(2, 1, CostWeights(), slot_minutes=1e9), "slot_minutes"),
        (lambda: best_number(Day(2, 1, CostWeights()), [0.5], fewest=2), "fewest"),
        (lambda: best_number(Day(2, 1, CostWeights()), [0.5, 0.4], fewest=2, rules=Rules(room=[1, 0])), "fewest"),
    ],
)
def test_nonsense_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        call()
