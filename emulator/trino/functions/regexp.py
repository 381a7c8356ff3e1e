"""Regular expression functions: on RE2 where a constant pattern means the same there, else in Python."""

from __future__ import annotations

import re

from emulator.trino import types as t
from emulator.trino.emission.values import Value, text
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.java_regexp import Pattern, compiled, translate
from emulator.trino.functions.regexp_classes import BadPattern
from emulator.trino.functions.registry import Call, LambdaValue, function, native
from emulator.trino.runtime import udf
from emulator.trino.types import Type

MAX_LENGTH = 2_147_483_647


def _constant_pattern(call: Call) -> Pattern | None:
    """The pattern if it is a literal. Raises what is wrong with it."""
    written = call.args[1].literal
    if written is None:
        return None
    try:
        return translate(written)
    except BadPattern as refused:
        raise TrinoError(INVALID, str(refused)) from None
    except Unsupported as refused:
        raise Unsupported(refused.message, call.at) from None


@function("regexp_like(varchar(x), varchar) -> boolean")
def _like(call: Call) -> str:
    pattern = _constant_pattern(call)
    if pattern is not None and pattern.re2 is not None:
        return f"regexp_matches({call.sql(0)}, {text(pattern.re2)})"
    return f"trino_regexp_like({call.sql(0)}, {call.sql(1)})"


@udf("trino_regexp_like", ("VARCHAR", "VARCHAR"), "BOOLEAN")
def _regexp_like(value: str, pattern: str) -> bool:
    return compiled(pattern).compiled.search(value) is not None


def _native_group(call: Call, pattern: Pattern | None) -> tuple[str, int] | None:
    """RE2's text and the group, if every match has that group, and not empty."""
    group = call.args[2].literal if len(call.args) > 2 else 0
    if pattern is None or group is None or not 0 <= group <= min(9, pattern.compiled.groups):
        return None
    shown = pattern.re2_exact if group == 0 else pattern.re2
    if shown is None or group in pattern.optional or group in pattern.nullable:
        return None
    return shown, group


@function(
    "regexp_extract(varchar(x), varchar) -> varchar(x)",
    "regexp_extract(varchar(x), varchar, bigint) -> varchar(x)",
)
def _extract(call: Call) -> str:
    shared = _native_group(call, _constant_pattern(call))
    if shared is not None:
        return f"nullif(regexp_extract({call.sql(0)}, {text(shared[0])}, {shared[1]}), '')"
    group = call.sql(2) if len(call.args) > 2 else "0"
    return f"trino_regexp_extract({call.sql(0)}, {call.sql(1)}, {group})"


def _checked_group(pattern: Pattern, group: int) -> int:
    if group < 0:
        raise FunctionFailure("Group cannot be negative")
    if group > pattern.compiled.groups:
        raise FunctionFailure(f"Pattern has {pattern.compiled.groups} groups. Cannot access group {group}")
    return group


