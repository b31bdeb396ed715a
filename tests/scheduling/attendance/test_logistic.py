import numpy as np
import pytest

from scheduling.attendance import logistic
from scheduling.attendance.logistic import Problem, solve
from scheduling.attendance.special import expit


def _problem(x, came, *, day=None, weight=None, offset=None, sd=2.0):
    rows, columns = x.shape
    return Problem(
        design=lambda start, stop: x[start:stop],
        offset=np.zeros(rows) if offset is None else offset,
        came=came,
        weight=np.ones(rows) if weight is None else weight,
        day=np.zeros(rows, dtype=np.int64) if day is None else day,
        prior_mean=np.linspace(-0.5, 0.5, columns),
        prior_sd=np.full(columns, sd),
    )


def _data(rows=400, columns=3, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns))
    return x, (rng.random(rows) < expit(x @ np.linspace(-1, 1, columns))).astype(float), rng


def test_gradient_of_the_penalised_likelihood_vanishes_at_the_mode():
    x, came, rng = _data()
    day, weight, offset = np.sort(rng.integers(0, 8, 400)), rng.uniform(0.2, 1, 400), rng.normal(size=400)
    problem = _problem(x, came, day=day, weight=weight, offset=offset)

    found = solve(problem, day_sd=0.7)

    residual = weight * (came - expit(offset + x @ found.beta + found.day_effect[day]))
    assert x.T @ residual - (found.beta - problem.prior_mean) / 4 == pytest.approx(np.zeros(3), abs=1e-5)
    assert np.bincount(day, residual) - found.day_effect / 0.49 == pytest.approx(np.zeros(8), abs=1e-5)


def test_covariance_is_the_inverse_of_the_full_curvature():
    x, came, rng = _data()
    day = np.sort(rng.integers(0, 5, 400))
    found = solve(_problem(x, came, day=day), day_sd=0.5)

    full = np.hstack([x, np.eye(5)[day]])
    chance = expit(full @ np.concatenate([found.beta, found.day_effect]))
    curvature = full.T @ (full * (chance * (1 - chance))[:, None]) + np.diag([0.25] * 3 + [4.0] * 5)
    inverse = np.linalg.inv(curvature)
    assert found.covariance == pytest.approx(inverse[:3, :3], rel=1e-6)
    assert found.day_variance == pytest.approx(np.diag(inverse)[3:], rel=1e-6)


def test_the_size_of_the_chunks_changes_nothing(monkeypatch):
    x, came, rng = _data()
    problem = _problem(x, came, day=np.sort(rng.integers(0, 9, 400)))
    whole = solve(problem, day_sd=0.5)

    monkeypatch.setattr(logistic, "CHUNK", 37)

    assert solve(problem, day_sd=0.5).beta == pytest.approx(whole.beta, abs=1e-9)


def test_a_constant_within_days_has_a_wide_error():
    rng = np.random.default_rng(3)
    day = np.repeat(np.arange(10), 100)
    between, within = (day % 2).astype(float), rng.integers(0, 2, 1000).astype(float)
    came = (rng.random(1000) < 0.3).astype(float)

    found = solve(_problem(np.stack([between, within], axis=1), came, day=day), day_sd=0.5)

    assert found.covariance[0, 0] > 3 * found.covariance[1, 1]


def test_a_column_that_tells_all_stays_finite_because_of_the_prior():
    x = np.ones((50, 1))

    found = solve(_problem(x, np.ones(50)), day_sd=0.1)

    assert 1 < found.beta[0] < 10


def test_no_rows_give_the_prior():
    found = solve(_problem(np.zeros((0, 3)), np.zeros(0)), day_sd=0.5)

    assert found.beta.tolist() == [-0.5, 0.0, 0.5]
    assert np.diag(found.covariance).tolist() == [4.0] * 3


def test_the_start_does_not_matter():
    x, came, _ = _data()
    problem = _problem(x, came)

    near, far = solve(problem, day_sd=0.3), solve(problem, day_sd=0.3, start=np.array([5.0, -5.0, 5.0]))

    assert near.beta == pytest.approx(far.beta, abs=1e-5)
