"""Plans of whole sessions, as the pages, the API and the command line ask for them."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning import Belief, GroupSpec, Plan, StreamedSpec, from_json, plan_group, plan_streamed, to_json
from scheduling.planning.fixed_service import Shape, chance_held, chances_held, evaluate_day
from scheduling.planning.mixture import common_shift, laws_of, node_weights
from scheduling.planning.simulate import simulate
from scheduling.planning.simulated_day import SimulatedDay

# One in five comes, each for themselves; the day of the issue: 13:00-17:00, two interviewers, 20 minutes.
ALONE = StreamedSpec(target=5, assurance=0.9, show_probs=(0.2,) * 20, spread=0.0)


def test_twenty_people_at_one_in_five_reach_five_on_37_days_of_100() -> None:
    plan = plan_streamed(ALONE)

    assert plan.conflict is not None
    assert (plan.conflict.code, plan.invite, plan.now) == ("people", 38, 20)
    assert 0.36 <= plan.p_target_now <= 0.39
    remedies = {code: (number, chance) for code, number, chance in plan.conflict.remedies}
    assert remedies["more_people"][0] == 18
    assert remedies["accept_target"][0] == 2
    assert plan.p_target >= 0.9


def test_what_people_share_makes_the_plan_larger() -> None:
    shared = plan_streamed(replace(ALONE, spread=None, typical=Belief(mean=0.2, weight=30.0)))

    assert shared.invite > plan_streamed(ALONE).invite
    assert shared.p_target >= 0.9


def test_the_first_who_were_chosen_fill_the_bands_in_the_recruiters_order() -> None:
    plan = plan_streamed(ALONE)

    assert list(plan.assignment) == sorted(place for place in plan.assignment if place is not None)
    assert sum(band.invited for band in plan.bands) == plan.invite


def test_the_rule_of_thumb_stands_beside_the_plan() -> None:
    choices = {choice.code: choice for choice in plan_streamed(ALONE).choices}

    assert (choices["ceil"].invite, choices["rule_of_thumb"].invite) == (25, 20)
    # 57.9 % is P(5 of 25 come), the reference; fewer are also held inside the day.
    assert 0.5 <= choices["ceil"].p_target <= 0.579
    assert choices["this_plan"].p_target >= 0.9 > choices["one_more_interviewer"].p_target - 0.1


@pytest.mark.parametrize("rate", [0.2, 0.45])
def test_a_plan_agrees_with_simulation(rate: float) -> None:
    spec = replace(ALONE, show_probs=(), typical=Belief(mean=rate, weight=1e9), promised_wait=20)
    plan = plan_streamed(spec)
    found = simulate(
        SimulatedDay(
            starts=[band.start for band in plan.bands],
            bands=[[rate] * band.invited for band in plan.bands],
            interviewers=spec.interviewers,
            window=spec.window,
            service=((spec.minutes_each, 1.0),),
            target=spec.target,
            promised_wait=20,
        ),
        days=20_000,
        seed=4,
    )

    for estimate, value in (
        (found.arrivals, plan.arrivals.mean),
        (found.idle, plan.idle),
        (found.overtime, plan.overtime),
        (found.done, plan.held),
        (found.p_target, plan.p_target),
    ):
        assert abs(estimate.mean - value) <= 5 * estimate.error + 0.02
    assert found.wait_mean == pytest.approx(plan.wait_mean, abs=0.3)
    assert found.p_wait_over == pytest.approx(plan.p_wait_over, abs=0.01)


def test_if_the_rate_is_lower_more_must_be_invited() -> None:
    rows = plan_streamed(ALONE).if_wrong

    assert [row.factor for row in rows] == [0.6, 0.8, 1.0, 1.25, 1.5]
    assert list(np.diff([row.p_target for row in rows]) > 0) == [True] * 4
    invites = [row.invite for row in rows if row.invite is not None]
    assert invites == sorted(invites, reverse=True)


SPECS: list[Any] = [
    ALONE,
    replace(ALONE, bands=(5,) * 8, invite=40, promised_wait=30),
    replace(ALONE, already=((0.2,),) * 8),
    GroupSpec(target=5, seats=8, minimum=3, guaranteed=1, show_probs=(0.2, 0.5)),
]


@pytest.mark.parametrize("spec", SPECS)
def test_specs_and_plans_go_to_json_and_back_unchanged(spec: Any) -> None:
    plan = plan_group(spec) if isinstance(spec, GroupSpec) else plan_streamed(spec)

    assert from_json(type(spec), json.loads(json.dumps(to_json(spec)))) == spec
    assert from_json(Plan, json.loads(json.dumps(to_json(plan)))) == plan


def test_people_invited_before_count_towards_the_promise() -> None:
    plan = plan_streamed(replace(ALONE, already=((0.2,),) * 8))

    # 38 are needed in all, spread over the bands alike.
    assert plan.invite == 30
    assert {band.invited for band in plan.bands} <= {2, 3, 4, 5}


def test_a_group_that_cannot_be_had_names_the_seats_that_are_missing() -> None:
    plan = plan_group(GroupSpec(target=5, seats=8, show_probs=(0.2,) * 20, spread=0.0))

    assert plan.conflict is not None
    assert (plan.conflict.code, plan.conflict.needed, plan.conflict.remedies[0][:2]) == ("room", 38, ("more_seats", 4))


@given(st.integers(0, 6), st.integers(6, 14), st.lists(st.floats(0.02, 0.98), max_size=15), st.sampled_from([0.0, 0.6]))
@settings(derandomize=True, max_examples=15, deadline=None)
def test_a_group_plan_is_the_smallest_that_reaches_its_target(
    target: int, seats: int, probs: list[float], spread: float
) -> None:
    spec = GroupSpec(target=target, seats=seats, show_probs=tuple(probs), spread=spread, typical=Belief(mean=0.5))
    plan = plan_group(spec)

    assert plan.p_target >= 0.9 - 1e-9
    if plan.invite > 0:
        assert plan_group(replace(spec, invite=plan.invite - 1)).p_target < 0.9


BAD: list[tuple[str, type[Any], dict[str, Any]]] = [
    ("show_probs", StreamedSpec, {"target": 5, "show_probs": (1.2,)}),
    ("show_probs", StreamedSpec, {"target": 5, "show_probs": (float("nan"),)}),
    ("show_probs", StreamedSpec, {"target": 5, "show_probs": (0.1,) * 10_000}),
    ("invite", StreamedSpec, {"target": 5, "invite": 10**6}),
    ("interviewers", StreamedSpec, {"target": 5, "interviewers": 0}),
    ("window", StreamedSpec, {"target": 5, "window": 0}),
    ("minutes_each", StreamedSpec, {"target": 5, "minutes_each": 300}),
    ("target", StreamedSpec, {"target": 25}),
    ("assurance", StreamedSpec, {"target": 5, "assurance": 1.0}),
    ("bands", StreamedSpec, {"target": 5, "bands": (1, 2)}),
    ("day_correlation", StreamedSpec, {"target": 5, "day_correlation": -0.1}),
    ("target", GroupSpec, {"target": 9, "seats": 8}),
    ("guaranteed", GroupSpec, {"target": 5, "seats": 8, "guaranteed": 9}),
]


@pytest.mark.parametrize(("name", "kind", "values"), BAD)
def test_nonsense_names_the_argument(name: str, kind: type[Any], values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{name}:"):
        kind(**values)


@pytest.mark.parametrize("data", [{"target": 5, "colour": 1}, {}, [], {"target": 5, "costs": {"tea": 1}}])
def test_json_that_is_no_spec_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"colour|target|object|tea"):
        from_json(StreamedSpec, data)


BAD_JSON: list[tuple[str, Any]] = [
    ("assurance", "0.9"),
    ("assurance", True),
    ("show_probs", 5),
    ("show_probs", "0.5"),
    ("show_probs", [0.5, None]),
    ("show_probs", [{"a": 1}]),
    ("show_probs", [float("nan")]),
    ("costs", 5),
    ("costs", None),
    ("costs.idle_minute", {"idle_minute": "x"}),
    ("costs.tea", {"tea": 1}),
    ("typical", [0.2]),
    ("typical.mean", {"mean": float("inf")}),
    ("already", [0.1] * 8),
    ("already", 3),
    ("bands", [[1]] * 8),
    ("bands", {"0": 1}),
    ("spread", [1]),
    ("spread", "wide"),
    ("moon", 1),
]


@pytest.mark.parametrize(("name", "value"), BAD_JSON)
def test_a_value_of_the_wrong_kind_names_its_field(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}: "):
        from_json(StreamedSpec, {"target": 5, name.split(".", maxsplit=1)[0]: value})


@pytest.mark.parametrize("spread", [30.0, 1e9])
def test_a_shift_so_wide_that_all_come_or_nobody_is_planned(spread: float) -> None:
    plan = plan_streamed(StreamedSpec(target=1, spread=spread, show_probs=(0.5, 0.3), invite=2))

    assert plan.arrivals.mean == pytest.approx(0.8, abs=1e-6)


def test_a_group_that_needs_nobody_to_begin_always_begins() -> None:
    assert plan_group(GroupSpec(target=5, seats=8, minimum=0)).p_minimum == pytest.approx(1.0)


def test_a_negative_price_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"costs\.idle_minute"):
        from_json(StreamedSpec, {"target": 5, "costs": {"idle_minute": -1.0}})


def test_people_who_come_for_certain_stay_certain_when_the_rate_is_higher() -> None:
    plan = plan_streamed(StreamedSpec(target=2, show_probs=(1.0, 1.0), typical=Belief(mean=0.9), invite=2))

    assert [row.p_target for row in plan.if_wrong if row.factor >= 1.0] == pytest.approx([1.0, 1.0, 1.0])


@given(
    st.integers(1, 4),
    st.sampled_from([10, 20, 25, 40]),
    st.sampled_from([10, 15, 30]),
    st.lists(st.lists(st.floats(0.0, 1.0), max_size=5), min_size=1, max_size=6),
    st.integers(1, 8),
)
@settings(derandomize=True, max_examples=40, deadline=None)
def test_the_chance_of_a_number_held_agrees_with_the_law_of_all_numbers(
    interviewers: int, minutes: int, gap: int, bands: list[list[float]], target: int
) -> None:
    nodes = common_shift(0.4)
    shape = Shape(interviewers, minutes, tuple(gap * band for band in range(len(bands))), gap * len(bands) + 20)
    laws, weights = [laws_of(tuple(band), nodes) for band in bands], node_weights(nodes)
    day = evaluate_day(shape, laws, weights, target=target)
    alone = [chance_held(shape, laws, weights, target=k) for k in range(target + 1)]

    assert alone == pytest.approx(np.cumsum(day.held_law[::-1])[::-1].tolist(), abs=1e-9)
    # Every interview held inside the day, counted from the waits of those who come, is also counted by number.
    many = chances_held(shape, laws, weights, target=sum(map(len, bands)))
    assert many[1:].sum() == pytest.approx(day.held, abs=1e-8)