@udf("trino_regexp_extract", ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR", handles_null=True)
def _regexp_extract(value: str | None, pattern: str | None, group: int | None) -> str | None:
    if value is None or pattern is None or group is None:
        return None
    known = compiled(pattern)
    _checked_group(known, group)
    found = known.compiled.search(value)
    return found[group] if found else None


@function(
    "regexp_extract_all(varchar(x), varchar) -> array(varchar(x))",
    "regexp_extract_all(varchar(x), varchar, bigint) -> array(varchar(x))",
)
def _extract_all(call: Call) -> str:
    shared = _native_group(call, _constant_pattern(call))
    if shared is not None and 0 not in translate(call.args[1].literal).nullable:
        exact = translate(call.args[1].literal).re2_exact
        if exact is not None:
            return f"regexp_extract_all({call.sql(0)}, {text(exact)}, {shared[1]})"
    group = call.sql(2) if len(call.args) > 2 else "0"
    return f"trino_regexp_extract_all({call.sql(0)}, {call.sql(1)}, {group})"


@udf("trino_regexp_extract_all", ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR[]")
def _regexp_extract_all(value: str, pattern: str, group: int) -> list[str | None]:
    known = compiled(pattern)
    _checked_group(known, group)
    return [found[group] for found in known.compiled.finditer(value)]


native("regexp_split(varchar(x), varchar) -> array(varchar(x))", "trino_regexp_split({0}, {1})")
native("regexp_count(varchar(x), varchar) -> bigint", "trino_regexp_count({0}, {1})")
native("regexp_position(varchar(x), varchar) -> integer", "trino_regexp_position({0}, {1}, 1, 1)")
native("regexp_position(varchar(x), varchar, integer) -> integer", "trino_regexp_position({0}, {1}, {2}, 1)")
native(
    "regexp_position(varchar(x), varchar, integer, integer) -> integer",
    "trino_regexp_position({0}, {1}, {2}, {3})",
)


@udf("trino_regexp_split", ("VARCHAR", "VARCHAR"), "VARCHAR[]")
def _regexp_split(value: str, pattern: str) -> list[str]:
    parts, at = [], 0
    for found in compiled(pattern).compiled.finditer(value):
        parts.append(value[at : found.start()])
        at = found.end()
    return [*parts, value[at:]]


@udf("trino_regexp_count", ("VARCHAR", "VARCHAR"), "BIGINT")
def _regexp_count(value: str, pattern: str) -> int:
    return sum(1 for _ in compiled(pattern).compiled.finditer(value))


@udf("trino_regexp_position", ("VARCHAR", "VARCHAR", "INTEGER", "INTEGER"), "INTEGER")
def _regexp_position(value: str, pattern: str, start: int, occurrence: int) -> int:
    if start < 1:
        raise FunctionFailure("start position cannot be smaller than 1")
    if occurrence < 1:
        raise FunctionFailure("occurrence cannot be smaller than 1")
    regexp = compiled(pattern).compiled
    if start > len(value):
        return -1
    for number, found in enumerate(regexp.finditer(value, start - 1), 1):
        if number == occurrence:
            return found.start() + 1
    return -1


def _replaced_type(args: tuple[Value, ...]) -> Type:
    """Trino's bound for the length of a text whose matches are replaced."""
    sizes = [a.type.args[0] if a.type.args else MAX_LENGTH for a in (args[0], args[2])]
    size = sizes[0] + max(sizes[0] * sizes[1] // 2, sizes[1]) * (sizes[0] + 1)
    return t.varchar(size if size < MAX_LENGTH else None)


@function("regexp_replace(varchar(x), varchar) -> varchar(x)")
def _remove(call: Call) -> str:
    return _replacing(call, "")


@function("regexp_replace(varchar(x), varchar, varchar(y)) -> varchar", returns=_replaced_type)
def _replace(call: Call) -> str:
    return _replacing(call, call.args[2].literal)


def _replacing(call: Call, replacement: str | None) -> str:
    pattern = _constant_pattern(call)
    if pattern is not None and pattern.re2_exact is not None and 0 not in pattern.nullable:
        native_replacement = _native_replacement(pattern, replacement)
        if native_replacement is not None:
            return (
                f"regexp_replace({call.sql(0)}, {text(pattern.re2_exact)}, {text(native_replacement)}, 'g')"
            )
    shown = call.sql(2) if len(call.args) > 2 else "''"
    return f"trino_regexp_replace({call.sql(0)}, {call.sql(1)}, {shown})"


def _native_replacement(pattern: Pattern, replacement: str | None) -> str | None:
    if replacement is None:
        return None
    try:
        parts = _template(pattern, replacement)
    except FunctionFailure:
        return None
    if any(isinstance(part, int) and part > 9 for part in parts):
        return None
    return "".join(f"\\{p}" if isinstance(p, int) else p.replace("\\", "\\\\") for p in parts)


def _template(pattern: Pattern, replacement: str) -> list[str | int]:
    """A replacement's texts and group numbers: `$1`, `${name}`, a backslash before what stands for itself."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        letter = replacement[at]
        at += 1
        if letter == "\\":
            if at == len(replacement):
                raise FunctionFailure(f"Illegal replacement sequence: {replacement}")
            parts.append(replacement[at])
            at += 1
        elif letter == "$":
            number, at = _group_reference(pattern, replacement, at)
            parts.append(number)
        else:
            parts.append(letter)
    return parts


def _group_reference(pattern: Pattern, replacement: str, at: int) -> tuple[int, int]:
    """The group that the text after a `$` names, and where that ends."""
    named = re.compile(r"\{([^}]*)\}").match(replacement, at)
    if named is not None:
        if named[1] not in pattern.names:
            raise FunctionFailure(f"Illegal replacement sequence: unknown group {{ {named[1]} }}")
        return pattern.names[named[1]], named.end()
    if at >= len(replacement) or replacement[at] not in "0123456789":
        raise FunctionFailure(f"Illegal replacement sequence: {replacement}")
    number = int(replacement[at])
    if number > pattern.compiled.groups:
        raise FunctionFailure(f"Illegal replacement sequence: unknown group {number}")
    at += 1
    while at < len(replacement) and replacement[at] in "0123456789":
        longer = number * 10 + int(replacement[at])
        if longer > pattern.compiled.groups:
            break
        number, at = longer, at + 1
    return number, at


@udf("trino_regexp_replace", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR")
def _regexp_replace(value: str, pattern: str, replacement: str) -> str:
    known = compiled(pattern)
    if known.compiled.search(value) is None:
        return value
    parts = _template(known, replacement)
    return known.compiled.sub(
        lambda found: "".join(found[p] or "" if isinstance(p, int) else p for p in parts), value
    )


@function("regexp_replace(varchar, varchar, function(array(varchar), varchar(x))) -> varchar")
def _replace_with_lambda(call: Call) -> str:
    """The text between matches and each match's groups come from Python; DuckDB runs the lambda on these."""
    _constant_pattern(call)
    replacer = call.args[2]
    assert isinstance(replacer, LambdaValue)
    piece, groups = f"p_{replacer.parameters[0]}", replacer.parameters[0]
    replaced = f"list_transform([{piece}.groups], lambda {groups}: {replacer.body})[1]"
    pieces = f"trino_regexp_pieces({call.sql(0)}, {call.sql(1)})"
    shown = f"CASE WHEN {piece}.groups IS NULL THEN {piece}.before ELSE {piece}.before || {replaced} END"
    return f"trino_join_all(list_transform({pieces}, lambda {piece}: {shown}))"


@udf("trino_regexp_pieces", ("VARCHAR", "VARCHAR"), "STRUCT(before VARCHAR, groups VARCHAR[])[]")
def _pieces(value: str, pattern: str) -> list[dict[str, str | list[str | None] | None]]:
    found_pieces: list[dict[str, str | list[str | None] | None]] = []
    at = 0
    for found in compiled(pattern).compiled.finditer(value):
        found_pieces.append({"before": value[at : found.start()], "groups": list(found.groups())})
        at = found.end()
    return [*found_pieces, {"before": value[at:], "groups": None}]


@udf("trino_join_all", ("VARCHAR[]",), "VARCHAR", handles_null=True)
def _join_all(parts: list[str | None] | None) -> str | None:
    if parts is None or any(part is None for part in parts):
        return None
    return "".join(part for part in parts if part is not None)
