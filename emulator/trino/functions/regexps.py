"""Regular expressions. Trino's are Java's; DuckDB's are RE2's, so only patterns that mean the same are native."""

from __future__ import annotations

import re

from emulator.trino.emission.values import text
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.functions.registry import Call, function

_FOREIGN = re.compile(
    r"\(\?(?:[=!>]|<[=!]|<[A-Za-z])|[*+?}]\+|\\[1-9GZXRNhHvVkcuexX0]|&&|\\p\{(?!L|N|P|S|Z)|\[[^\]]*\[(?!:)"
)
"""What Java has and RE2 has not, or means otherwise: look-around, possessive, back references, class algebra."""


def native_pattern(call: Call, index: int) -> str:
    """The pattern argument as DuckDB text. Raises for a pattern that RE2 would read otherwise."""
    pattern = call.args[index].literal
    if call.args[index].constant is None:
        raise Unsupported("Regular expressions that are no constants are not supported", call.at)
    if pattern is None:
        return call.sql(index)
    if _FOREIGN.search(pattern):
        raise Unsupported(f"Regular expression '{pattern}' is not supported", call.at)
    try:
        re.compile(pattern)
    except re.error as problem:
        raise TrinoError("INVALID_FUNCTION_ARGUMENT", f"Invalid regular expression: {problem}", call.at) from None
    return text(pattern)


@function("regexp_like(varchar, varchar) -> boolean")
def _like(call: Call) -> str:
    return f"regexp_matches({call.sql(0)}, {native_pattern(call, 1)})"


@function("regexp_extract(varchar(x), varchar) -> varchar(x)", "regexp_extract(varchar(x), varchar, bigint) -> varchar(x)")
def _extract(call: Call) -> str:
    pattern = native_pattern(call, 1)
    group = call.args[2].literal if len(call.args) == 3 else 0
    if not isinstance(group, int):
        raise Unsupported("regexp_extract with a group that is no constant is not supported", call.at)
    count = re.compile(call.args[1].literal or "").groups
    if not 0 <= group <= count:
        message = f"Pattern has {count} groups. Cannot access group {group}"
        raise TrinoError("INVALID_FUNCTION_ARGUMENT", message, call.at)
    if group and _may_be_absent(call.args[1].literal or ""):
        raise Unsupported("regexp_extract of a group that may take no part is not supported", call.at)
    found = f"regexp_extract({call.sql(0)}, {pattern}, {group})"
    return f"CASE WHEN regexp_matches({call.sql(0)}, {pattern}) THEN {found} END"


def _may_be_absent(pattern: str) -> bool:
    """Whether a group could be unmatched, which is NULL in Java and '' in RE2."""
    return bool(re.search(r"\)(?:[?*]|\{0)|\|", pattern))


@function("regexp_extract_all(varchar(x), varchar) -> array(varchar(x))")
def _extract_all(call: Call) -> str:
    return f"regexp_extract_all({call.sql(0)}, {native_pattern(call, 1)})"


@function("regexp_count(varchar, varchar) -> bigint")
def _count(call: Call) -> str:
    return f"CAST(len(regexp_extract_all({call.sql(0)}, {native_pattern(call, 1)})) AS BIGINT)"


@function("regexp_replace(varchar, varchar) -> varchar", "regexp_replace(varchar, varchar, varchar) -> varchar")
def _replace(call: Call) -> str:
    pattern = native_pattern(call, 1)
    replacement = call.args[2].literal if len(call.args) == 3 else ""
    if not isinstance(replacement, str):
        raise Unsupported("regexp_replace with a replacement that is no constant is not supported", call.at)
    return f"regexp_replace({call.sql(0)}, {pattern}, {text(_replacement(replacement, call))}, 'g')"


def _replacement(written: str, call: Call) -> str:
    """Java's `$1` and `\\x` as RE2's `\\1` and `x`."""
    groups = re.compile(call.args[1].literal or "").groups

    def piece(found: re.Match[str]) -> str:
        if found.group(1):
            number = int(found.group(1))
            if number > groups:
                raise TrinoError("INVALID_FUNCTION_ARGUMENT", f"Illegal replacement sequence: unknown group {number}")
            return f"\\{number}"
        literal = found.group(2)
        if literal is None:
            raise TrinoError("INVALID_FUNCTION_ARGUMENT", f"Illegal replacement sequence: {written}", call.at)
        return "\\\\" if literal == "\\" else literal

    return re.sub(r"\$(\d)|\\(.)|[\\$]", piece, written)


@function("regexp_split(varchar(x), varchar) -> array(varchar(x))")
def _split(call: Call) -> str:
    return f"regexp_split_to_array({call.sql(0)}, {native_pattern(call, 1)})"


