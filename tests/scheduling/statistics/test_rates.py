import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.statistics.rates import RATES, GroupCounts, lead_band, rate, rate_table, rates_of, wilson, z_score

counts = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (pair[0], sum(pair)))


@given(counts, st.floats(0.5, 0.999))
def test_the_ends_solve_the_score_equation(count_of, level):
    count, of = count_of
    low, high = wilson(count, of, level)
    z = z_score(level)

    for end in (low, high):
        if of and 0 < end < 1:
            assert abs(count / of - end) == pytest.approx(z * math.sqrt(end * (1 - end) / of), rel=1e-6)


@given(counts)
def test_the_interval_holds_the_share_and_stays_within_zero_and_one(count_of):
    count, of = count_of
    low, high = wilson(count, of)

    assert 0 <= low <= (count / of if of else 0.5) <= high <= 1


@given(counts)
def test_the_interval_of_the_others_is_the_mirror_image(count_of):
    count, of = count_of

    assert wilson(of - count, of) == pytest.approx(tuple(1 - end for end in reversed(wilson(count, of))))


def test_a_known_interval():
    assert wilson(5, 20) == pytest.approx((0.1119, 0.4687), abs=5e-5)


def test_of_nobody_nothing_is_known():
    empty = rate(0, 0)

    assert (empty.value, empty.low, empty.high, empty.is_small) == (None, 0.0, 1.0, True)


def test_twenty_people_are_no_longer_small():
    assert (rate(5, 19).is_small, rate(5, 20).is_small) == (True, False)


@pytest.mark.parametrize(("count", "of", "level"), [(3, 2, 0.9), (-1, 2, 0.9), (1, 2, 1.0), (1, 2, 0.0)])
def test_impossible_counts_and_levels_are_refused(count, of, level):
    with pytest.raises(InvalidInputError):
        wilson(count, of, level)


def test_show_rate_is_arrived_of_arrived_and_no_shows_alone():
    found = rates_of({"invited": 50, "arrived": 10, "no_show": 30, "declined": 6, "cancelled_in_time": 4})

    assert (found["show"].count, found["show"].of) == (10, 40)
    assert (found["decline"].count, found["decline"].of) == (6, 50)
    assert (found["turned_away"].count, found["turned_away"].of) == (0, 10)
    assert set(found) == set(RATES)


def test_a_table_sums_over_everything_but_its_key():
    groups = [
        GroupCounts({"source": "hh", "weekday": 0}, {"arrived": 3, "no_show": 7}),
        GroupCounts({"source": "avito", "weekday": 0}, {"arrived": 1, "no_show": 9}),
        GroupCounts({"source": "hh", "weekday": 1}, {"arrived": 2, "no_show": 8}),
    ]

    by_source = rate_table(groups, "source")
    by_weekend = rate_table(groups, lambda keys: keys["weekday"] >= 5)

    assert [(row.key, row.rates["show"].count, row.rates["show"].of) for row in by_source] == [
        ("hh", 5, 20),
        ("avito", 1, 10),
    ]
    assert [(row.key, row.counts) for row in by_weekend] == [(False, {"arrived": 6, "no_show": 24})]


@pytest.mark.parametrize(
    ("hours", "band"), [(0, "up to 12 h"), (12, "up to 12 h"), (48, "1 to 2 days"), (500, "over a week")]
)
def test_lead_bands(hours, band):
    assert lead_band(hours) == band
