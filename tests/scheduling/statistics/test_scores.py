import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.statistics.scores import (
    ScoreGroup,
    calibration_error,
    calibration_error_limit,
    calibration_line,
    grouped,
    reliability,
    scores,
)

rows = st.lists(
    st.tuples(st.sampled_from([0.05, 0.2, 0.21, 0.5, 0.9, 1.0, 0.0]), st.booleans()), min_size=1, max_size=60
)


@given(rows)
def test_scores_of_groups_are_those_of_the_rows_one_by_one(pairs):
    found = scores(grouped([p for p, _ in pairs], [came for _, came in pairs]))

    inside = [(min(max(p, 1e-6), 1 - 1e-6), came) for p, came in pairs]
    shown, stayed = [p for p, came in pairs if came], [p for p, came in pairs if not came]
    wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a in shown for b in stayed]
    assert found.people == len(pairs)
    assert found.brier == pytest.approx(math.fsum((came - p) ** 2 for p, came in pairs) / len(pairs))
    assert found.log_loss == pytest.approx(
        math.fsum(-math.log(p if came else 1 - p) for p, came in inside) / len(pairs)
    )
    assert found.auc == pytest.approx(math.fsum(wins) / len(wins) if wins else 0.5)
    assert found.mean_forecast == pytest.approx(math.fsum(p for p, _ in pairs) / len(pairs))


def test_calibration_error_of_distinct_chances_is_that_of_ten_equal_bins():
    rng = np.random.default_rng(2)
    p = rng.random(200)
    came = rng.random(200) < p

    order = np.argsort(p)
    expected = sum(abs(p[part].mean() - came[part].mean()) * 20 for part in np.split(order, 10)) / 200
    assert calibration_error(grouped(p.tolist(), came.tolist())) == pytest.approx(expected)


def test_bins_hold_equally_many_people_in_rising_order():
    rng = np.random.default_rng(2)
    p = rng.random(500)
    bins = reliability(grouped(p.tolist(), (rng.random(500) < p).tolist()))

    assert [one.people for one in bins] == [50] * 10
    assert [one.forecast for one in bins] == sorted(one.forecast for one in bins)
    assert all(one.came.low <= one.came.value <= one.came.high for one in bins)


def test_fewer_people_than_bins_fill_no_bin_with_nobody():
    assert sum(one.people for one in reliability([ScoreGroup(0.5, 3, 1)])) >= 3


def test_a_perfect_forecaster_stays_under_the_limit_and_a_wrong_one_does_not():
    rng = np.random.default_rng(3)
    p = rng.choice([0.1, 0.3, 0.5, 0.8], size=2000)
    came = rng.random(2000) < p
    true, wrong = grouped(p.tolist(), came.tolist()), grouped(np.clip(p + 0.1, 0, 1).tolist(), came.tolist())

    assert calibration_error(true) < calibration_error_limit(true, np.random.default_rng(0))
    assert calibration_error(wrong) > calibration_error_limit(wrong, np.random.default_rng(0))


def test_the_line_finds_slope_and_intercept():
    rng = np.random.default_rng(4)
    eta = rng.normal(size=20000)
    came = rng.random(20000) < 1 / (1 + np.exp(-(0.3 + 0.7 * eta)))
    line = calibration_line(grouped((1 / (1 + np.exp(-eta))).tolist(), came.tolist()))

    assert line.slope_range[0] < 0.7 < line.slope_range[1]
    assert line.intercept_range[0] < 0.3 < line.intercept_range[1]
    assert line.slope == pytest.approx(0.7, abs=0.06)


@pytest.mark.parametrize(
    "groups",
    [
        [ScoreGroup(0.2, 10, 0), ScoreGroup(0.5, 10, 0)],
        [ScoreGroup(0.2, 10, 4)],
        [ScoreGroup(0.2, 10, 0), ScoreGroup(0.5, 10, 10)],
    ],
    ids=["nobody came", "one chance", "parted completely"],
)
def test_what_the_data_do_not_decide_has_no_line(groups):
    line = calibration_line(groups)

    assert line is None or line.slope_range[1] - line.slope_range[0] > 100


def test_nobody_cannot_be_scored():
    with pytest.raises(InvalidInputError):
        scores([])


@pytest.mark.parametrize("wrong", [(1.1, 2, 1), (0.5, 2, 3), (0.5, 2, -1)])
def test_impossible_groups_are_refused(wrong):
    with pytest.raises(InvalidInputError):
        ScoreGroup(*wrong)


def test_rounding_joins_neighbouring_chances():
    assert grouped([0.2001, 0.1999, 0.31], [True, False, True], digits=2) == [
        ScoreGroup(0.2, 2, 1),
        ScoreGroup(0.31, 1, 1),
    ]
