"""Functions on maps, with lambdas. DuckDB tells keys apart; where Trino does otherwise they are refused."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.casts import convert
from emulator.trino.emission.comparison import holds_zone
from emulator.trino.emission.ordering import holds_null
from emulator.trino.emission.values import bind, fail, failing, text
from emulator.trino.errors import END_MARK, MARK, Unsupported
from emulator.trino.functions.array_elements import (
    given,
    key_of,
    lambda_of,
    paired,
)
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.physical import duckdb_type
from emulator.trino.types import Type

native("cardinality(map(K,V)) -> bigint", "CAST(cardinality({0}) AS BIGINT)")
native("map_keys(map(K,V)) -> array(K)", "map_keys({0})")
native("map_values(map(K,V)) -> array(V)", "map_values({0})")

_SHOWN_KEYS = {
    "varchar",
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "boolean",
    "date",
    "decimal",
    "double",
    "real",
}


def _shown(key: str, kind: Type, call: Call) -> str | None:
    """A key as Trino's messages show it, or None for types whose text is not known here."""
    if kind.base not in _SHOWN_KEYS:
        return None
    return convert(key, kind, t.VARCHAR, call.at)


def made(call: Call, keys: str, values: str, kind: Type, takes_holes: bool = False) -> str:
    """The map of two arrays of one length, after Trino's checks of the keys; NULL for NULL arrays.

    `takes_holes` is for the one function that takes keys which hold a NULL inside.
    """
    key = kind.inner[0]
    if holds_zone(key):
        raise Unsupported(f"A map with keys of type {key} is not supported", call.at)
    null_key = fail(INVALID, "map key cannot be null", kind)
    branches = [f"WHEN len(list_filter(made_keys, lambda made_key: made_key IS NULL)) > 0 THEN {null_key}"]
    if key.inner and not takes_holes:
        inner = fail(INVALID, "map key cannot be indeterminate", kind)
        bad = holds_null("made_key", key)
        branches.append(f"WHEN len(list_filter(made_keys, lambda made_key: {bad})) > 0 THEN {inner}")
    branches.append(f"WHEN len(made_keys) <> len(list_distinct(made_keys)) THEN {_duplicate(call, kind)}")
    built = f"CAST(map(made_keys, made_values) AS {duckdb_type(kind)})"
    body = (
        f"CASE WHEN made_keys IS NULL OR made_values IS NULL THEN NULL {' '.join(branches)} ELSE {built} END"
    )
    return bind("made_keys", keys, bind("made_values", values, body))


def _duplicate(call: Call, kind: Type) -> str:
    shown = _shown("made_twice", kind.inner[0], call)
    if shown is None:
        return fail(INVALID, "Duplicate map keys are not allowed", kind)
    earlier = "list_position(made_keys, made_key) < made_place"
    repeated = f"list_filter(made_keys, lambda made_key, made_place: {earlier})[1]"
    head, tail = text(f"{MARK}{INVALID}:Duplicate map keys ("), text(f") are not allowed{END_MARK}")
    return bind("made_twice", repeated, failing(f"{head} || {shown} || {tail}", kind))


@function("map() -> map(unknown, unknown)")
def _empty(call: Call) -> str:
    return f"CAST(map([], []) AS {duckdb_type(call.result)})"


@function("map(array(K), array(V)) -> map(K,V)")
def _map(call: Call) -> str:
    keys, values = call.sql(0), call.sql(1)
    message = "Key and value arrays must be the same length"
    differ = f"WHEN len({keys}) <> len({values}) THEN {fail(INVALID, message, call.result)}"
    return f"CASE {differ} ELSE {made(call, keys, values, call.result)} END"


def _is_nan(key: str, kind: Type) -> str:
    return f"isnan({key})" if kind in (t.DOUBLE, t.REAL) else "FALSE"


@function("element_at(map(K,V), K) -> V")
def _element_at(call: Call) -> str:
    found = f"map_extract_value({call.sql(0)}, {call.sql(1)})"
    kind = call.args[1].type
    return (
        f"CASE WHEN NOT {_is_nan(call.sql(1), kind)} THEN {found} END"
        if kind.base in ("double", "real")
        else found
    )


@function("$subscript(map(K,V), K) -> V")
def _subscript(call: Call) -> str:
    entries, key = call.sql(0), call.sql(1)
    kind = call.args[1].type
    shown = _shown(key, kind, call)
    missing = fail(INVALID, "Key not present in map", call.result)
    if shown is not None:
        missing = failing(
            f"{text(f'{MARK}{INVALID}:Key not present in map: ')} || {shown} || {text(END_MARK)}", call.result
        )
    known = f"map_contains({entries}, {key}) AND NOT {_is_nan(key, kind)}"
    return given(call, f"CASE WHEN {known} THEN map_extract_value({entries}, {key}) ELSE {missing} END")


