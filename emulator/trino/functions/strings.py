"""Functions on text."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import Value, fail, unless
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.types import Type

_BAD = "INVALID_FUNCTION_ARGUMENT"


def _padded(value: Value) -> str:
    """A char with its padding, anything else as it is."""
    return f"rpad({value.sql}, {value.type.precision}, ' ')" if value.type.base == "char" else value.sql


native("upper(varchar(x)) -> varchar(x)", "upper({0})")
native("lower(varchar(x)) -> varchar(x)", "lower({0})")
native("upper(char(x)) -> char(x)", "upper({0})")
native("lower(char(x)) -> char(x)", "lower({0})")
native("reverse(varchar(x)) -> varchar(x)", "array_to_string(list_reverse(string_split({0}, '')), '')")
native("length(varchar(x)) -> bigint", "length({0})")
native("strpos(varchar, varchar) -> bigint", "CAST(strpos({0}, {1}) AS BIGINT)")
native("starts_with(varchar, varchar) -> boolean", "starts_with({0}, {1})")
native("concat(char(x), char(y)) -> char(x)", "({0} || {1})")
native("replace(varchar(x), varchar(y)) -> varchar(x)", "replace({0}, {1}, '')")


@function("length(char(x)) -> bigint")
def _length_char(call: Call) -> str:
    return f"CASE WHEN {call.sql(0)} IS NOT NULL THEN CAST({call.args[0].type.precision} AS BIGINT) END"


@function("concat(varchar, varchar...) -> varchar")
def _concat(call: Call) -> str:
    return "(" + " || ".join(a.sql for a in call.args) + ")"


@function("concat(varbinary, varbinary...) -> varbinary")
def _concat_bytes(call: Call) -> str:
    return "(" + " || ".join(a.sql for a in call.args) + ")"


@function(
    "concat(char(x), char(y)) -> char(x)",
    returns=lambda args: t.char(min(65536, args[0].type.precision + args[1].type.precision)),
)
def _concat_char(call: Call) -> str:
    return f"rtrim({_padded(call.args[0])} || {call.sql(1)}, ' ')"


@function("concat_ws(varchar, varchar, varchar...) -> varchar")
def _concat_ws(call: Call) -> str:
    separator, *parts = (a.sql for a in call.args)
    return f"CASE WHEN {separator} IS NOT NULL THEN concat_ws({separator}, {', '.join(parts)}) END"


@function("concat_ws(varchar, array(varchar)) -> varchar")
def _concat_ws_array(call: Call) -> str:
    return f"array_to_string({call.sql(1)}, {call.sql(0)})"


@function(*(f"{n}(varchar(x), bigint) -> varchar(x)" for n in ("substr", "substring")))
def _substr(call: Call) -> str:
    text, start = call.sql(0), call.args[1]
    if isinstance(start.literal, int) and start.literal > 0:
        return f"substr({text}, {start.literal})"
    return (
        f"CASE WHEN {start.sql} = 0 OR {start.sql} < -length({text}) THEN left({text}, 0) "
        f"ELSE substr({text}, {start.sql}) END"
    )


@function(*(f"{n}(varchar(x), bigint, bigint) -> varchar(x)" for n in ("substr", "substring")))
def _substr_length(call: Call) -> str:
    text, start, length = call.sql(0), call.args[1], call.args[2]
    if isinstance(start.literal, int) and isinstance(length.literal, int) and start.literal > 0 and length.literal >= 0:
        return f"substr({text}, {start.literal}, {length.literal})"
    return (
        f"CASE WHEN {start.sql} = 0 OR {length.sql} <= 0 OR {start.sql} < -length({text}) THEN left({text}, 0) "
        f"ELSE substr({text}, {start.sql}, {length.sql}) END"
    )


@function("replace(varchar(x), varchar(y), varchar(z)) -> varchar", returns=lambda args: _replaced(args))
def _replace(call: Call) -> str:
    text, old, new = (a.sql for a in call.args)
    if call.args[1].literal:
        return f"replace({text}, {old}, {new})"
    return f"CASE WHEN {old} = '' THEN trino_interleave({text}, {new}) ELSE replace({text}, {old}, {new}) END"


def _replaced(args: tuple[Value, ...]) -> Type:
    """Trino's bound: every place could be replaced, before the first character too."""
    text, _, new = (a.type for a in args)
    if not text.args or not new.args:
        return t.VARCHAR
    length = text.args[0] + new.args[0] * (text.args[0] + 1)
    return t.varchar(length) if length < 2**31 - 1 else t.VARCHAR


