"""Interviews of any length: the exact chain against enumeration, published rows, the other evaluators and simulation."""

import heapq
import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.exponential import evaluate_exponential
from scheduling.planning.fixed_service import Shape, chance_held, evaluate_day
from scheduling.planning.mixture import common_shift, laws_of, node_weights
from scheduling.planning.service import Service
from scheduling.planning.simulate import simulate
from scheduling.planning.simulated_day import SimulatedDay
from scheduling.planning.streams import evaluate
from scheduling.planning.workload import evaluate_service

DAYS = 4_000
FIGURES = ("arrivals", "wait", "idle", "overtime", "tardiness", "done", "p_target")
SERVICES: list[Service] = [((1, 1.0),), ((2, 1.0),), ((2, 0.25), (3, 0.5), (4, 0.25)), ((1, 0.5), (5, 0.5))]
BANDS = st.lists(st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), max_size=2), min_size=1, max_size=3)


def by_enumeration(bands: list[list[float]], c: int, service: Service, slot: int, target: int) -> dict[str, float]:
    """Play every combination of who comes and how long it takes."""
    people = [(t, p) for t, band in enumerate(bands) for p in band]
    end = slot * len(bands)
    sums = dict.fromkeys(FIGURES, 0.0)
    for lengths in product([(0, 0.0), *service], repeat=len(people)):
        chance, free, figures = 1.0, [0] * c, dict.fromkeys(FIGURES, 0.0)
        busy, last = 0, 0
        for (t, p), (units, share) in zip(people, lengths, strict=True):
            chance *= p * share if units else 1.0 - p
            if not units or chance == 0.0:
                continue
            start = max(heapq.heappop(free), t * slot)
            heapq.heappush(free, start + units)
            last = max(last, start + units)
            figures["arrivals"] += 1
            figures["wait"] += start - t * slot
            figures["done"] += start + units <= end
            inside = min(start + units, end) - min(start, end)
            busy += inside
            figures["overtime"] += units - inside
        figures["idle"] = c * end - busy
        figures["tardiness"] = max(last - end, 0)
        figures["p_target"] = float(figures["done"] >= target)
        for name, value in figures.items():
            sums[name] += chance * value
    return sums


@given(BANDS, st.integers(1, 3), st.sampled_from(SERVICES), st.integers(1, 4), st.integers(1, 3))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_figures_equal_the_enumeration_of_all_days(
    bands: list[list[float]], c: int, service: Service, slot: int, target: int
) -> None:
    found = evaluate_service(bands, c, service, slot_units=slot, target=target)

    assert {name: getattr(found, name) for name in FIGURES} == pytest.approx(
        by_enumeration(bands, c, service, slot, target), abs=1e-10
    )


LONG_BANDS = st.lists(st.lists(st.floats(0.0, 1.0), max_size=5), min_size=1, max_size=8)


@given(LONG_BANDS, st.integers(1, 4), st.sampled_from(SERVICES), st.integers(1, 5), st.sampled_from([0.0, 0.5]))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_idle_is_what_work_and_overtime_leave_of_the_day(
    bands: list[list[float]], c: int, service: Service, slot: int, sd: float
) -> None:
    found = evaluate_service(bands, c, service, slot_units=slot, nodes=common_shift(sd), walk_ins=[0.3] * len(bands))
    mean = sum(units * share for units, share in service)

    assert found.idle == pytest.approx(c * slot * len(bands) - mean * found.arrivals + found.overtime, abs=1e-9)


@given(LONG_BANDS, st.integers(1, 4), st.integers(0, 6))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_one_slot_interviews_agree_with_the_slot_recursion(bands: list[list[float]], c: int, target: int) -> None:
    found = evaluate_service(bands, c, ((1, 1.0),), slot_units=1, target=target)
    slots = evaluate(bands, c, target=target)

    assert [getattr(found, name) for name in FIGURES] == pytest.approx(
        [getattr(slots, name) for name in FIGURES], abs=1e-10
    )


