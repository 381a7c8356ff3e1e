"""Functions on maps."""

from __future__ import annotations

from emulator.trino.emission.values import fail
from emulator.trino.functions.registry import Call, function, native

native("cardinality(map(K,V)) -> bigint", "CAST(cardinality({0}) AS BIGINT)")
native("map_keys(map(K,V)) -> array(K)", "map_keys({0})")
native("map_values(map(K,V)) -> array(V)", "map_values({0})")
native("element_at(map(K,V), K) -> V", "map_extract_value({0}, {1})")


@function("$subscript(map(K,V), K) -> V")
def _subscript(call: Call) -> str:
    entries, key = call.sql(0), call.sql(1)
    missing = fail("INVALID_FUNCTION_ARGUMENT", "Key not present in map", call.result)
    return (
        f"CASE WHEN {entries} IS NULL OR {key} IS NULL THEN NULL WHEN map_contains({entries}, {key}) "
        f"THEN map_extract_value({entries}, {key}) ELSE {missing} END"
    )


@function("map(array(K), array(V)) -> map(K,V)")
def _map(call: Call) -> str:
    keys, values = call.sql(0), call.sql(1)
    problems = (
        (f"len({keys}) <> len({values})", "Key and value arrays must be the same length"),
        (f"len({keys}) <> list_count({keys})", "map key cannot be null"),
        (f"len({keys}) <> list_unique({keys})", "Duplicate map keys are not allowed"),
    )
    branches = " ".join(f"WHEN {bad} THEN {fail('INVALID_FUNCTION_ARGUMENT', text, call.result)}" for bad, text in problems)
    return f"CASE {branches} WHEN {values} IS NOT NULL THEN map({keys}, {values}) END"
