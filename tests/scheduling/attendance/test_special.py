import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.attendance.special import beta_cdf, beta_quantile, expit, log_beta, log_gamma, logit, totals

positive = st.floats(0.05, 300)


@given(st.floats(0.01, 1e6))
def test_log_gamma_is_the_standard_librarys(x):
    assert float(log_gamma(np.array(x))) == pytest.approx(math.lgamma(x), rel=1e-10, abs=1e-10)


@given(positive, positive)
def test_log_beta_is_symmetric(a, b):
    assert float(log_beta(a, b)) == pytest.approx(float(log_beta(b, a)), rel=1e-12, abs=1e-12)


@given(st.floats(-700, 700))
def test_expit_of_both_signs_sums_to_one(x):
    assert float(expit(np.array(x)) + expit(np.array(-x))) == pytest.approx(1.0, abs=1e-15)


@given(st.floats(1e-6, 1 - 1e-6))
def test_logit_undoes_expit(p):
    assert float(expit(logit(np.array(p)))) == pytest.approx(p, rel=1e-9)


@given(st.floats(0, 1), st.integers(1, 30), st.integers(1, 30))
def test_beta_cdf_of_whole_parameters_is_a_binomial_tail(x, a, b):
    n = a + b - 1
    tail = math.fsum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))

    assert beta_cdf(x, a, b) == pytest.approx(tail, abs=1e-12)


@settings(max_examples=50)
@given(st.floats(0.01, 0.99), st.floats(0.3, 300), st.floats(0.3, 300))
def test_beta_quantile_undoes_beta_cdf(q, a, b):
    assert beta_cdf(beta_quantile(q, a, b), a, b) == pytest.approx(q, abs=1e-9)


def test_totals_by_group():
    assert totals(np.array([0, 2, 0]), np.array([1.0, 2.0, 4.0]), size=4).tolist() == [5.0, 0.0, 2.0, 0.0]
