"""Statistical aggregates: spread, moments, correlation, regression, geometric mean."""

from __future__ import annotations

from emulator.trino.emission.values import cast
from emulator.trino.functions.registry import AGGREGATE, Call, function
from emulator.trino.runtime import macro

for _trino, _duck in (
    ("stddev", "stddev_samp"), ("stddev_samp", "stddev_samp"), ("stddev_pop", "stddev_pop"),
    ("variance", "var_samp"), ("var_samp", "var_samp"), ("var_pop", "var_pop"),
):  # fmt: skip

    def _spread(call: Call, duck: str = _duck) -> str:
        return call.invoke(duck, cast(call.sql(0), call.result))

    function(f"{_trino}(bigint) -> double", f"{_trino}(double) -> double", kind=AGGREGATE)(_spread)

for _name in ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"):

    def _paired(call: Call) -> str:
        """NULL where there is no finite answer; a covariance of values that are not finite is NaN."""
        x, y = call.sql(0), call.sql(1)
        found = call.invoke(call.name, x, y, condition=f"isfinite({x}) AND isfinite({y})")
        endless = call.invoke("bool_or", f"NOT isfinite({x} + {y})")
        other = "'NaN'::DOUBLE" if call.name.startswith("covar") else "NULL"
        finite = f"CASE WHEN isfinite({found}) THEN {found} END"
        return cast(f"CASE WHEN {endless} THEN {other} ELSE {finite} END", call.result)

    function(f"{_name}(double, double) -> double", f"{_name}(real, real) -> real", kind=AGGREGATE)(_paired)


@function(
    "geometric_mean(bigint) -> double",
    "geometric_mean(double) -> double",
    "geometric_mean(real) -> real",
    kind=AGGREGATE,
)
def _geometric_mean(call: Call) -> str:
    """Zero has the logarithm -Infinity here, a negative number NaN; DuckDB's own ln refuses both."""
    x = call.sql(0)
    logarithm = (
        f"CASE WHEN {x} > 0 THEN ln({x}) WHEN {x} = 0 THEN '-Infinity'::DOUBLE "
        f"WHEN {x} IS NOT NULL THEN 'NaN'::DOUBLE END"
    )
    return cast(f"exp({call.invoke('avg', logarithm)})", call.result)


@function("skewness(bigint) -> double", "skewness(double) -> double", kind=AGGREGATE)
def _skewness(call: Call) -> str:
    return f"trino_skewness({_values(call)})"


@function("kurtosis(bigint) -> double", "kurtosis(double) -> double", kind=AGGREGATE)
def _kurtosis(call: Call) -> str:
    return f"trino_kurtosis({_values(call)})"


def _values(call: Call) -> str:
    return call.invoke("list", cast(call.sql(0), call.result), condition=f"{call.sql(0)} IS NOT NULL")


macro(
    "trino_moment(x, degree)",
    "list_sum(list_transform(x, lambda e: pow(e - list_avg(x), degree)))",
)
macro(
    "trino_skewness(x)",
    """CASE WHEN len(x) >= 3 THEN trino_float_div(
    sqrt(len(x)) * trino_moment(x, 3), pow(trino_moment(x, 2), 1.5)) END""",
)
macro(
    "trino_kurtosis_of(n, m2, m4)",
    """trino_float_div(n * (n + 1) * (n - 1) * m4, (n - 2) * (n - 3) * m2 * m2)
    - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3))""",
)
macro(
    "trino_kurtosis(x)",
    """CASE WHEN len(x) >= 4 THEN trino_kurtosis_of(
    CAST(len(x) AS DOUBLE), trino_moment(x, 2), trino_moment(x, 4)) END""",
)