@function("map_entries(map(K,V)) -> array(row(K,V))")
def _entries(call: Call) -> str:
    pair = "struct_pack(f0 := map_entry.key, f1 := map_entry.value)"
    return f"list_transform(map_entries({call.sql(0)}), lambda map_entry: {pair})"


def _checked_entries(call: Call, body: str) -> str:
    nulls = "len(list_filter(given_entries, lambda given_entry: given_entry IS NULL)) > 0"
    refused = fail(INVALID, "map entry cannot be null", call.result)
    return given(
        call, bind("given_entries", call.sql(0), f"CASE WHEN {nulls} THEN {refused} ELSE {body} END")
    )


_KEYS = "list_transform(given_entries, lambda given_entry: given_entry.f0)"
_VALUES = "list_transform(given_entries, lambda given_entry: given_entry.f1)"


@function("map_from_entries(array(row(K,V))) -> map(K,V)")
def _from_entries(call: Call) -> str:
    return _checked_entries(call, made(call, _KEYS, _VALUES, call.result))


@function("multimap_from_entries(array(row(K,V))) -> map(K, array(V))")
def _multimap(call: Call) -> str:
    key = key_of("given_entry.f0", call.result.inner[0], call.at)
    pair = f"struct_pack(k := {key}, o := given_entry.f0, v := given_entry.f1)"
    pairs = f"list_transform(given_entries, lambda given_entry: {pair})"
    groups = made(call, "grouped_entries.ks", "grouped_entries.vs", call.result, takes_holes=True)
    body = bind("grouped_entries", f"trino_all_values({pairs})", groups)
    return _checked_entries(call, body)


@function("map_concat(map(K,V), map(K,V)...) -> map(K,V)")
def _concat(call: Call) -> str:
    if len(call.args) < 2:
        raise call.fail("There must be two or more concatenation arguments to map_concat")
    # the last map's entries come first in Trino's answer, then those that they leave of the maps before
    together = f"map_concat({', '.join(a.sql for a in call.args)})"
    in_order = f"map_keys(map_concat({', '.join(a.sql for a in reversed(call.args))}))"
    values = "list_transform(all_keys, lambda a_key: map_extract(all_entries, a_key)[1])"
    body = bind("all_keys", in_order, f"CAST(map(all_keys, {values}) AS {duckdb_type(call.result)})")
    return given(call, bind("all_entries", together, body))


def _pairs(call: Call) -> str:
    return f"list_zip(map_keys({call.sql(0)}), map_values({call.sql(0)}))"


@function("map_filter(map(K,V), function(K,V,boolean)) -> map(K,V)")
def _filter(call: Call) -> str:
    kept = paired(_pairs(call), lambda_of(call, 1))
    chosen = (
        "list_filter(map_entries({}), lambda map_entry, map_place: coalesce(kept_entries[map_place], FALSE))"
    )
    body = f"map_from_entries({chosen.format(call.sql(0))})"
    return given(call, bind("kept_entries", kept, f"CAST({body} AS {duckdb_type(call.result)})"))


@function("transform_keys(map(K,V), function(K,V,R)) -> map(R,V)")
def _transform_keys(call: Call) -> str:
    keys = paired(_pairs(call), lambda_of(call, 1))
    return given(call, made(call, keys, f"map_values({call.sql(0)})", call.result))


@function("transform_values(map(K,V), function(K,V,R)) -> map(K,R)")
def _transform_values(call: Call) -> str:
    values = paired(_pairs(call), lambda_of(call, 1))
    return given(call, f"CAST(map(map_keys({call.sql(0)}), {values}) AS {duckdb_type(call.result)})")


@function("map_zip_with(map(K,V), map(K,W), function(K,V,W,R)) -> map(K,R)")
def _zip_with(call: Call) -> str:
    left, right = call.sql(0), call.sql(1)
    mine, theirs = (
        f"list_transform(both_keys, lambda both_key: map_extract_value({side}, both_key))"
        for side in (left, right)
    )
    values = paired(f"list_zip(both_keys, {mine}, {theirs})", lambda_of(call, 2))
    keys = (
        f"list_concat(map_keys({left}), list_filter(map_keys({right}), "
        f"lambda both_key: NOT map_contains({left}, both_key)))"
    )
    body = bind("both_keys", keys, f"CAST(map(both_keys, {values}) AS {duckdb_type(call.result)})")
    return given(call, body)
