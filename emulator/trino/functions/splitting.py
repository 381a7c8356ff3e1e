"""Functions that cut text into parts at a delimiter."""

from __future__ import annotations

from emulator.trino.emission.values import cast, unless
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.registry import Call, function
from emulator.trino.runtime import udf

_MOST_PARTS = 2**31 - 1


@udf("trino_split", ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR[]")
def _split_up_to(value: str, delimiter: str, limit: int) -> list[str]:
    if limit <= 0:
        raise FunctionFailure("Limit must be positive")
    if limit > _MOST_PARTS:
        raise FunctionFailure("Limit is too large")
    if not delimiter:
        raise FunctionFailure("The delimiter may not be the empty string")
    return value.split(delimiter, limit - 1)


@function("split(varchar(x), varchar(y)) -> array(varchar(x))")
def _split(call: Call) -> str:
    value, delimiter = call.sql(0), call.args[1]
    if delimiter.literal:
        return f"string_split({value}, {delimiter.sql})"
    split = f"CASE WHEN {delimiter.sql} IS NOT NULL THEN string_split({value}, {delimiter.sql}) END"
    message = "The delimiter may not be the empty string"
    return unless(f"{delimiter.sql} = ''", INVALID, message, split, call.result)


@function("split(varchar(x), varchar(y), bigint) -> array(varchar(x))")
def _split_limited(call: Call) -> str:
    return f"trino_split({call.sql(0)}, {call.sql(1)}, {call.sql(2)})"


@udf("trino_split_part", ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR", handles_null=True)
def _part(value: str | None, delimiter: str | None, index: int | None) -> str | None:
    if value is None or delimiter is None or index is None:
        return None
    if index <= 0:
        raise FunctionFailure("Index must be greater than zero")
    parts = value.split(delimiter) if delimiter else list(value)
    return parts[index - 1] if index <= len(parts) else None


@function("split_part(varchar(x), varchar(y), bigint) -> varchar(x)")
def _split_part(call: Call) -> str:
    value, delimiter, index = call.args
    if delimiter.literal and index.literal is not None and 0 < index.literal < 2**31:
        return f"string_split({value.sql}, {delimiter.sql})[{index.literal}]"
    return f"trino_split_part({value.sql}, {delimiter.sql}, {index.sql})"


def _check_delimiters(entry: str, key: str) -> None:
    if not entry:
        raise FunctionFailure("entryDelimiter is empty")
    if not key:
        raise FunctionFailure("keyValueDelimiter is empty")
    if entry == key:
        raise FunctionFailure("entryDelimiter and keyValueDelimiter must not be the same")


def _entries(value: str, entry: str, key: str, quote: str) -> list[tuple[str, str]]:
    """The pairs of a text; an empty last entry is none. `quote` stands around a bad entry in the message."""
    _check_delimiters(entry, key)
    pieces = value.split(entry)
    if not pieces[-1]:
        pieces.pop()
    found: list[tuple[str, str]] = []
    for piece in pieces:
        parts = piece.split(key)
        if len(parts) != 2:
            message = "Key-value delimiter must appear exactly once in each entry. Bad input: "
            raise FunctionFailure(f"{message}{quote}{piece}{quote}")
        found.append((parts[0], parts[1]))
    return found


@udf("trino_split_to_map", ("VARCHAR", "VARCHAR", "VARCHAR"), "STRUCT(k VARCHAR, v VARCHAR)[]")
def _pairs(value: str, entry: str, key: str) -> list[dict[str, str]]:
    pairs = _entries(value, entry, key, "'")
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise FunctionFailure(f"Duplicate keys ({name}) are not allowed")
        seen.add(name)
    return [{"k": k, "v": v} for k, v in pairs]


@udf("trino_split_to_multimap", ("VARCHAR", "VARCHAR", "VARCHAR"), "STRUCT(k VARCHAR, v VARCHAR[])[]")
def _grouped(value: str, entry: str, key: str) -> list[dict[str, str | list[str]]]:
    groups: dict[str, list[str]] = {}
    for name, item in _entries(value, entry, key, ""):
        groups.setdefault(name, []).append(item)
    return [{"k": k, "v": v} for k, v in groups.items()]


@function("split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)")
def _split_to_map(call: Call) -> str:
    return cast(
        f"map_from_entries(trino_split_to_map({call.sql(0)}, {call.sql(1)}, {call.sql(2)}))", call.result
    )


@function("split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar))")
def _split_to_multimap(call: Call) -> str:
    entries = f"trino_split_to_multimap({call.sql(0)}, {call.sql(1)}, {call.sql(2)})"
    return cast(f"map_from_entries({entries})", call.result)