@given(LONG_BANDS, st.integers(1, 3), st.sampled_from([10, 20, 40]), st.integers(0, 6), st.sampled_from([0.0, 0.5]))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_fixed_interviews_agree_with_the_chain_along_the_queue(
    bands: list[list[float]], c: int, minutes: int, target: int, sd: float
) -> None:
    nodes = common_shift(sd)
    shape = Shape(c, minutes, tuple(30 * t for t in range(len(bands))), 30 * len(bands))
    chances = [laws_of(tuple(band), nodes) for band in bands]
    found = evaluate_day(shape, chances, node_weights(nodes), target=target)
    from_target = chance_held(shape, chances, node_weights(nodes), target=target)
    if sd == 0.0:
        exact = evaluate_service(bands, c, ((minutes // 10, 1.0),), slot_units=3, target=target, unit_minutes=10.0)
        assert (found.wait, found.overtime, found.held, found.p_target) == pytest.approx(
            (exact.wait, exact.overtime, exact.done, exact.p_target), abs=1e-8
        )
        assert found.wait_quantile(0.9) == exact.wait_quantile(0.9)
    assert from_target == pytest.approx(found.p_target, abs=1e-12)


# reference/overbooking.md, section 4: rows printed by ten Hove; s = {3: .2, 5: .3, 8: .5}, 10 % no-shows, slots of 5. Their wait is
# the mean over everybody invited, whether they come or not.
PUBLISHED = [
    ([2, 0, 0, 0, 0, 1], 1.83, 1.35),
    ([2, 2, 2, 2], 11.8166088105, 24.0648275630),
    ([5, 2, 1, 0], 16.7150966333, 23.9233174895),
    ([0, 1, 2, 5], 12.5150625, 29.8561207986),
    ([4, 4, 0, 0], 16.71597, 23.9248268602),
    ([0, 0, 4, 4], 16.71597, 33.9219476230),
    ([4, 0, 4, 0], 14.2334064, 23.9584102419),
    ([2, 1, 1, 1, 1, 1, 1], 6.4396537598, 9.8208260861),
]
COSTS = [
    ([3, 2, 1, 0], 37.71594467672401),
    ([2, 2, 1, 1], 30.52386358592401),
    ([1, 2, 1, 2], 25.53066071370001),
    ([1, 1, 1, 3], 22.474543162500005),
]
TEN_HOVE: Service = ((3, 0.2), (5, 0.3), (8, 0.5))


@pytest.mark.parametrize(("counts", "wait", "overtime"), PUBLISHED)
def test_published_schedules_are_reproduced(counts: list[int], wait: float, overtime: float) -> None:
    found = evaluate_service([[0.9] * count for count in counts], 1, TEN_HOVE, slot_units=5)

    # The rows wait for the invited, ours for those who come: p times as much.
    assert (found.wait / (0.9 * sum(counts)), found.overtime) == pytest.approx((wait, overtime), abs=1e-9)


@pytest.mark.parametrize(("counts", "cost"), COSTS)
def test_published_costs_are_reproduced(counts: list[int], cost: float) -> None:
    found = evaluate_service([[0.9] * count for count in counts], 1, TEN_HOVE, slot_units=5)

    assert 0.5 * found.wait / 0.9 + 0.5 * found.overtime == pytest.approx(cost, abs=1e-9)


def test_a_break_stops_the_work_and_the_wait_goes_on() -> None:
    # One person at the start needs two slots of work; the second slot is a break: the one who comes at the same time waits three.
    found = evaluate_service([[1.0, 1.0], [], []], [1, 0, 1], ((2, 1.0),), slot_units=1, target=1)

    assert (found.wait, found.idle, found.overtime, found.p_target) == (3.0, 0.0, 2.0, 1.0)


def test_personal_lengths_are_used() -> None:
    found = evaluate_service([[1.0, 1.0]], 1, ((1, 1.0),), slot_units=4, services=[[((3, 1.0),), ((1, 1.0),)]])

    assert (found.wait, found.idle, found.overtime) == (3.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bands", {"bands": [[float("nan")]]}),
        ("bands", {"bands": []}),
        ("interviewers", {"interviewers": 0}),
        ("interviewers", {"interviewers": [2]}),
        ("service", {"service": ((0, 1.0),)}),
        ("service", {"service": ((1, 0.5),)}),
        ("slot_units", {"slot_units": 0}),
        ("target", {"target": -1}),
        ("walk_ins", {"walk_ins": [1.0]}),
    ],
)
def test_nonsense_names_the_argument(name: str, values: dict[str, object]) -> None:
    asked = {"bands": [[0.2], [0.2]], "interviewers": 1, "service": ((1, 1.0),), "slot_units": 1, **values}
    with pytest.raises(ValueError, match=name):
        evaluate_service(**asked)  # type: ignore[arg-type]


@given(LONG_BANDS, st.integers(1, 3), st.sampled_from([5.0, 10.0, 25.0]))
@settings(derandomize=True, max_examples=30, deadline=None)
def test_exponential_days_keep_the_identity(bands: list[list[float]], c: int, mean: float) -> None:
    found = evaluate_exponential(bands, c, mean_minutes=mean, slot_minutes=15.0, target=2)

    assert found.idle == pytest.approx(c * 15.0 * len(bands) - mean * found.arrivals + found.overtime, abs=1e-8)
    assert 0.0 <= found.p_target <= 1.0 + 1e-12


def test_exponential_days_know_breaks_changing_staff_and_walk_ins() -> None:
    # A break adds its length to everybody's wait; a second interviewer for the second slot halves what is left of it.
    lone = evaluate_exponential([[1.0, 1.0]], 1, mean_minutes=10.0, slot_minutes=10.0)
    after_break = evaluate_exponential([[1.0, 1.0], []], [0, 1], mean_minutes=10.0, slot_minutes=10.0)
    helped = evaluate_exponential([[1.0, 1.0], []], [1, 2], mean_minutes=10.0, slot_minutes=10.0)
    none, one = math.exp(-1), math.exp(-1)

    assert after_break.wait == pytest.approx(lone.wait + 20.0)
    # The second waits at most until the slot ends: 10 (1 - e^-1) on average.
    assert helped.wait == pytest.approx(10.0 * (1 - none))
    assert helped.idle == pytest.approx(30.0 - 10.0 * 2 + helped.overtime)
    walk = evaluate_exponential(
        [[0.4], [0.3]], [1, 2], mean_minutes=7.0, slot_minutes=10.0, walk_ins=[0.5, 0.2], target=1
    )
    assert walk.arrivals == pytest.approx(1.4)
    assert walk.idle == pytest.approx(30.0 - 7.0 * 1.4 + walk.overtime)
    assert lone.overtime == pytest.approx(10.0 * (2 * none + one))


@given(
    st.lists(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=3), min_size=2, max_size=4),
    st.integers(1, 3),
    st.integers(1, 10**6),
)
@settings(derandomize=True, max_examples=25, deadline=None)
def test_exponential_days_agree_with_simulation(bands: list[list[float]], c: int, seed: int) -> None:
    exact = evaluate_exponential(bands, c, mean_minutes=12.0, slot_minutes=15.0, target=2)
    # The law in steps of a quarter of a minute, each at its middle, cut where 1e-9 is left.
    steps = [(0.25 * k + 0.125, math.exp(-0.25 * k / 12.0) * -math.expm1(-0.25 / 12.0)) for k in range(1000)]
    day = SimulatedDay(
        starts=[15.0 * t for t in range(len(bands))],
        bands=bands,
        interviewers=c,
        window=15.0 * len(bands),
        service=[*steps, (262.0, 1.0 - sum(share for _, share in steps))],
        target=2,
    )
    found = simulate(day, days=DAYS, seed=seed)

    for name in FIGURES:
        estimate, true = getattr(found, name), getattr(exact, name)
        assert abs(estimate.mean - true) <= max(allowed(name, estimate.error, true, 60), 5 * estimate.error + 0.05), (
            name
        )


def test_one_exponential_interview_by_hand() -> None:
    # Two come at once to one interviewer, mean 10, day of 10 minutes: E overtime = 10 E(number left), number done is Poisson(1) capped.
    found = evaluate_exponential([[1.0, 1.0]], 1, mean_minutes=10.0, slot_minutes=10.0, target=1)
    none, one = 0.36787944117144233, 0.36787944117144233

    assert (found.wait, found.overtime) == pytest.approx((10.0, 10.0 * (2 * none + one)))
    assert found.p_target == pytest.approx(1 - none)


@given(
    st.lists(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4), min_size=1, max_size=6),
    st.integers(1, 3),
    st.sampled_from(SERVICES),
    st.integers(2, 4),
    st.integers(1, 5),
    st.integers(1, 10**6),
)
@settings(derandomize=True, max_examples=1000, deadline=None)
def test_simulation_agrees_with_the_formulas(
    bands: list[list[float]], c: int, service: Service, slot: int, target: int, seed: int
) -> None:
    exact = evaluate_service(bands, c, service, slot_units=slot, target=target)
    day = SimulatedDay(
        starts=[slot * t for t in range(len(bands))],
        bands=bands,
        interviewers=c,
        window=slot * len(bands),
        service=service,
        target=target,
    )
    found = simulate(day, days=DAYS, seed=seed)

    longest = max(units for units, _ in service)
    for name in FIGURES:
        estimate, true = getattr(found, name), getattr(exact, name)
        assert abs(estimate.mean - true) <= allowed(name, estimate.error, true, longest), name


def allowed(name: str, error: float, true: float, longest: int) -> float:
    """Return five standard errors; from the exact value, by Poisson's law, where fewer than 30 days show the figure at all.

    Interviews held can be one whole number on all simulated days although rare days differ: their error is then not 0.
    """
    if name == "done":
        return max(5 * error, (5 * math.sqrt(abs(true - round(true)) * DAYS) + 5) / DAYS)
    scale = 1.0 if name == "p_target" else float(longest)
    rare = min(true, 1.0 - true) if name == "p_target" else true
    count = max(rare, 0.0) / scale * DAYS
    return 5 * error if count >= 30 else (5 * math.sqrt(count) + 5) * scale / DAYS
