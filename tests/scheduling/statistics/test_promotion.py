import numpy as np
import pytest

from recruit.errors import InvalidInputError
from scheduling.statistics.promotion import promotion_effect


def test_a_promotion_that_doubles_responses():
    found = promotion_effect([10] * 14, [20] * 7, [10] * 7, money=700)

    assert (found.before_per_day, found.during_per_day, found.after_per_day) == (10, 20, 10)
    assert found.factor[0] == pytest.approx(2, abs=0.01)
    assert 1.5 < found.factor[1] < 2 < found.factor[2] < 2.6
    assert found.extra[0] == 70
    assert found.money_per_extra == 10
    assert found.half_life_days is None


def test_an_effect_that_outlasts_the_promotion_undiminished_has_no_half_life():
    assert promotion_effect([10] * 14, [20] * 7, [25] * 7, money=0).half_life_days is None


def test_what_may_have_brought_nothing_has_no_price():
    found = promotion_effect([5, 6, 4], [6, 5, 6], [], money=100)

    assert found.factor[1] < 1
    assert found.money_per_extra is None
    assert found.after_per_day is None


def test_bursts_widen_the_range():
    even, bursts = (promotion_effect(days, [20] * 7, [], money=0).factor for days in ([10] * 10, [0, 20] * 5))

    assert bursts[2] / bursts[1] > even[2] / even[1]


def test_the_half_life_of_the_effect_is_found():
    after = [10 + 40 * 2 ** (-day / 3) for day in range(1, 15)]

    assert promotion_effect([10] * 14, [50] * 7, after, money=0).half_life_days == pytest.approx(3, rel=1e-6)


@pytest.mark.parametrize(("before", "during"), [([], [3]), ([3], []), ([0, 0], [0])])
def test_what_cannot_be_compared_has_no_factor(before, during):
    assert promotion_effect(before, during, [], money=1).factor is None


def test_the_range_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        found = promotion_effect(rng.poisson(8, 14).tolist(), rng.poisson(12, 7).tolist(), [], money=0)
        held += found.factor[1] <= 1.5 <= found.factor[2]

    assert 0.86 < held / 400 < 0.97


@pytest.mark.parametrize(("before", "money"), [([-1], 0), ([1], -1)])
def test_negative_input_is_refused(before, money):
    with pytest.raises(InvalidInputError):
        promotion_effect(before, [1], [], money=money)


def test_fewer_responses_than_usual_are_told_as_fewer():
    found = promotion_effect([20] * 14, [5] * 7, [], money=100)

    middle, low, high = found.fewer
    assert middle == 105
    assert low < middle < high
    assert (-high, -low) == found.extra[1:]


def test_more_or_as_many_responses_are_not_told_as_fewer():
    assert promotion_effect([5] * 14, [20] * 7, [], money=100).fewer is None
    assert promotion_effect([5] * 14, [5] * 7, [], money=100).fewer is None
    assert promotion_effect([], [5] * 7, [], money=100).fewer is None
