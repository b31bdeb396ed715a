"""Every kind of overbooking/cases.json, answered by scheduling.planning; exact fractions are the truth."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scheduling.planning.arrivals import mean_and_variance, people_law
from scheduling.planning.blackbox import best_assignment, best_counts
from scheduling.planning.exponential import evaluate_exponential
from scheduling.planning.groups import Bounds, Wish, bounds_in_order, bounds_uncertain, newsvendor
from scheduling.planning.mixture import at_least
from scheduling.planning.waves import GroupPrices
from scheduling.planning.workload import evaluate_service
from tests.corpora import corpus
from tests.scheduling.planning.cases import FIGURES, is_unit_service, late_wave, optimal_cost, streamed_figures

CASES = json.loads(corpus("overbooking", "cases.json").read_text(encoding="utf-8"))["cases"]
Case = dict[str, Any]


def near(value: float | np.ndarray | None) -> Any:
    """Return what equals ``value`` to the tolerance the file asks for."""
    return pytest.approx(value, abs=1e-9, rel=0)


def wish_of(given: Case) -> Wish:
    return Wish(target=given["m"], assurance=float(given["alpha"]), seats=given["capacity"], risk=float(given["beta"]))


def check_bounds(found: Bounds, expected: Case) -> None:
    assert (found.n_lo, found.n_hi, found.status) == (expected["n_lo"], expected["n_hi"], expected["status"])
    if found.n_lo is not None:
        assert (found.p_reach, found.p_over, found.expected) == near(
            (expected["p_reach"], expected["p_over"], expected["expected"])
        )


def group_homog(case: Case) -> None:
    given = case["input"]
    check_bounds(bounds_in_order([float(given["p"])] * given["nmax"], wish_of(given)), case["expected"])


def group_hetero_prefix(case: Case) -> None:
    given = case["input"]
    check_bounds(bounds_in_order([float(p) for p in given["ps"]], wish_of(given)), case["expected"])


def group_betabinomial(case: Case) -> None:
    given = case["input"]
    check_bounds(
        bounds_uncertain(float(given["a"]), float(given["b"]), given["nmax"], wish_of(given)), case["expected"]
    )


def newsvendor_homog(case: Case) -> None:
    given = case["input"]
    prices = GroupPrices(
        given["m"], given["capacity"], float(given["short"]), float(given["over"]), float(given["invite"])
    )
    found = newsvendor([float(given["p"])] * given["nmax"], prices)
    assert found.number == case["expected"]["n"]
    assert found.cost == near(case["expected"]["cost"])


def poisson_binomial(case: Case) -> None:
    law = people_law([float(p) for p in case["input"]["ps"]])
    expected = case["expected"]
    assert law.tolist() == near(expected["pmf"])
    assert np.cumsum(law).tolist() == near(expected["cdf"])
    assert mean_and_variance(law) == near((expected["mean"], expected["var"]))


def poisson_binomial_tail(case: Case) -> None:
    law = people_law([float(p) for p in case["input"]["ps"]])
    tails = [at_least(law, k) for k in case["input"]["ks"]]
    assert tails == pytest.approx(case["expected"]["p_ge"], rel=1e-9, abs=0)


def service_of(given: Case) -> tuple[tuple[int, float], ...]:
    return tuple((int(units), float(share)) for units, share in given["service"].items())


def bands_of(given: Case) -> list[list[float]]:
    bands: list[list[float]] = [[] for _ in range(given["slots"])]
    for slot, p in given["bookings"]:
        bands[slot].append(float(p))
    return bands


def streamed_eval(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    found = evaluate_service(
        bands_of(given), given["interviewers"], service_of(given), slot_units=given["slot_len"], target=given["m"]
    )
    assert {name: getattr(found, name) for name in FIGURES} == near({name: expected[name] for name in FIGURES})
    if is_unit_service(case):
        figures = streamed_figures(given)
        assert figures == near({name: expected[name] for name in FIGURES})


def streamed_eval_exponential(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    found = evaluate_exponential(
        bands_of(given), given["interviewers"], mean_minutes=given["service_mean"], slot_minutes=given["slot_len"]
    )
    assert {name: getattr(found, name) for name in expected} == near(expected)


def optimal(case: Case) -> None:
    if is_unit_service(case):
        cost, _ = optimal_cost(case)
    else:
        cost = searched_cost(case)
    assert cost == near(case["expected"]["cost"])


def searched_cost(case: Case) -> float:
    """Return the cost of the best day found where an interview does not last one slot."""
    given = case["input"]
    slots = given["slots"]

    def price(bands: list[list[float]]) -> float:
        found = evaluate_service(bands, given["interviewers"], service_of(given), slot_units=given["slot_len"])
        return sum(float(weight) * getattr(found, name) for name, weight in given["weights"].items())

    if case["kind"] == "optimal_hetero":
        probs = [float(p) for p in given["ps"]]
        return best_assignment(
            lambda places: price([[p for p, at in zip(probs, places, strict=True) if at == t] for t in range(slots)]),
            probs,
            slots=slots,
        ).cost
    p = float(given["p"])
    return best_counts(lambda counts: price([[p] * count for count in counts]), slots=slots, people=given["n"]).cost


def replan(case: Case) -> None:
    number, cost = late_wave(case["input"])
    assert number == case["expected"]["n"]
    assert cost == near(case["expected"]["cost"])


CHECKS: dict[str, Callable[[Case], None]] = {
    "group_homog": group_homog,
    "group_hetero_prefix": group_hetero_prefix,
    "group_betabinomial": group_betabinomial,
    "newsvendor_homog": newsvendor_homog,
    "poisson_binomial": poisson_binomial,
    "poisson_binomial_tail": poisson_binomial_tail,
    "streamed_eval": streamed_eval,
    "streamed_eval_exponential": streamed_eval_exponential,
    "optimal_homog": optimal,
    "optimal_free_n": optimal,
    "optimal_hetero": optimal,
    "replan": replan,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_planning_gives_the_exact_answer(case: Case) -> None:
    CHECKS[case["kind"]](case)
