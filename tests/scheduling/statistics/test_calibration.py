import math

import numpy as np
import pytest

from recruit.errors import InvalidInputError
from scheduling.statistics.calibration import (
    REMEDIES,
    DayCheck,
    DayTotal,
    coverage,
    drift,
    pit,
    promise,
    spread_ratio,
    uniform_distance,
)


def _binomial(n, p):
    return tuple(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1))


def _days(number, *, truth, forecast, n=35, seed=1):
    rng = np.random.default_rng(seed)
    law = _binomial(n, forecast)
    return [DayTotal(law, int(rng.binomial(n, truth))) for _ in range(number)]


def test_moments_of_a_day():
    day = DayTotal(_binomial(10, 0.3), 4)

    assert (day.mean, day.variance) == pytest.approx((3.0, 2.1))
    assert day.below + day.exactly == pytest.approx(sum(_binomial(10, 0.3)[:5]))


def test_true_laws_give_a_uniform_pit_and_a_ratio_of_one():
    days = _days(600, truth=0.2, forecast=0.2)
    values = pit(days, np.random.default_rng(0))

    assert uniform_distance(values) < 1.36 / math.sqrt(600)
    assert spread_ratio(days) == pytest.approx(1.0, abs=0.15)


def test_a_forecast_that_is_too_low_is_seen():
    values = pit(_days(200, truth=0.3, forecast=0.2), np.random.default_rng(0))

    assert uniform_distance(values) > 0.3


def test_days_that_differ_more_than_forecast_are_seen():
    rng = np.random.default_rng(1)
    days = [DayTotal(_binomial(35, 0.2), int(rng.binomial(35, rng.choice([0.05, 0.35])))) for _ in range(200)]

    assert spread_ratio(days) > 3


def test_distance_from_uniform():
    assert uniform_distance(np.array([])) == 0.0
    assert uniform_distance(np.array([0.5])) == 0.5
    assert uniform_distance((np.arange(100) + 0.5) / 100) == pytest.approx(0.005)


def test_arrivals_beyond_the_law_count_as_its_end():
    assert DayTotal((0.5, 0.5), 7).exactly == 0.0
    assert pit([DayTotal((0.5, 0.5), 7)], np.random.default_rng(0)).tolist() == [1.0]


def test_promises_that_hold_are_not_red():
    assert [kept.is_broken for kept in coverage(_days(200, truth=0.2, forecast=0.2))] == [False, False, False]


def test_a_promise_of_ninety_percent_that_holds_eighty_is_red_once_it_is_sure():
    assert (promise(8, 10, 0.9).is_broken, promise(80, 100, 0.9).is_broken) == (False, True)
    assert promise(80, 100, 0.9).remedy in REMEDIES
    assert promise(0, 0, 0.9).is_broken is False
    assert promise(90, 100, 0.9).remedy == ""


@pytest.mark.parametrize(("truth", "remedy"), [(0.08, "too_high"), (0.4, "too_low")])
def test_the_remedy_names_the_direction(truth, remedy):
    assert coverage(_days(100, truth=truth, forecast=0.2))[-1].remedy == remedy


def test_days_of_both_extremes_mean_too_narrow_ranges():
    days = [DayTotal(_binomial(35, 0.2), came) for came in (0, 20) * 30]

    assert coverage(days)[-1].remedy == "too_narrow"


def test_drift_is_found_and_its_direction_told():
    rng = np.random.default_rng(2)
    calm = [DayCheck(7, 5.6, int(rng.binomial(35, 0.2))) for _ in range(40)]
    less = [DayCheck(7, 5.6, int(rng.binomial(35, 0.1))) for _ in range(20)]

    found = drift([*calm, *less])

    assert found.direction == -1
    assert 40 <= found.alarm_day <= 50
    assert found.path[-1] == -found.down
    assert drift(less[:5] + [DayCheck(7, 5.6, 30)] * 5).alarm_day is not None


def test_without_drift_alarms_are_rare():
    rng = np.random.default_rng(3)
    alarms = sum(
        drift([DayCheck(100, 100, int(x)) for x in rng.poisson(100, 60)]).alarm_day is not None for _ in range(300)
    )

    assert alarms / 300 < 0.2  # 60 of about 465 days


def test_a_few_days_say_so():
    assert drift([DayCheck(5, 4, 5)] * 3).is_small
    assert drift([DayCheck(0, 0, 0)]).path == (0.0,)


@pytest.mark.parametrize(("pmf", "came"), [((), 0), ((0.5, 0.4), 0), ((1.0,), -1)])
def test_impossible_days_are_refused(pmf, came):
    with pytest.raises(InvalidInputError):
        DayTotal(pmf, came)
