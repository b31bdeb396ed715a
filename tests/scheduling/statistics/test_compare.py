import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.statistics.compare import DayCount, compare, design_effect, holm


def _days(count, of, number):
    return [DayCount(count, of)] * number


def test_a_clear_rise_is_called_higher():
    found = compare(_days(4, 20, 20), _days(9, 20, 20))

    assert found.verdict == "higher"
    assert found.difference == pytest.approx(0.25)
    assert 0 < found.low < 0.25 < found.high
    assert found.p_value < 0.001


def test_the_mirror_image_is_called_lower():
    rise, fall = compare(_days(4, 20, 20), _days(9, 20, 20)), compare(_days(9, 20, 20), _days(4, 20, 20))

    assert fall.verdict == "lower"
    assert (fall.low, fall.high) == pytest.approx((-rise.high, -rise.low))
    assert fall.p_value == pytest.approx(rise.p_value)


def test_one_day_against_another_is_not_judged_by_heads():
    found = compare(_days(40, 200, 1), _days(60, 200, 1))

    assert found.verdict == "no_clear_difference"
    assert compare(_days(40, 200, 1), _days(60, 200, 1), day_correlation=0).verdict == "higher"


def test_too_few_people_are_never_judged():
    assert compare(_days(0, 19, 1), _days(19, 19, 1), day_correlation=0).verdict == "too_few"


def test_an_empty_period_says_nothing():
    found = compare([], _days(9, 20, 20))

    assert (found.difference, found.low, found.high, found.verdict) == (None, -1.0, 1.0, "too_few")


def test_nothing_changed_if_nobody_ever_came():
    assert compare(_days(0, 20, 5), _days(0, 20, 5)).p_value == 1.0


def test_newcombes_published_interval():
    # Newcombe 1998, table II, contrast (a), method 10: 56/70 - 48/80 gives 0.0524 to 0.3339.
    found = compare([DayCount(1, 1)] * 48 + [DayCount(0, 1)] * 32, [DayCount(1, 1)] * 56 + [DayCount(0, 1)] * 14)

    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=2e-3)


def test_the_test_keeps_its_error_rate_where_days_differ():
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(400):
        p = rng.beta(0.2 * 28, 0.8 * 28, size=40)
        days = [DayCount(int(rng.binomial(20, one)), 20) for one in p]
        wrong += compare(days[:20], days[20:]).verdict != "no_clear_difference"

    assert wrong / 400 < 0.08


def test_days_that_scatter_inflate_the_variance():
    assert design_effect(_days(5, 20, 10), 0.0) == 1.0
    assert design_effect([DayCount(0, 20), DayCount(20, 20)] * 5, 0.0) > 10
    assert design_effect(_days(5, 20, 10), 0.1) == pytest.approx(1 + 0.1 * 19)
    assert design_effect([], 0.1) == 1.0


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_nor_changes_the_order(p_values):
    corrected = holm(p_values)

    assert all(p <= corrected[name] <= 1 for name, p in p_values.items())
    order = sorted(p_values, key=lambda name: p_values[name])
    assert [corrected[name] for name in order] == sorted(corrected[name] for name in order)


def test_an_impossible_day_is_refused():
    with pytest.raises(InvalidInputError):
        DayCount(3, 2)
