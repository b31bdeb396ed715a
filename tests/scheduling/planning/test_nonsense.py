"""Nonsense is refused by name everywhere, and nothing is clipped in silence."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from scheduling.planning import (
    CostWeights,
    Day,
    GroupPrices,
    Limits,
    Offers,
    Rules,
    WeekPerson,
    WeekSession,
    Wish,
    best_day,
    best_first,
    best_number,
    beta_binomial_law,
    bounds_in_order,
    bounds_uncertain,
    certified_day,
    common_shift,
    day_sd,
    evaluate,
    evaluate_equal,
    evaluate_exponential,
    evaluate_service,
    lobby_quantile,
    mixed_law,
    newsvendor,
    people_law,
    plan_week,
    quantile,
    rate_sd,
    refine_day,
    remedies,
    replan,
    second_wave,
    simulate,
    spread_over_sessions,
    top_up,
    updated_nodes,
    wait_profile,
    within_limits,
)
from scheduling.planning.simulated_day import SimulatedDay

NO_CHANCE: list[Any] = [math.nan, math.inf, -0.1, 1.1, "often", None, True]
NO_NUMBER: list[Any] = [-1, math.nan, 1.5, "many", None, True, 10**12]
NO_PRICE: list[Any] = [math.nan, math.inf, -1.0, "dear", True]
DAY = Day(4, 1, CostWeights(wait=1, overtime=5), target=2)
WISH = Wish(target=2, assurance=0.9)
PRICES = GroupPrices(2, 3, 1.0, 1.0, 1.0)
LAW = ((2, 0.5), (3, 0.5))
CHANCES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "evaluate": ("bands", lambda p: evaluate([[p]], 1)),
    "evaluate_equal": ("p", lambda p: evaluate_equal([2], p, 1)),
    "evaluate_service": ("bands", lambda p: evaluate_service([[p]], 1, LAW, slot_units=3)),
    "evaluate_exponential": ("bands", lambda p: evaluate_exponential([[p]], 1, mean_minutes=20, slot_minutes=20)),
    "evaluate guaranteed": ("guaranteed", lambda p: evaluate([[0.5]], 1, guaranteed=[[p]])),
    "wait_profile": ("bands", lambda p: wait_profile([[p]], 1, promised=10)),
    "lobby_quantile": ("level", lambda p: lobby_quantile([[0.5]], 1, level=p)),
    "best_day": ("probs", lambda p: best_day(DAY, [0.2, p])),
    "best_number": ("probs", lambda p: best_number(DAY, [0.2, p])),
    "refine_day": ("probs", lambda p: refine_day(DAY, [0.2, p], [0, 1])),
    "certified_day": ("p", lambda p: certified_day(DAY, p, 3)),
    "within_limits": ("probs", lambda p: within_limits(DAY, [0.2, p], Limits(assurance=0.5))),
    "wish": ("assurance", lambda p: Wish(target=2, assurance=p)),
    "risk": ("risk", lambda p: Wish(target=2, assurance=0.9, risk=p)),
    "bounds_in_order": ("probs", lambda p: bounds_in_order([0.2, p], WISH)),
    "best_first": ("probs", lambda p: best_first([p])),
    "newsvendor": ("probs", lambda p: newsvendor([0.2, p], PRICES)),
    "remedies": ("probs", lambda p: remedies([0.2, p], WISH)),
    "spread_over_sessions": ("probs", lambda p: spread_over_sessions([p], [WISH])),
    "people_law": ("probs", lambda p: people_law([p])),
    "mixed_law": ("probs", lambda p: mixed_law([p], common_shift(0.5))),
    "quantile": ("share", lambda p: quantile(people_law([0.2]), p)),
    "day_sd": ("correlation", lambda p: day_sd(p, 0.2)),
    "day_sd of": ("p", lambda p: day_sd(0.03, p)),
    "rate_sd": ("mean", lambda p: rate_sd(p, 10.0)),
    "replan": ("bands", lambda p: replan(DAY, [[p], [], [], []], Offers())),
    "updated_nodes": ("came", lambda p: updated_nodes(common_shift(0.5), came=[p], missed=[])),
    "second_wave": ("probs", lambda p: second_wave([p], p_late=0.2, prices=PRICES, most=3)),
    "late wave": ("p_late", lambda p: second_wave([0.2], p_late=p, prices=PRICES, most=3)),
    "plan_week": ("people", lambda p: plan_week([WeekSession(DAY)], [WeekPerson(p, {0: None})])),
}
NUMBERS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "staff": ("interviewers", lambda n: evaluate([[0.2]], n)),
    "target": ("target", lambda n: evaluate([[0.2]], 1, target=n)),
    "waiting": ("waiting", lambda n: evaluate([[0.2]], 1, waiting=n)),
    "counts": ("counts", lambda n: evaluate_equal([n], 0.2, 1)),
    "slots": ("slots", lambda n: Day(n, 1, CostWeights())),
    "day staff": ("interviewers", lambda n: Day(3, n, CostWeights())),
    "day staff by slot": ("interviewers", lambda n: Day(2, [1, n], CostWeights())),
    "day target": ("target", lambda n: Day(3, 1, CostWeights(), target=n)),
    "effort": ("effort", lambda n: best_day(DAY, [0.2], effort=n)),
    "seed": ("seed", lambda n: best_day(DAY, [0.2], seed=n)),
    "fewest": ("fewest", lambda n: best_number(DAY, [0.2, 0.3], fewest=n)),
    "people": ("people", lambda n: certified_day(DAY, 0.2, n)),
    "wish": ("target", lambda n: Wish(target=n, assurance=0.9)),
    "most": ("most", lambda n: bounds_uncertain(1.0, 2.0, n, WISH)),
    "prices": ("target", lambda n: GroupPrices(n, 3, 1.0, 1.0, 1.0)),
    "law": ("people", lambda n: beta_binomial_law(n, 1.0, 1.0)),
    "nodes": ("nodes", lambda n: common_shift(0.5, n)),
    "slot_units": ("slot_units", lambda n: evaluate_service([[0.2]], 1, LAW, slot_units=n)),
    "held": ("held", lambda n: replan(DAY, [[], [], [], []], Offers(), held=n)),
    "most_late": ("most_late", lambda n: replan(DAY, [[]] * 4, Offers(late=[0.2] * 4, most_late=n))),
    "top_up": ("most", lambda n: top_up(DAY, [[]] * 4, Offers(late=[0.2] * 4), most=n)),
    "wave": ("most", lambda n: second_wave([0.2], p_late=0.2, prices=PRICES, most=n)),
    "simulated": ("interviewers", lambda n: simulated(interviewers=n)),
    "simulated target": ("target", lambda n: simulated(target=n)),
    "days": ("days", lambda n: simulate(SimulatedDay(**SIMPLE), days=n)),
}
SIMPLE: dict[str, Any] = {
    "starts": [0.0],
    "bands": [[0.5]],
    "interviewers": 1,
    "window": 60.0,
    "service": ((20.0, 1.0),),
}


def simulated(**changed: Any) -> object:
    return simulate(SimulatedDay(**{**SIMPLE, **changed}), days=10)


@pytest.mark.parametrize("value", NO_CHANCE, ids=repr)
@pytest.mark.parametrize(("name", "call"), CHANCES.values(), ids=CHANCES)
def test_what_is_no_chance_is_refused_by_name(name: str, call: Callable[[Any], object], value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        call(value)


@pytest.mark.parametrize("value", NO_NUMBER, ids=repr)
@pytest.mark.parametrize(("name", "call"), NUMBERS.values(), ids=NUMBERS)
def test_what_is_no_number_of_things_is_refused_by_name(name: str, call: Callable[[Any], object], value: Any) -> None:
    if (name, value) in {("seed", 10**12), ("effort", 10**12)}:
        value = -(10**12)
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        call(value)


@pytest.mark.parametrize("value", NO_PRICE, ids=repr)
@pytest.mark.parametrize("name", ["standby_price", "open_minute", "release_minute"])
def test_what_is_no_price_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        replan(DAY, [[]] * 4, Offers(**{name: value}))


@pytest.mark.parametrize("name", ["wait", "idle", "overtime", "tardiness", "missing", "turned_away", "invitation"])
@pytest.mark.parametrize("value", NO_PRICE, ids=repr)
def test_what_is_no_weight_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^weights\.{name}\b"):
        CostWeights(**{name: value})


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("probs", lambda: best_day(DAY, [0.2] * 10**6)),
        ("probs", lambda: best_day(DAY, [0.2, 0.3] * 10**6)),
        ("probs", lambda: best_number(DAY, [0.2] * 10**6)),
        ("probs", lambda: within_limits(DAY, [0.2] * 10**6, Limits(assurance=0.5))),
        ("probs", lambda: bounds_in_order([0.2] * 10**6, WISH)),
        ("probs", lambda: people_law([0.2] * 10**6)),
        ("bands", lambda: evaluate_service([[0.2] * 10**6], 1, LAW, slot_units=3)),
        ("bands", lambda: evaluate_exponential([[0.2] * 10**6], 1, mean_minutes=20, slot_minutes=20)),
        ("bands", lambda: simulated(bands=[[0.2] * 10**6])),
    ],
)
def test_a_million_people_are_refused_by_name(name: str, call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        call()


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("allowed", Rules(allowed=[[0.5], None])),
        ("allowed", Rules(allowed=[["first"], None])),
        ("allowed", Rules(allowed=[5, None])),
        ("locked", Rules(locked={0: 0.5})),
        ("locked", Rules(locked={"first": 0})),
        ("room", Rules(room=[math.nan] * 4)),
        ("room", Rules(room=[0.5] * 4)),
    ],
)
def test_rules_that_are_none_are_refused_by_name(name: str, rules: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        best_day(DAY, [0.2, 0.3], rules=rules)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", 1e300),
        ("service", (("long", 1.0),)),
        ("service", 5),
        ("day_sd", 1e6),
        ("lobby", math.nan),
        ("shifts", [(5.0, 1.0)]),
        ("shifts", [(0.0, math.inf)]),
        ("breaks", [(math.nan, 1.0)]),
        ("breaks", [("noon", 1.0)]),
    ],
)
def test_a_day_that_cannot_be_simulated_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        simulated(**{name: value})


@pytest.mark.parametrize("slots", [[0], [0, 9], [0, -1]])
def test_slots_to_go_on_from_must_be_those_of_the_people(slots: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^slots"):
        refine_day(DAY, [0.2, 0.3], slots)
