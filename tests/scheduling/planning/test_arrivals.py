"""Laws of the number that come."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.arrivals import (
    beta_binomial_law,
    correlation_of,
    law_over_draws,
    matched_day_sd,
    mean_and_variance,
    more_than,
    people_law,
    shared_law,
)
from scheduling.planning.mixture import common_shift

CHANCES = st.sampled_from([0.0, 0.01, 0.2, 0.5, 0.9, 1.0])


@given(st.lists(CHANCES, max_size=7))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_law_equals_the_enumeration_of_all_outcomes(probs: list[float]) -> None:
    expected = [0.0] * (len(probs) + 1)
    for outcome in product((0, 1), repeat=len(probs)):
        expected[sum(outcome)] += float(np.prod([p if came else 1 - p for p, came in zip(probs, outcome, strict=True)]))

    assert people_law(probs).tolist() == pytest.approx(expected, abs=1e-15)


def test_law_of_many_people_is_exact_in_the_far_tail() -> None:
    probs = [0.05 + 0.3 * (i % 7) / 7 for i in range(130)]
    exact = [Fraction(1)]
    for p in map(Fraction, probs):
        kept = [mass * (1 - p) for mass in exact]
        exact = [(kept[k] if k < len(kept) else 0) + (exact[k - 1] * p if k else 0) for k in range(len(exact) + 1)]

    law = people_law(probs)

    wanted = [float(mass) for mass in exact]
    errors = [abs(mass - true) / true for mass, true in zip(law.tolist(), wanted, strict=True) if true >= 1e-290]
    assert max(errors) <= 3e-12


def test_ten_thousand_people_sum_to_one_with_the_mean_and_variance_of_a_sum() -> None:
    probs = np.random.default_rng(1).uniform(0.05, 0.4, 10_000)

    mean, variance = mean_and_variance(people_law(probs))

    assert mean == pytest.approx(float(probs.sum()), rel=1e-12)
    assert variance == pytest.approx(float((probs * (1 - probs)).sum()), rel=1e-9)


@pytest.mark.parametrize(
    "bad", [[float("nan")], [-0.1], [1.1], [0.2] * 20_001], ids=["nan", "negative", "above 1", "too many"]
)
def test_nonsense_names_the_argument(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="probs"):
        people_law(bad)


def test_beta_binomial_of_a_uniform_rate_is_uniform() -> None:
    assert beta_binomial_law(9, 1.0, 1.0).tolist() == pytest.approx([0.1] * 10)


@pytest.mark.parametrize("name", ["a", "b"])
def test_beta_binomial_refuses_a_weight_of_zero(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}:"):
        beta_binomial_law(3, **{"a": 1.0, "b": 1.0, name: 0.0})


def test_day_effect_keeps_the_mean_and_widens_the_law() -> None:
    alone = mean_and_variance(people_law([0.2] * 50))
    together = mean_and_variance(shared_law([0.2] * 50, correlation=0.034, rate=(0.2, 40.0)))

    assert together[0] == pytest.approx(alone[0], abs=1e-9)
    assert together[1] > 2 * alone[1]


@given(st.sampled_from([0.01, 0.034, 0.1]), st.sampled_from([0.05, 0.2, 0.5, 0.8]))
@settings(derandomize=True, max_examples=12, deadline=None)
def test_matched_day_effect_has_the_correlation_asked_for(correlation: float, p: float) -> None:
    sd = matched_day_sd(correlation, p)

    assert correlation_of(common_shift(sd, 31), p) == pytest.approx(correlation, abs=1e-9)


def test_draws_are_mixed_with_equal_weight() -> None:
    mixed = law_over_draws(np.array([[0.0, 0.0], [1.0, 1.0]]))

    assert mixed.tolist() == [0.5, 0.0, 0.5]


def test_more_than_counts_from_above() -> None:
    law = people_law([1.0, 0.25])

    assert [more_than(law, cap) for cap in (-1, 0, 1, 2)] == [1.0, 1.0, 0.25, 0.0]
