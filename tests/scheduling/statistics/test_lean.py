import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.statistics.promotion import again, promotion_effect
from scheduling.statistics.rates import lean


def test_small_groups_lean_on_the_whole_and_large_ones_on_themselves():
    beliefs = lean([(200, 1000), (4, 5), (450, 1000)])

    assert beliefs[0].mean == pytest.approx(0.2, abs=0.01)
    assert beliefs[2].mean == pytest.approx(0.45, abs=0.01)
    assert 0.33 < beliefs[1].mean < 0.8


def test_of_nobody_one_in_five_is_believed():
    assert lean([(0, 0)])[0].mean == pytest.approx(0.2)
    assert lean([]) == []


@given(st.lists(st.integers(0, 50).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), max_size=8))
def test_a_belief_lies_between_the_group_and_the_whole(counts):
    people = sum(of for _count, of in counts)
    whole = (sum(count for count, _of in counts) + 1) / (people + 5)

    for (count, of), belief in zip(counts, lean(counts), strict=True):
        low, high = sorted([whole, count / of if of else whole])
        assert low - 1e-9 <= belief.mean <= high + 1e-9


def test_a_promotion_that_worked_is_worth_repeating_at_a_price():
    effect = promotion_effect([2] * 14, [20] * 7, [2] * 7, money=1400)

    found = again(effect, money=1400, yields=(0.04, 0.06))

    assert found.advice == "yes"
    assert found.arrivals[0] == pytest.approx(126 * 0.05)
    assert found.price_per_arrival[1] < found.price_per_arrival[0] < found.price_per_arrival[2]


def test_one_that_did_nothing_is_not():
    effect = promotion_effect([5] * 14, [4] * 7, [], money=1400)
    unknown = promotion_effect([], [4] * 7, [], money=1400)

    assert again(effect, money=1400, yields=(0.04, 0.06)).advice == "no"
    assert again(effect, money=1400, yields=(0.04, 0.06)).price_per_arrival[0] is None
    assert again(unknown, money=1400, yields=(0.04, 0.06)) is None
