"""Special functions in plain numpy: logit, log gamma, incomplete beta and its inverse, sums by group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680)
_TINY = 1e-300


def expit(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow; any shape."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def logit(p: Floats) -> Floats:
    """Return log(p / (1 - p)) for p in (0, 1); any shape."""
    return np.log(p) - np.log1p(-p)


def log_gamma(x: Floats) -> Floats:
    """Return log Gamma(x) for x > 0, any shape, relative error below 1e-10.

    Stirling's series above 8, the recurrence Gamma(x + 1) = x Gamma(x) below.
    Source: Abramowitz and Stegun 6.1.41 and 6.1.15.
    """
    x = np.asarray(x, dtype=np.float64)
    product = np.ones_like(x)
    shifted = x.copy()
    for _ in range(8):
        small = shifted < 8
        product = np.where(small, product * shifted, product)
        shifted = np.where(small, shifted + 1, shifted)
    inverse = 1 / shifted
    series = sum(c * inverse ** (2 * k + 1) for k, c in enumerate(_STIRLING))
    return (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * math.log(2 * math.pi) + series - np.log(product)


def log_beta(a: Floats, b: Floats) -> Floats:
    """Return log B(a, b) for a, b > 0; shapes broadcast."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b)


def totals(group: Ints, values: Floats, *, size: int = 0) -> Floats:
    """Return the sum of ``values`` by group number, shape (max(size, largest number + 1),)."""
    return np.asarray(np.bincount(group, values, minlength=size), dtype=np.float64)


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return P(X <= x) for X ~ Beta(a, b), a, b > 0, by Lentz's continued fraction.

    Source: Abramowitz and Stegun 26.5.8.

    >>> round(beta_cdf(0.2, 2, 8), 6)
    0.563792
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = math.exp(
        a * math.log(x) + b * math.log1p(-x) - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b) - math.log(a)
    )
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            fraction *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * fraction


def beta_quantile(q: float, a: float, b: float, *, steps: int = 60) -> float:
    """Return x with P(X <= x) = q for X ~ Beta(a, b), to 2 ** -``steps``, by bisection.

    >>> round(beta_quantile(0.95, 2, 8), 4)
    0.4291
    """
    low, high = 0.0, 1.0
    for _ in range(steps):
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < q:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
