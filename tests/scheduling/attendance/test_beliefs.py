import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import InvalidInputError
from scheduling.attendance import PRIOR, Belief, effective_people, posterior
from scheduling.attendance.beliefs import member

beliefs = st.builds(Belief, st.floats(0.01, 0.99), st.floats(0.5, 500))


def test_the_prior_is_one_of_five_with_the_weight_of_ten_people():
    assert (PRIOR.mean, PRIOR.weight, PRIOR.a, PRIOR.b) == (0.2, 10.0, 2.0, 8.0)


@pytest.mark.parametrize("invited", [15, 16, 17, 18, 19, 20])
def test_five_of_fifteen_to_twenty_lies_inside_the_priors_ninety_percent_range(invited):
    low, high = PRIOR.interval(0.9)

    assert low < 5 / invited < high


def test_posterior_is_beta_without_day_correlation():
    after = posterior(Belief(0.2, 10), came=7, of=20)

    assert (after.a, after.b) == pytest.approx((2 + 7, 8 + 13))


def test_people_of_one_day_count_as_fewer():
    after = posterior(PRIOR, came=15, of=30, day_correlation=0.034)

    assert after.weight == pytest.approx(10 + 30 / (1 + 29 * 0.034))


@given(beliefs, st.integers(0, 50), st.integers(0, 50), st.floats(0, 1))
def test_posterior_lies_between_prior_and_the_days_share(prior, came, stayed, rho):
    after = posterior(prior, came=came, of=came + stayed, day_correlation=rho)
    share = came / (came + stayed) if came + stayed else prior.mean

    assert min(prior.mean, share) - 1e-9 <= after.mean <= max(prior.mean, share) + 1e-9
    assert after.weight >= prior.weight


@given(st.floats(1, 1000), st.floats(0, 1))
def test_effective_people_are_between_one_and_all(people, rho):
    assert 1 - 1e-9 <= effective_people(people, rho) <= people


@given(beliefs, st.floats(2, 1000))
def test_a_member_has_the_familys_mean_and_less_weight(parent, spread):
    one = member(parent, spread)

    assert one.mean == parent.mean
    assert one.weight <= parent.weight + 1e-9
    assert one.weight <= spread + 1e-9


def test_a_members_variance_is_the_sum_of_both():
    one = member(PRIOR, 30)

    assert one.variance == pytest.approx(PRIOR.variance + (0.16 - PRIOR.variance) / 31)


@pytest.mark.parametrize(("mean", "weight"), [(0, 1), (1, 1), (0.5, 0), (float("nan"), 1)])
def test_impossible_beliefs_are_refused(mean, weight):
    with pytest.raises(InvalidInputError):
        Belief(mean, weight)


@pytest.mark.parametrize(("came", "of"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(came, of):
    with pytest.raises(InvalidInputError):
        posterior(PRIOR, came=came, of=of)
