"""The certified optimum for people with one show probability."""

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduling.planning.certified import certified_day, settled_day
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.equal import EqualCosts
from scheduling.planning.laws import shifted
from scheduling.planning.streams import evaluate_equal

NODES = ([(0.0, 1.0)], [(-0.8, 0.3), (0.3, 0.7)])
prices = st.one_of(st.just(0.0), st.floats(0, 5))


@st.composite
def equal_days(draw: st.DrawFn, slots: int = 5):
    count = draw(st.integers(1, slots))
    crew = draw(st.one_of(st.integers(1, 3), st.lists(st.integers(0, 3), min_size=count, max_size=count).filter(any)))
    weights = CostWeights(
        wait=draw(prices),
        idle=draw(prices),
        overtime=draw(prices),
        tardiness=draw(prices),
        missing=draw(st.one_of(st.just(0.0), st.floats(0, 20))),
        invitation=draw(st.one_of(st.just(0.0), st.floats(0, 0.5))),
    )
    walk_ins = draw(st.sampled_from([None, [0.4] * count]))
    waiting = draw(st.sampled_from([0, 0, 2]))
    return Day(
        count,
        crew,
        weights,
        target=draw(st.integers(0, 5)),
        nodes=draw(st.sampled_from(NODES)),
        waiting=waiting,
        walk_ins=walk_ins,
    )


chances = st.one_of(st.sampled_from([0.0, 0.2, 1.0]), st.floats(0, 1))


def spreads(people: int, slots: int):
    for bars in itertools.combinations(range(people + slots - 1), slots - 1):
        edges = (-1, *bars, people + slots - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(equal_days(), chances, st.integers(0, 7))
def test_a_fixed_number_equals_enumeration(day, p, people):
    plan = certified_day(day, p, people)

    cheapest = min(EqualCosts(day, p)(list(spreads(people, day.slots))))
    assert plan.cost == pytest.approx(cheapest, abs=1e-9)
    assert sum(plan.counts) == people
    assert plan.gap <= 1e-8


@settings(max_examples=120, deadline=None, derandomize=True)
@given(equal_days(slots=4), chances, st.integers(0, 6))
def test_a_free_number_equals_enumeration(day, p, most):
    plan = certified_day(day, p, (0, most))

    every = [counts for people in range(most + 1) for counts in spreads(people, day.slots)]
    assert plan.cost == pytest.approx(min(EqualCosts(day, p)(every)), abs=1e-9)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(equal_days(slots=4), chances, st.integers(0, 7), st.data())
def test_bounds_of_the_slots_are_kept_at_the_least_cost(day, p, people, data):
    lower = data.draw(st.lists(st.integers(0, 2), min_size=day.slots, max_size=day.slots))
    upper = [low + data.draw(st.integers(0, 3)) for low in lower]
    assume(sum(lower) <= people <= sum(upper))

    plan = certified_day(day, p, people, lower=lower, upper=upper)

    inside = [
        c for c in spreads(people, day.slots) if all(a <= x <= b for a, x, b in zip(lower, c, upper, strict=True))
    ]
    assert plan.counts in inside
    assert plan.cost == pytest.approx(min(EqualCosts(day, p)(inside)), abs=1e-9)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(equal_days(), chances, st.data())
def test_the_cost_is_multimodular(day, p, data):
    # f(x + v) + f(x + w) >= f(x) + f(x + v + w) for moves v != w: people to the slot before, or from the first to the last
    counts = data.draw(st.lists(st.integers(1, 4), min_size=day.slots, max_size=day.slots))
    assume(day.slots >= 2)
    first, second = data.draw(st.lists(st.integers(0, day.slots - 1), min_size=2, max_size=2, unique=True))
    costs = EqualCosts(day, p)

    def moved(*moves: int) -> tuple[int, ...]:
        out = list(counts)
        for move in moves:
            out[move] -= 1
            out[move - 1] += 1
        return tuple(out)

    assume(min(moved(first, second)) >= 0)
    one, other, neither, both = costs([moved(first), moved(second), tuple(counts), moved(first, second)])

    assert one + other >= neither + both - 1e-9 * (1 + abs(neither))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(equal_days(), chances, st.integers(1, 12))
def test_the_cost_is_that_of_the_exact_figures(day, p, people):
    plan = certified_day(day, p, people)

    figures = evaluate_equal(
        plan.counts, p, day.on_duty, target=day.target, nodes=day.nodes, waiting=day.waiting, walk_ins=day.walk_ins
    )
    assert plan.cost == pytest.approx(day.weights.cost(figures), abs=1e-9)


def test_one_move_at_a_time_is_not_enough_but_this_is():
    # reference/overbooking.md, section 3e: single moves stop at [2,2,1,2,1,1,1], 0.16502
    day = Day(7, 1, CostWeights(wait=1, overtime=5))

    plan = certified_day(day, 0.2, 10)

    assert plan.counts == (2, 1, 2, 1, 2, 1, 1)
    scale = plan.cost / EqualCosts(day, 0.2)([(2, 2, 1, 2, 1, 1, 1)])[0]
    assert scale == pytest.approx(0.16299 / 0.16502, abs=1e-4)


@pytest.mark.parametrize(
    ("people", "counts"),
    [
        (25, (5, 3, 4, 3, 3, 3, 3, 1)),
        (33, (6, 4, 4, 4, 4, 4, 4, 3)),
        (38, (7, 5, 4, 4, 4, 5, 4, 5)),
        (44, (8, 5, 4, 5, 4, 5, 5, 8)),
    ],
)
def test_the_published_plans_of_the_users_day_are_found(people, counts):
    # reference/overbooking.md, section 3, "best found"
    day = Day(8, 1, CostWeights(wait=1, overtime=5))

    plan = certified_day(day, 0.2, people)

    assert plan.cost <= EqualCosts(day, 0.2)([counts])[0] + 1e-9


def test_a_day_of_32_slots_is_proved_over_the_day_effect():
    day = Day(32, 2, CostWeights(wait=1, overtime=5), nodes=[(-0.5, 0.25), (0.0, 0.5), (0.5, 0.25)])

    plan = certified_day(day, 0.5, 90)

    assert plan.gap <= 1e-6 * plan.cost
    assert shifted(0.5, 0.5) > 0.6  # the nodes do differ


def test_equal_costs_give_the_even_spread():
    assert certified_day(Day(4, 5, CostWeights(wait=1)), 0.5, 10).counts == (3, 3, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"p": 2.0, "people": 1}, "p"),
        ({"p": 0.5, "people": -1}, "people"),
        ({"p": 0.5, "people": (3, 2)}, "people"),
        ({"p": 0.5, "people": 10**6}, "people"),
        ({"p": 0.5, "people": 3, "upper": [1, 1]}, "bounds"),
        ({"p": 0.5, "people": 3, "lower": [-1, 0]}, "bounds"),
        ({"p": 0.5, "people": 3, "lower": [1]}, "bounds"),
    ],
)
def test_nonsense_is_refused_by_name(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        certified_day(Day(2, 1, CostWeights(wait=1)), **arguments)


def test_a_room_cap_has_no_certificate():
    with pytest.raises(ValueError, match=r"^room_cap"):
        certified_day(Day(2, 1, CostWeights(wait=1), room_cap=1), 0.5, 3)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(equal_days(), chances, st.integers(0, 12))
def test_without_the_proof_the_plan_is_close(day, p, most):
    proved = certified_day(day, p, (0, most))

    settled = settled_day(day, p, (0, most))

    assert settled.gap == float("inf")
    assert proved.cost - 1e-9 <= settled.cost <= 1.1 * proved.cost + 1e-9
