"""The day with everything: against the quicker evaluators, the enumeration by hand, and the simulation."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning import common_shift, evaluate, evaluate_full, evaluate_service, simulate, wait_profile
from scheduling.planning.simulated_day import SimulatedDay

DAYS = 2_000
SUMS = ("arrivals", "wait", "idle", "overtime", "tardiness", "done", "p_target", "shortfall")
SERVICES = (((3, 1.0),), ((2, 0.25), (3, 0.5), (4, 0.25)), ((1, 0.5), (5, 0.5)))
CHANCES = st.lists(st.lists(st.floats(0.05, 0.95), max_size=4), min_size=2, max_size=5)


def sums(figures: Any) -> Any:
    return pytest.approx([getattr(figures, name) for name in SUMS], abs=1e-9)


@given(CHANCES, st.integers(1, 3), st.sampled_from(SERVICES), st.integers(0, 4), st.sampled_from([0.0, 0.6]))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_with_the_same_staff_all_day_it_is_the_chain_of_waiting_times(
    bands: list[list[float]], c: int, service: Any, target: int, spread: float
) -> None:
    nodes = common_shift(spread, 3)
    walk_ins = [0.3] * len(bands)

    chain = evaluate_service(bands, c, service, slot_units=3, target=target, nodes=nodes, walk_ins=walk_ins)
    full = evaluate_full(bands, c, service, slot_units=3, target=target, nodes=nodes, walk_ins=walk_ins)

    assert [getattr(full, name) for name in SUMS] == sums(chain)
    longest = max(len(full.wait_law), len(chain.wait_law))
    laws = [np.pad(law, (0, longest - len(law))) for law in (full.wait_law, chain.wait_law)]
    assert laws[0].tolist() == pytest.approx(laws[1].tolist(), abs=1e-9)
    assert full.ends_late(2.0) == pytest.approx(chain.ends_late(2.0), abs=1e-9)


@given(
    CHANCES,
    st.data(),
    st.integers(0, 4),
    st.one_of(st.none(), st.integers(0, 3)),
)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_one_slot_interviews_with_changing_staff_are_the_slot_recursion(
    bands: list[list[float]], data: st.DataObject, target: int, room_cap: int | None
) -> None:
    crew = data.draw(st.lists(st.integers(0, 3), min_size=len(bands), max_size=len(bands)).filter(any))

    slots = evaluate(bands, crew, target=target, room_cap=room_cap)
    full = evaluate_full(bands, crew, ((1, 1.0),), slot_units=1, target=target, room_cap=room_cap)

    assert [getattr(full, name) for name in SUMS] == sums(slots)
    assert full.turned_away == pytest.approx(slots.turned_away, abs=1e-9)


@given(CHANCES, st.data(), st.sampled_from(SERVICES), st.one_of(st.none(), st.integers(0, 2)))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_idle_time_is_the_hours_less_the_work_done_in_them(
    bands: list[list[float]], data: st.DataObject, service: Any, room_cap: int | None
) -> None:
    crew = data.draw(st.lists(st.integers(0, 3), min_size=len(bands), max_size=len(bands)).filter(any))

    full = evaluate_full(bands, crew, service, slot_units=3, room_cap=room_cap, unit_minutes=5.0)

    mean = sum(units * share for units, share in service) * 5.0
    served = full.arrivals - full.turned_away
    assert full.idle == pytest.approx(sum(crew) * 15.0 - mean * served + full.overtime, abs=1e-8)
    assert float(full.wait_law.sum()) == pytest.approx(served, abs=1e-9)
    assert float(full.wait_law @ np.arange(len(full.wait_law))) * 5.0 == pytest.approx(full.wait, abs=1e-8)


@given(CHANCES, st.integers(1, 3), st.sampled_from(SERVICES))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_a_fixed_time_changes_who_waits_and_not_how_much(bands: list[list[float]], c: int, service: Any) -> None:
    sure = [[0.9] * min(c, 1 + slot % 2) for slot in range(len(bands))]

    told_apart = evaluate_full(bands, c, service, slot_units=3, target=3, guaranteed=sure)
    alike = evaluate_full([[*a, *b] for a, b in zip(sure, bands, strict=True)], c, service, slot_units=3, target=3)

    assert [getattr(told_apart, name) for name in SUMS] == sums(alike)
    assert float(told_apart.wait_law.sum()) == pytest.approx(told_apart.arrivals, abs=1e-9)
    assert float(told_apart.wait_law @ np.arange(len(told_apart.wait_law))) == pytest.approx(alike.wait, abs=1e-8)


@given(CHANCES, st.integers(1, 3))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_waits_beside_fixed_times_are_those_of_the_profile(bands: list[list[float]], c: int) -> None:
    sure = [[0.8] if slot % 2 else [] for slot in range(len(bands))]

    full = evaluate_full(bands, c, ((1, 1.0),), slot_units=1, guaranteed=sure)
    profile = wait_profile(bands, c, promised=1.0, guaranteed=sure)

    assert full.waits_over(1.0) == pytest.approx(profile.share_over, abs=1e-9)
    assert full.wait_mean == pytest.approx(profile.mean, abs=1e-9)


def test_a_person_with_a_fixed_time_waits_for_nobody_but_who_is_in_the_room() -> None:
    # Three come at once to one interviewer, 2 units each; at unit 2 somebody with a fixed time is called before the two who wait.
    full = evaluate_full([[1.0] * 3, []], 1, ((2, 1.0),), slot_units=2, guaranteed=[[], [1.0]])

    assert full.wait_law.tolist() == pytest.approx([2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0])


def test_who_goes_home_ends_the_interview_under_way_and_begins_none() -> None:
    # Two interviewers in the first slot of 2 units, one afterwards; four come at once for 3 units each.
    full = evaluate_full([[1.0] * 4, [], [], []], [2, 1, 1, 1], ((3, 1.0),), slot_units=2)

    # The second works one unit beyond their hours; the third and fourth person are called at 3 and 6, and end at 6 and 9.
    assert (full.wait, full.overtime, full.tardiness, full.done) == pytest.approx((9.0, 2.0, 1.0, 3.0))


@given(
    CHANCES,
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
    st.sampled_from(SERVICES),
    st.integers(1, 4),
    st.integers(1, 10**6),
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_simulation_agrees_where_staff_come_go_and_take_a_break(
    bands: list[list[float]], hours: list[int], service: Any, target: int, seed: int
) -> None:
    slots = len(bands)
    # One interviewer all day, another from and to slots of their own; a break of a slot for both, where the day is long enough.
    since, until = min(hours[0], slots - 1), min(hours[0] + 1 + hours[1], slots)
    rest = slots - 2 if slots > 3 and hours[2] else None
    crew = [0 if slot == rest else 1 + (since <= slot < until) for slot in range(slots)]
    exact = evaluate_full(bands, crew, service, slot_units=3, target=target, lobby=1)

    found = simulate(
        SimulatedDay(
            starts=[3.0 * slot for slot in range(slots)],
            bands=bands,
            interviewers=2,
            window=3.0 * slots,
            service=service,
            target=target,
            lobby=1,
            shifts=((0.0, 3.0 * slots), (3.0 * since, 3.0 * until)),
            breaks=() if rest is None else ((3.0 * rest, 3.0 * rest + 3.0),),
        ),
        days=DAYS,
        seed=seed,
    )

    longest = max(units for units, _ in service)
    for name, scale in (
        ("arrivals", 1.0),
        ("wait", longest),
        ("idle", longest),
        ("overtime", longest),
        ("tardiness", longest),
        ("done", 1.0),
        ("p_target", 1.0),
    ):
        estimate, true = getattr(found, name), getattr(exact, name)
        assert abs(estimate.mean - true) <= allowed(estimate.error, true, scale, share=name == "p_target"), name
    over = exact.over_lobby
    assert abs(found.p_over_lobby.mean - over) <= allowed(found.p_over_lobby.error, over, 1.0, share=True)


def allowed(error: float, true: float, scale: float, *, share: bool) -> float:
    """Return five standard errors; where fewer than 30 days would show the figure, those of Poisson's law of the exact value."""
    rare = min(true, 1.0 - true) if share else abs(true - round(true / scale) * scale)
    return max(
        5 * error,
        scale * (5 * math.sqrt(max(rare, 0.0) / scale * DAYS) + 5) / DAYS if rare * DAYS < 30 * scale else 0.0,
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bands", {"bands": [[1.2]]}),
        ("slots", {"bands": []}),
        ("interviewers", {"interviewers": 0}),
        ("interviewers", {"interviewers": [51]}),
        ("bands", {"bands": [[0.5] * 10_000], "target": 5000}),
        ("service", {"service": ()}),
        ("service", {"service": ((60, 0.5), (61, 0.5)), "interviewers": 4}),
        ("slot_units", {"slot_units": 0}),
        ("target", {"target": -1}),
        ("walk_ins", {"walk_ins": [math.nan]}),
        ("guaranteed", {"guaranteed": [[0.5, 0.5]]}),
        ("guaranteed", {"guaranteed": []}),
        ("room_cap", {"room_cap": -1}),
        ("lobby", {"lobby": 1.5}),
    ],
)
def test_nonsense_names_the_argument(name: str, arguments: dict[str, Any]) -> None:
    given_ = {"bands": [[0.5]], "interviewers": 1, "service": ((2, 1.0),), "slot_units": 2, **arguments}

    with pytest.raises(ValueError, match=f"^{name}"):
        evaluate_full(given_.pop("bands"), given_.pop("interviewers"), given_.pop("service"), **given_)
