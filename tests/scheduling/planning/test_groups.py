"""How many to invite to group sessions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.arrivals import more_than, people_law
from scheduling.planning.groups import Wish, best_first, bounds_in_order, bounds_uncertain, newsvendor, remedies
from scheduling.planning.mixture import at_least
from scheduling.planning.several import merge_or_split, spread_over_sessions, thinned
from scheduling.planning.waves import GroupPrices

# reference/overbooking.md, section 2: the exact table for p = 0.2, cost 0.1 n + 10 shortfall + 3 over.
ROWS = [
    (5, 8, 35, 7.37),
    (5, 10, 38, 6.01),
    (10, 15, 65, 10.86),
]


@pytest.mark.parametrize(("target", "seats", "number", "cost"), ROWS)
def test_newsvendor_gives_the_published_rows(target: int, seats: int, number: int, cost: float) -> None:
    found = newsvendor([0.2] * 120, GroupPrices(target, seats, 10.0, 3.0, 0.1))

    assert (found.number, found.cost) == (number, pytest.approx(cost, abs=0.01))


@pytest.mark.parametrize(("assurance", "number"), [(0.8, 33), (0.9, 38), (0.95, 44)])
def test_one_in_five_needs_the_published_numbers(assurance: float, number: int) -> None:
    assert bounds_in_order([0.2] * 100, Wish(target=5, assurance=assurance)).n_lo == number


@pytest.mark.parametrize(
    ("weight", "numbers"), [(100, (35, 42, 49)), (50, (37, 45, 55)), (20, (43, 58, 76)), (10, (55, 86, 129))]
)
def test_an_uncertain_rate_needs_the_published_numbers(weight: int, numbers: tuple[int, ...]) -> None:
    found = [
        bounds_uncertain(0.2 * weight, 0.8 * weight, 200, Wish(target=5, assurance=assurance)).n_lo
        for assurance in (0.8, 0.9, 0.95)
    ]

    assert tuple(found) == numbers


@given(
    st.lists(st.floats(0.05, 0.95), max_size=12),
    st.integers(0, 5),
    st.sampled_from([0.3, 0.6, 0.9]),
    st.integers(1, 8),
)
@settings(derandomize=True, max_examples=80, deadline=None)
def test_bounds_equal_a_look_at_every_number(probs: list[float], target: int, assurance: float, seats: int) -> None:
    laws = [people_law(probs[:n]) for n in range(len(probs) + 1)]
    enough = [n for n, law in enumerate(laws) if at_least(law, target) >= assurance - 1e-12]
    fitting = [n for n, law in enumerate(laws) if more_than(law, seats) <= 0.1 + 1e-12]

    found = bounds_in_order(probs, Wish(target=target, assurance=assurance, seats=seats, risk=0.1))

    assert (found.n_lo, found.n_hi) == (min(enough, default=None), max(fitting))


@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=9), st.integers(1, 4))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_best_first_needs_no_more_people_than_the_given_order(probs: list[float], target: int) -> None:
    wish = Wish(target=target, assurance=0.5)
    given_order = bounds_in_order(probs, wish).n_lo
    sorted_order = bounds_in_order([probs[i] for i in best_first(probs)], wish).n_lo

    assert given_order is None or (sorted_order is not None and sorted_order <= given_order)


def test_the_conflict_of_five_held_and_eight_seats_is_resolved_in_numbers() -> None:
    found = {remedy.code: remedy for remedy in remedies([0.2] * 100, Wish(target=5, assurance=0.9, seats=8))}

    # Reference: P(more than 8 of 38 come) is 34.5 %; 25 people keep the room, and reach 5 on 57.9 % of days.
    assert sorted(found) == ["lower_assurance", "lower_target", "more_seats", "second_session"]
    assert more_than(people_law([0.2] * 38), 8 + int(found["more_seats"].number)) <= 0.05
    assert found["lower_assurance"].number == pytest.approx(0.579, abs=5e-4)
    assert found["second_session"].number == 19


def test_guaranteed_people_stand_outside_the_numbers() -> None:
    with_two = bounds_in_order([0.2] * 100, Wish(target=7, assurance=0.9, seats=20, guaranteed=2))
    without = bounds_in_order([0.2] * 100, Wish(target=5, assurance=0.9, seats=18))

    assert with_two == without


def test_people_are_spread_until_every_session_has_its_assurance() -> None:
    wishes = [Wish(target=2, assurance=0.8, seats=8), Wish(target=3, assurance=0.8, seats=10)]

    spread = spread_over_sessions([0.5] * 30, wishes)

    assert min(spread.p_reach) >= 0.8
    assert max(spread.p_over) <= 0.05
    assert spread.sessions.count(None) == 30 - sum(place is not None for place in spread.sessions)
    assert spread.sessions[-1] is None


def test_nobody_goes_to_a_session_they_cannot_come_to() -> None:
    wishes = [Wish(target=2, assurance=0.99), Wish(target=2, assurance=0.99)]

    spread = spread_over_sessions([0.5] * 4, wishes, possible=[[1], [1], [0], []])

    assert spread.sessions == (1, 1, 0, None)


def test_a_small_session_is_merged_and_a_full_one_split() -> None:
    forecasts = [people_law([0.2] * 10), people_law([0.5] * 8), people_law([0.9] * 20)]

    found = merge_or_split(forecasts, minimum=[3, 3, 3], seats=[10, 12, 13])

    assert [(one.code, one.session, one.into, one.number) for one in found] == [
        ("merge", 0, 1, 1),
        ("split", 2, None, 2),
    ]
    assert all(one.after > one.before for one in found if one.code == "merge")


def test_thinning_equals_people_with_smaller_chances() -> None:
    thin = thinned(people_law([0.2, 0.6, 1.0]), 0.5)

    assert thin.tolist() == pytest.approx(people_law([0.1, 0.3, 0.5]).tolist())


def test_newsvendor_equals_the_cheapest_of_all_prefixes() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        probs = rng.uniform(0.05, 0.9, 12).tolist()
        prices = GroupPrices(3, 5, 10.0, float(rng.integers(1, 6)), float(rng.uniform(0, 2)))
        costs = []
        for n in range(13):
            law = people_law(probs[:n])
            costs.append(float(law @ prices.outcome(len(law))) + prices.invite * n)
        found = newsvendor(probs, prices)
        assert (found.number, found.cost) == (int(np.argmin(costs)), pytest.approx(min(costs)))


@pytest.mark.parametrize(
    ("name", "values"),
    [("assurance", {"assurance": 1.2}), ("target", {"target": -1}), ("guaranteed", {"guaranteed": 9, "seats": 8})],
)
def test_nonsense_names_the_field(name: str, values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=name):
        Wish(**{"target": 5, "assurance": 0.9, **values})


def test_every_pair_of_assurance_one_needs_certainty() -> None:
    assert [bounds_in_order(probs, Wish(target=1, assurance=1.0)).n_lo for probs in ([0.9] * 60, [0.9, 1.0])] == [
        None,
        2,
    ]


def test_the_airline_example_of_the_literature_is_solved() -> None:
    # reference/overbooking.md, section 4: LINGO's sample OVERBOOK, 16 seats, a seat sold 225, denied 100, 4 % do not come.
    stay_away = [float(people_law([0.04] * sold)[: sold - 16 + 1].sum()) for sold in (16, 17)]

    assert stay_away == pytest.approx([0.520, 0.853], abs=5e-4)
    assert [share >= 225 / (225 + 100) for share in stay_away] == [False, True]
    assert newsvendor([0.96] * 25, GroupPrices(target=16, seats=16, short=225.0, over=100.0, invite=0.0)).number == 17