@function("translate(varchar(x), varchar(y), varchar(z)) -> varchar")
def _translate(call: Call) -> str:
    return f"translate({', '.join(a.sql for a in call.args)})"


_WHITESPACE = (
    "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || chr(30) || chr(31) || "
    "chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) || "
    "chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8287) || chr(12288)"
)


@function(
    *(f"{n}(varchar(x)) -> varchar(x)" for n in ("trim", "ltrim", "rtrim")),
    *(f"{n}(char(x)) -> char(x)" for n in ("trim", "ltrim", "rtrim")),
)
def _trim(call: Call) -> str:
    return f"{call.name}({call.sql(0)}, {_WHITESPACE})"


@function(*(f"{n}(varchar(x), varchar) -> varchar(x)" for n in ("trim", "ltrim", "rtrim")))
def _trim_characters(call: Call) -> str:
    return f"{call.name}({call.sql(0)}, {call.sql(1)})"


@function("lpad(varchar, bigint, varchar) -> varchar", "rpad(varchar, bigint, varchar) -> varchar")
def _pad(call: Call) -> str:
    text, size, fill = (a.sql for a in call.args)
    padded = f"{call.name}({text}, CAST({size} AS INTEGER), {fill})"
    if isinstance(call.args[1].literal, int) and 0 <= call.args[1].literal < 2**31 and call.args[2].literal:
        return padded
    bad = f"{size} < 0 OR {size} > 2147483647"
    checked = unless(bad, _BAD, "Target length must be in the range [0..2147483647]", padded, t.VARCHAR)
    return f"CASE WHEN {fill} = '' THEN {fail(_BAD, 'Padding string must not be empty', t.VARCHAR)} ELSE {checked} END"


@function("split(varchar(x), varchar) -> array(varchar(x))")
def _split(call: Call) -> str:
    if call.args[1].literal:
        return f"string_split({call.sql(0)}, {call.sql(1)})"
    return unless(
        f"{call.sql(1)} = ''", _BAD, "The delimiter may not be the empty string",
        f"string_split({call.sql(0)}, {call.sql(1)})", call.result,
    )  # fmt: skip


@function("split(varchar(x), varchar, bigint) -> array(varchar(x))")
def _split_limit(call: Call) -> str:
    text, mark, limit = (a.sql for a in call.args)
    parts = f"string_split({text}, {mark})"
    cut = (
        f"CASE WHEN len({parts}) <= {limit} THEN {parts} ELSE list_append({parts}[1:{limit} - 1], "
        f"array_to_string({parts}[{limit}:], {mark})) END"
    )
    checked = unless(f"{limit} <= 0", _BAD, "Limit must be positive", cut, call.result)
    return unless(f"{mark} = ''", _BAD, "The delimiter may not be the empty string", checked, call.result)


@function("split_part(varchar(x), varchar, bigint) -> varchar(x)")
def _split_part(call: Call) -> str:
    text, mark, place = (a.sql for a in call.args)
    part = f"string_split({text}, {mark})[{place}]"
    if call.args[1].literal == "" or call.args[1].constant is None:
        letters = f"CASE WHEN {text} = '' THEN NULL WHEN {mark} = '' THEN nullif(substr({text}, {place}, 1), '') ELSE {part} END"
        part = letters
    if isinstance(call.args[2].literal, int) and call.args[2].literal > 0:
        return part
    return unless(f"{place} <= 0", _BAD, "Index must be greater than zero", part, call.result)


@function("chr(bigint) -> varchar(1)")
def _chr(call: Call) -> str:
    return f"chr(CAST({call.sql(0)} AS INTEGER))"


@function("codepoint(varchar(1)) -> integer")
def _codepoint(call: Call) -> str:
    return f"ord({call.sql(0)})"


native("levenshtein_distance(varchar(x), varchar(y)) -> bigint", "levenshtein({0}, {1})")
