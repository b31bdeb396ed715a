"""Hires to expect of those in a pipeline."""

from math import comb

import pytest

from recruit.services.yields import StageYield, _beta_binomial, expected_hires


def test_the_masses_are_those_of_the_beta_binomial():
    # Beta(1, 1): every number of successes is as likely as any other.
    assert _beta_binomial(4, 1.0, 1.0) == pytest.approx([0.2] * 5)


def test_with_much_history_the_range_is_that_of_a_binomial():
    found = expected_hires([StageYield(people=10, hired=500_000, lost=500_000)])

    below = [sum(comb(10, k) for k in range(top + 1)) / 2**10 for top in range(11)]
    low, high = (next(k for k, share in enumerate(below) if share >= level) for level in (0.05, 0.95))
    assert (found.low, found.high, found.mid) == (low, high, pytest.approx(5))


def test_little_history_makes_the_range_wider():
    little = expected_hires([StageYield(people=40, hired=1, lost=3)])
    much = expected_hires([StageYield(people=40, hired=100, lost=300)])

    assert little.high - little.low > much.high - much.low


def test_stages_are_summed_and_large_ones_agree_with_small_ones():
    exact = expected_hires([StageYield(people=75, hired=200, lost=200)] * 2)
    normal = expected_hires([StageYield(people=76, hired=200, lost=200)] * 2)

    assert exact.mid == pytest.approx(75)
    assert (abs(normal.low - exact.low) <= 2, abs(normal.high - exact.high) <= 2) == (True, True)


@pytest.mark.parametrize(
    "stages", [[], [StageYield(people=0, hired=5, lost=5)], [StageYield(people=5, hired=0, lost=0)]]
)
def test_nothing_is_forecast_from_nothing(stages):
    assert expected_hires(stages) is None
