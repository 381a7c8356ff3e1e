"""Distributions, confidence intervals, and distances of vectors."""

from __future__ import annotations

import math
from statistics import NormalDist

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import native
from emulator.trino.runtime import udf

native("wilson_interval_lower(bigint, bigint, double) -> double", "trino_wilson({0}, {1}, {2}, -1)")
native("wilson_interval_upper(bigint, bigint, double) -> double", "trino_wilson({0}, {1}, {2}, 1)")
native("normal_cdf(double, double, double) -> double", "trino_normal_cdf({0}, {1}, {2})")
native("inverse_normal_cdf(double, double, double) -> double", "trino_inverse_normal_cdf({0}, {1}, {2})")
native("beta_cdf(double, double, double) -> double", "trino_beta_cdf({0}, {1}, {2})")
native(
    "cosine_similarity(map(varchar, double), map(varchar, double)) -> double",
    "CAST(trino_cosine_maps(map_keys({0}), map_values({0}), map_keys({1}), map_values({1})) AS DOUBLE)",
)


@udf("trino_wilson", ("BIGINT", "BIGINT", "DOUBLE", "INTEGER"), "DOUBLE")
def _wilson(successes: int, trials: int, z: float, side: int) -> float:
    if successes < 0:
        raise FunctionFailure("number of successes must not be negative")
    if trials <= 0:
        raise FunctionFailure("number of trials must be positive")
    if successes > trials:
        raise FunctionFailure("number of successes must not be larger than number of trials")
    if not z >= 0:
        raise FunctionFailure("z-score must not be negative")
    share, square = successes / trials, z * z
    middle = share + square / (2 * trials)
    spread = z * math.sqrt((share * (1 - share) + square / (4 * trials)) / trials)
    return (middle + side * spread) / (1 + square / trials)


@udf("trino_normal_cdf", ("DOUBLE", "DOUBLE", "DOUBLE"), "DOUBLE")
def _normal_cdf(mean: float, deviation: float, value: float) -> float:
    if not deviation > 0:
        raise FunctionFailure("standardDeviation must be > 0")
    return 0.5 * (1 + math.erf((value - mean) / (deviation * math.sqrt(2))))


@udf("trino_inverse_normal_cdf", ("DOUBLE", "DOUBLE", "DOUBLE"), "DOUBLE")
def _inverse_normal_cdf(mean: float, deviation: float, p: float) -> float:
    if not 0 < p < 1:
        raise FunctionFailure("p must be 0 > p > 1")
    if not deviation > 0:
        raise FunctionFailure("sd must be > 0")
    return mean + deviation * NormalDist().inv_cdf(p)


@udf("trino_beta_cdf", ("DOUBLE", "DOUBLE", "DOUBLE"), "DOUBLE")
def _beta_cdf(a: float, b: float, value: float) -> float:
    if not 0 <= value <= 1:
        raise FunctionFailure("value must be 0 >= v >= 1")
    _check_shapes(a, b)
    return _incomplete_beta(a, b, value)


def _check_shapes(a: float, b: float) -> None:
    if not (a > 0 and b > 0):
        raise FunctionFailure("a, b must be > 0")


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction where that converges fast."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(scale) / a * _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """Lentz's evaluation of the continued fraction."""
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    result = d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return result


@udf("trino_cosine_maps", ("VARCHAR[]", "DOUBLE[]", "VARCHAR[]", "DOUBLE[]"), "VARCHAR", handles_null=True)
def _cosine_maps(
    left_keys: list[str] | None,
    left: list[float | None] | None,
    right_keys: list[str] | None,
    right: list[float | None] | None,
) -> str | None:
    """The number as text: DuckDB takes a NaN from Python for NULL."""
    if left_keys is None or left is None or right_keys is None or right is None:
        return None
    if None in left or None in right:
        return None
    other = dict(zip(right_keys, right, strict=True))
    product = sum(
        value * (other[key] or 0.0)
        for key, value in zip(left_keys, left, strict=True)
        if value and key in other
    )
    lengths = math.sqrt(sum(v * v for v in left if v)) * math.sqrt(sum(v * v for v in right if v))
    return repr(product / lengths if lengths else math.nan)
