"""What our DuckDB text calls: macros and functions installed once on a database instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import duckdb

_MACROS = {
    "trino_all_equal(unknown, same_length, pairs)": """
        CASE WHEN unknown THEN NULL WHEN NOT same_length THEN FALSE
        WHEN list_contains(pairs, FALSE) THEN FALSE
        WHEN len(list_filter(pairs, lambda p: p IS NULL)) > 0 THEN NULL ELSE TRUE END""",
    "trino_div_half_up(n, d)": """
        CAST((CAST(n AS HUGEINT) // CAST(d AS HUGEINT))
        + CASE WHEN 2 * abs(CAST(n AS HUGEINT) % CAST(d AS HUGEINT)) >= abs(CAST(d AS HUGEINT))
          THEN CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END ELSE 0 END AS DECIMAL(38,0))""",
    "trino_float_div(a, b)": """
        CASE WHEN b = 0 THEN CASE WHEN a = 0 OR isnan(a) THEN a + 'NaN'::FLOAT
          WHEN (a < 0) = (CAST(b AS VARCHAR) LIKE '-%') THEN 'Infinity'::FLOAT + abs(a)
          ELSE '-Infinity'::FLOAT - abs(a) END
        ELSE a / b END""",
    "trino_float_mod(a, b)": """
        CASE WHEN b = 0 OR isinf(a) OR isnan(a) OR isnan(b) THEN a + b + 'NaN'::FLOAT
        WHEN isinf(b) THEN a ELSE a % b END""",
    "trino_to_real(x)": """
        CASE WHEN abs(x) < 3.4028235677973366E38::DOUBLE OR isnan(x) THEN CAST(x AS FLOAT)
        WHEN x > 0 THEN 'Infinity'::FLOAT WHEN x < 0 THEN '-Infinity'::FLOAT END""",
    "trino_rounded_millis(micros)": """
        CASE WHEN micros >= 0 THEN (micros + 500) // 1000 ELSE (micros - 499) // 1000 END""",
    "trino_date_text(d)": """
        CASE WHEN year(d) > 9999 THEN '+' || CAST(d AS VARCHAR)
        WHEN year(d) < 0 THEN printf('-%04d-%02d-%02d', -year(d), month(d), day(d))
        WHEN year(d) = 0 THEN strftime(d, '0000-%m-%d') ELSE CAST(d AS VARCHAR) END""",
}
"""Macros of the emission helpers; the functions' own come from their subject modules."""


@dataclass(frozen=True)
class Udf:
    """A Python function for DuckDB, with parameter and result types as DuckDB names them."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    result: str
    handles_null: bool = False


_NULLS: dict[bool, Any] = {False: "default", True: "special"}
_EXTRA_MACROS: dict[str, str] = {}
_UDFS: list[Udf] = []


def macro(head: str, body: str) -> None:
    """Register a macro, `name(parameters)` and its body, for `install`."""
    _EXTRA_MACROS[head] = body


def udf(
    name: str, parameters: tuple[str, ...], result: str, handles_null: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated Python function for `install`; it fails by raising `errors.raising`'s text."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _UDFS.append(Udf(name, function, parameters, result, handles_null))
        return function

    return register


_TEXT = "_text"


def _safe_for_nan(item: Udf) -> Udf:
    """The function giving its double as text: DuckDB takes a NaN that comes from Python for NULL."""
    if item.result != "DOUBLE":
        return item

    @wraps(item.function)
    def shown(*values: Any) -> str | None:
        found = item.function(*values)
        return None if found is None else repr(found)

    return replace(item, name=item.name + _TEXT, function=shown, result="VARCHAR")


def _read_doubles() -> dict[str, str]:
    """The macros that give such functions their names and doubles."""
    found: dict[str, str] = {}
    for item in _UDFS:
        if item.result == "DOUBLE":
            names = ", ".join(f"p{place}" for place in range(len(item.parameters)))
            found[f"{item.name}({names})"] = f"CAST({item.name}{_TEXT}({names}) AS DOUBLE)"
    return found


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Put macros and functions on a database; once for each database instance, before any compiled query."""
    import emulator.trino.functions.catalog  # noqa: F401  (registers every function's macros and UDFs)

    for item in map(_safe_for_nan, _UDFS):
        connection.create_function(
            item.name,
            item.function,
            [duckdb.type(p) for p in item.parameters],
            duckdb.type(item.result),
            null_handling=_NULLS[item.handles_null],
        )
    for head, body in (_MACROS | _EXTRA_MACROS | _read_doubles()).items():
        connection.execute(f"CREATE OR REPLACE MACRO {head} AS {body}")
