"""Search over figures that come from elsewhere."""

import json

import pytest

from scheduling.planning.blackbox import best_assignment, best_counts, price_of
from scheduling.planning.certified import certified_day
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.equal import EqualCosts
from scheduling.planning.optimise import best_day, figures_of
from scheduling.planning.schedule import Method
from tests.corpora import corpus
from tests.scheduling.planning.cases import is_unit_service, optimal_cost

DAY = Day(5, 1, CostWeights(wait=1, overtime=4, missing=5, invitation=0.1), target=3)


def test_figures_from_elsewhere_are_priced_alike():
    figures = figures_of(DAY, [0.3] * 6, [0, 0, 1, 2, 3, 4])

    assert price_of(DAY.weights, figures, invited=6) == pytest.approx(DAY.weights.cost(figures), abs=1e-12)


def price_counts(counts):
    return EqualCosts(DAY, 0.3)([counts])[0]


@pytest.mark.parametrize("people", [9, (0, 9)])
def test_small_spreads_are_enumerated(people):
    found = best_counts(price_counts, slots=5, people=people)

    assert found.method is Method.ENUMERATED
    assert found.cost == pytest.approx(certified_day(DAY, 0.3, people).cost, abs=1e-9)


@pytest.mark.parametrize("people", [9, (0, 14)])
def test_larger_spreads_are_searched(people):
    found = best_counts(price_counts, slots=5, people=people, enumerate_up_to=10)

    assert found.method is Method.SEARCHED
    assert found.cost == pytest.approx(certified_day(DAY, 0.3, people).cost, rel=1e-3)


def test_assignments_keep_to_what_is_allowed():
    probs = [0.9, 0.5, 0.4, 0.2, 0.2]
    allowed = [None, {0, 1}, {2}, None, None]

    def price(slots):
        return DAY.weights.cost(figures_of(DAY, probs, slots))

    exact = best_assignment(price, probs, slots=5, allowed=allowed)
    searched = best_assignment(price, probs, slots=5, allowed=allowed, enumerate_up_to=1)

    assert exact.method is Method.ENUMERATED
    assert exact.choice[2] == searched.choice[2] == 2
    assert searched.cost <= 1.02 * exact.cost
    assert exact.cost <= searched.cost


def test_without_rules_it_agrees_with_the_planner_of_unit_service():
    probs = [0.9, 0.5, 0.2, 0.2]
    day = Day(3, 1, CostWeights(wait=1, overtime=5))

    found = best_assignment(lambda slots: day.weights.cost(figures_of(day, probs, slots)), probs, slots=3)

    assert found.cost == pytest.approx(best_day(day, probs).cost, abs=1e-12)
    assert found.choice == (0, 2, 1, 1)  # reference/overbooking.md, section 3e


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: best_counts(price_counts, slots=0, people=1), "slots"),
        (lambda: best_counts(price_counts, slots=2, people=(2, 1)), "people"),
        (lambda: best_assignment(sum, [0.5], slots=0), "slots"),
        (lambda: best_assignment(sum, [0.5], slots=2, allowed=[{2}]), "allowed"),
        (lambda: best_assignment(sum, [0.5], slots=2, allowed=[]), "allowed"),
    ],
)
def test_nonsense_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        call()


def test_two_people_are_exchanged_where_no_single_move_helps():
    def price(slots):
        return 10.0 * (slots[0] == slots[1]) + (slots[0] < slots[1])

    assert best_assignment(price, [0.9, 0.1], slots=2, enumerate_up_to=1).choice == (1, 0)


@pytest.mark.corpora
def test_optima_of_other_service_laws_are_found():
    cases = json.loads(corpus("overbooking", "cases.json").read_text())["cases"]
    other = [case for case in cases if case["kind"].startswith("optimal") and not is_unit_service(case)]

    answers = {case["id"]: optimal_cost(case) for case in other}

    assert len(other) >= 2
    for case in other:
        cost, choice = answers[case["id"]]
        assert cost == pytest.approx(case["expected"]["cost"], abs=1e-9), case["id"]
        assert choice in (case["expected"].get("schedules") or case["expected"]["assignments"]), case["id"]
