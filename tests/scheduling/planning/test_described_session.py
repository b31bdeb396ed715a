"""What a described session can say beyond numbers of people: who works when, who can come when, what was promised."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning import (
    Costs,
    StreamedSpec,
    first_usable_band,
    from_json,
    plan_streamed,
    refine_streamed,
    to_json,
)
from scheduling.planning.arrangement import arranged
from scheduling.planning.moves import searched
from scheduling.planning.simulate import simulate
from scheduling.planning.simulated_day import SimulatedDay
from scheduling.planning.streamed_day import StreamedDay

SPEC = StreamedSpec(target=3, show_probs=(0.3, 0.6, 0.4, 0.5, 0.3, 0.7), spread=0.0, promised_wait=20)


def of_bands(plan: Any, band: int) -> int:
    return plan.bands[band].invited


def test_people_are_asked_only_to_bands_they_can_make() -> None:
    spec = replace(SPEC, availability=((0,), (7,), None, (2, 3), (), (5,)), invite=5)

    plan = plan_streamed(spec)

    assert (plan.assignment[0], plan.assignment[1], plan.assignment[4], plan.assignment[5]) == (0, 7, None, 5)
    assert plan.assignment[3] in (2, 3)
    assert (plan.invite, plan.now) == (5, 5)


def test_bands_that_leave_too_little_notice_or_are_closed_get_nobody() -> None:
    plan = plan_streamed(replace(SPEC, earliest_band=2, closed_bands=(4,)))

    assert (of_bands(plan, 0), of_bands(plan, 1), of_bands(plan, 4)) == (0, 0, 0)


def test_nobody_gets_a_second_live_invitation() -> None:
    plan = plan_streamed(replace(SPEC, invited_elsewhere=(1, 5), invite=4))

    assert [place is None for place in plan.assignment] == [False, True, False, False, False, True]


def test_the_most_important_are_invited_first() -> None:
    plan = plan_streamed(replace(SPEC, priority=(3, 3, 1, 2, 3, 1), invite=3))

    assert [place is not None for place in plan.assignment] == [False, False, True, True, False, True]


def test_where_no_band_is_open_the_plan_invites_nobody() -> None:
    plan = plan_streamed(replace(SPEC, earliest_band=8))

    assert (plan.invite, plan.now, set(plan.assignment)) == (0, 0, {None})
    assert plan.conflict is not None


def test_those_invited_before_keep_their_band() -> None:
    already = ((1.0, 1.0, 1.0), *((),) * 7)

    plan = plan_streamed(replace(SPEC, already=already))

    assert (plan.invite, plan.bands[0].expected) == (0, pytest.approx(3.0))


@pytest.mark.parametrize(("hours", "band"), [(5.0, 0), (1.0, 2), (-1.0, 6), (-5.0, 8)])
def test_notice_in_hours_names_the_first_band_that_leaves_it(hours: float, band: int) -> None:
    assert first_usable_band(SPEC.starts, hours_until_start=hours, notice_hours=2.0) == band


RICH: dict[str, dict[str, Any]] = {
    "staff": {"staff": (1, 1, 2, 2, 2, 1, 1, 1)},
    "break": {"breaks": ((120, 150),)},
    "fixed times": {"guaranteed": ((60, 0.9), (150, 1.0))},
    "room": {"room_cap": 2},
    "walk-ins": {"walk_ins_per_hour": 1.5},
    "all": {
        "staff": (1, 2, 2, 2, 2, 2, 1, 1),
        "breaks": ((120, 130),),
        "guaranteed": ((90, 0.8),),
        "room_cap": 3,
        "walk_ins_per_hour": 0.5,
    },
}


@pytest.mark.parametrize("fields", RICH.values(), ids=RICH)
def test_a_rich_session_goes_to_json_and_back_and_keeps_its_promise(fields: dict[str, Any]) -> None:
    spec = replace(SPEC, **fields)

    plan = plan_streamed(spec)

    assert from_json(StreamedSpec, to_json(spec)) == spec
    assert plan.p_target >= 0.9 - 1e-9
    assert [row.factor for row in plan.if_wrong] == [0.6, 0.8, 1.0, 1.25, 1.5]
    assert plan.if_wrong[2].held == pytest.approx(plan.held)


@pytest.mark.parametrize("fields", [RICH["staff"], RICH["break"], {}], ids=["staff", "break", "plain"])
def test_a_rich_session_agrees_with_simulation(fields: dict[str, Any]) -> None:
    spec = replace(SPEC, **fields)
    plan = plan_streamed(replace(spec, show_probs=(), invite=14))
    staff = spec.staff or (2,) * 8
    second = [30.0 * band for band in range(8) if staff[band] == 2]

    found = simulate(
        SimulatedDay(
            starts=spec.starts,
            bands=[[0.2] * band.invited for band in plan.bands],
            interviewers=2,
            window=240.0,
            service=((20.0, 1.0),),
            target=3,
            lobby=14,
            promised_wait=20.0,
            shifts=((0.0, 240.0), (second[0], second[-1] + 30.0)),
            breaks=spec.breaks,
        ),
        days=40_000,
        seed=2,
    )

    for estimate, value in (
        (found.idle, plan.idle),
        (found.overtime, plan.overtime),
        (found.done, plan.held),
        (found.p_target, plan.p_target),
    ):
        assert abs(estimate.mean - value) <= 5 * estimate.error + 1e-6
    assert found.wait_mean == pytest.approx(plan.wait_mean, abs=0.3)
    assert found.p_wait_over == pytest.approx(plan.p_wait_over, abs=0.01)


@given(
    st.lists(st.sampled_from([0.1, 0.2, 0.35, 0.6]), min_size=4, max_size=14),
    st.sampled_from([20, 30, 40]),
    st.integers(1, 3),
    st.integers(1, 4),
)
@settings(derandomize=True, max_examples=25, deadline=None)
def test_a_plan_is_never_dearer_than_a_level_placing_and_refining_never_makes_it_so(
    probs: list[float], band_minutes: int, crew: int, target: int
) -> None:
    spec = StreamedSpec(
        target=target,
        interviewers=crew,
        band_minutes=band_minutes,
        window=160,
        show_probs=tuple(probs),
        invite=len(probs),
        spread=0.3,
    )
    day = StreamedDay(spec)
    level = day.outcome(day.places(len(probs)))

    plan = plan_streamed(spec)
    refined = refine_streamed(spec, plan, effort=20)

    assert plan.cost <= day.cost(level, len(probs)) + 1e-6
    assert refined.cost <= plan.cost + 1e-9
    assert refined.p_target >= min(plan.p_target, spec.assurance) - 1e-9
    assert refined.invite == plan.invite


def test_quick_plans_of_few_people_are_nearly_and_refined_ones_quite_the_best_of_all_placings() -> None:
    random = np.random.default_rng(5)
    quick, refined = [], []
    for _ in range(10):
        spec = StreamedSpec(
            target=int(random.integers(1, 4)),
            interviewers=int(random.integers(1, 3)),
            window=95,
            show_probs=tuple(random.choice([0.1, 0.2, 0.35, 0.6, 0.9], 5).tolist()),
            invite=5,
            spread=0.3,
            costs=Costs(waiting_minute=float(random.choice([1, 5, 20]))),
        )
        day = StreamedDay(spec)
        promised = min(day.outcome(day.places(5)).p_target, spec.assurance) - 1e-12
        looks = [day.queue(places, target=spec.target) for places in product(range(3), repeat=5)]
        best = min(day.cost(look, 5) for look in looks if look.p_target >= promised)

        plan = plan_streamed(spec)

        quick.append(plan.cost / best - 1.0)
        refined.append(refine_streamed(spec, plan).cost / best - 1.0)

    assert max(refined) <= 1e-9
    assert sum(quick) / len(quick) <= 0.001


def test_what_is_too_much_to_enumerate_is_searched_from_several_starts() -> None:
    spec = StreamedSpec(
        target=3, interviewers=1, window=95, show_probs=(0.1, 0.25, 0.4, 0.6, 0.75, 0.9), invite=6, spread=0.3
    )
    day = StreamedDay(spec)
    start = arranged(day, (2, 2, 2, 1, 1, 1))

    found = searched(day, start, looks=500, seed=1)
    every = searched(day, start, looks=3**6, seed=1)

    assert (found.method, every.method, every.gap) == ("local_search", "enumerated", 0.0)
    assert found.cost == pytest.approx(every.cost)


def test_alike_people_on_one_slot_bands_are_refined_to_the_proved_best() -> None:
    spec = StreamedSpec(target=3, band_minutes=20, show_probs=(0.3,) * 20, invite=20, spread=0.2)

    plan = refine_streamed(spec, plan_streamed(spec))

    assert plan.method == "certified"
    assert plan.gap == pytest.approx(0.0, abs=1e-6)


def test_a_plan_of_another_session_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^plan"):
        refine_streamed(replace(SPEC, show_probs=(0.5,)), plan_streamed(SPEC))


def test_the_number_for_the_whole_range_is_the_smallest_that_is_as_sure_on_average() -> None:
    plan = plan_streamed(SPEC)
    day = StreamedDay(SPEC)
    assert plan.invite_for_range is not None

    def mean(people: int) -> float:
        return sum(day.chance(day.places(people), factor=row.factor) for row in plan.if_wrong) / 5

    assert mean(plan.invite_for_range) >= 0.9 - 1e-9 > mean(plan.invite_for_range - 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("staff", (1, 1)),
        ("staff", (-1,) * 8),
        ("staff", (0,) * 8),
        ("staff", 3),
        ("breaks", ((30,),)),
        ("breaks", ((60, 30),)),
        ("breaks", ((0, 500),)),
        ("walk_ins_per_hour", -1.0),
        ("walk_ins_per_hour", float("nan")),
        ("walk_ins_per_hour", 1e9),
        ("guaranteed", ((60, 1.5),)),
        ("guaranteed", ((239, 0.5),)),
        ("guaranteed", ((60, 0.5),) * 3),
        ("room_cap", -1),
        ("availability", ((0,),)),
        ("availability", ((9,),) * 6),
        ("priority", (1,)),
        ("priority", ("first",) * 6),
        ("invited_elsewhere", (6,)),
        ("earliest_band", -1),
        ("closed_bands", (8,)),
        ("show_probs", "0.5"),
    ],
)
def test_nonsense_names_the_field(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}"):
        replace(SPEC, **{name: value})


def test_a_day_beyond_the_exact_method_is_refused_by_name() -> None:
    spec = StreamedSpec(target=60, interviewers=8, minutes_each=45, window=600, breaks=((301, 331),))

    with pytest.raises(ValueError, match=r"^minutes_each"):
        plan_streamed(spec)


def test_numbers_by_hand_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^bands"):
        replace(SPEC, bands=(1,) * 8, invite=9)
