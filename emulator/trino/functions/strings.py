"""Functions of text: case, trimming, padding, parts and positions. Positions count code points, from 1."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import Value, cast, failing, text, unless
from emulator.trino.errors import END_MARK, MARK, TrinoError
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.registry import SCALAR, Call, Emitter, function, native, register
from emulator.trino.runtime import macro, udf
from emulator.trino.types import Type

MAX_LENGTH = 2_147_483_647
MAX_CHAR = 65_536
_BLANKS = (
    *range(9, 14),
    *range(28, 33),
    5760,
    *range(8192, 8199),
    *range(8200, 8203),
    8232,
    8233,
    8287,
    12288,
)
WHITESPACE = "".join(map(chr, _BLANKS))
"""What trim takes away: Java's white space, so not the no-break spaces."""

_KEPT = "\ufdd0"
"""Stands for the sharp s while upper runs, which leaves that letter alone in Trino. A noncharacter."""

macro(
    "trino_substr(x, s, n)",
    f"""substring(x, CASE WHEN s = 0 OR s < -length(x) OR s > {MAX_LENGTH} THEN length(x) + 1 ELSE s END,
    CASE WHEN n < 0 THEN 0 WHEN n > {MAX_LENGTH} THEN {MAX_LENGTH} ELSE n END)""",
)
macro(
    "trino_reverse(x)",
    "CASE WHEN strlen(x) = length(x) THEN reverse(x) ELSE trino_reverse_points(x) END",
)

native("lower(varchar(x)) -> varchar(x)", "lower({0})")
native("lower(char(x)) -> char(x)", "lower({0})")
_UPPER = f"replace(upper(replace({{0}}, 'ß', '{_KEPT}')), '{_KEPT}', 'ß')"
native("upper(varchar(x)) -> varchar(x)", _UPPER)
native("upper(char(x)) -> char(x)", _UPPER)
native("length(varchar(x)) -> bigint", "length({0})")
native("reverse(varchar(x)) -> varchar(x)", "trino_reverse({0})")
native("starts_with(varchar(x), varchar(y)) -> boolean", "starts_with({0}, {1})")
native("strpos(varchar(x), varchar(y)) -> bigint", "strpos({0}, {1})")
native("strpos(varchar(x), varchar(y), bigint) -> bigint", "trino_strpos({0}, {1}, {2})")


@udf("trino_reverse_points", ("VARCHAR",), "VARCHAR")
def _reverse_points(value: str) -> str:
    return value[::-1]


@udf("trino_strpos", ("VARCHAR", "VARCHAR", "BIGINT"), "BIGINT")
def _strpos(value: str, wanted: str, instance: int) -> int:
    """From the end, Trino counts the places in Java's characters: one beyond U+FFFF is two."""
    if instance in (0, -(2**63)):
        raise FunctionFailure("'instance' must be a positive or negative number.")
    if not wanted:
        return 1
    at = -1 if instance > 0 else len(value)
    for _ in range(abs(instance)):
        at = (
            value.find(wanted, at + 1)
            if instance > 0
            else value.rfind(wanted, 0, max(at + len(wanted) - 1, 0))
        )
        if at < 0:
            return 0
    wide = sum(letter > "\uffff" for letter in value[:at]) if instance < 0 else 0
    return at + 1 + wide


@function("translate(varchar(x), varchar(y), varchar(z)) -> varchar")
def _translated(call: Call) -> str:
    """DuckDB's own where no letter is named twice: there the last one counts, in Trino the first."""
    value, old, new = call.args
    distinct = old.literal is not None and len(set(old.literal)) == len(old.literal)
    return f"{'translate' if distinct else 'trino_translate'}({value.sql}, {old.sql}, {new.sql})"


@udf("trino_translate", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR")
def _translate(value: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, letter in enumerate(old):
        table.setdefault(ord(letter), new[place] if place < len(new) else None)
    return value.translate(table)


def padded(value: Value) -> str:
    """A char's text with its trailing blanks; any other text as it is."""
    return f"rpad({value.sql}, {value.type.precision}, ' ')" if value.type.base == "char" else value.sql


@function("length(char(x)) -> bigint")
def _char_length(call: Call) -> str:
    size = cast(str(call.args[0].type.precision), t.BIGINT)
    return f"CASE WHEN {call.sql(0)} IS NOT NULL THEN {size} END"


@function("reverse(char(x)) -> char(x)")
def _reverse_char(call: Call) -> str:
    return f"rtrim(trino_reverse({padded(call.args[0])}), ' ')"


_ANY_BLANK = "[" + "".join(f"\\x{{{ord(blank):x}}}" for blank in WHITESPACE) + "]"
for _name, _ends in (("trim", "^{0}|{0}$"), ("ltrim", "^{0}"), ("rtrim", "{0}$")):
    macro(
        f"trino_{_name}(x)",
        f"CASE WHEN regexp_matches(x, '{_ends.format(_ANY_BLANK)}') "
        f"THEN {_name}(x, {text(WHITESPACE)}) ELSE x END",
    )


def _trim(call: Call) -> str:
    """Most texts have nothing to trim, and DuckDB's trim of many letters is slow: a look before it."""
    if len(call.args) > 1:
        trimmed = f"{call.name}({call.sql(0)}, {call.sql(1)})"
        return f"rtrim({trimmed}, ' ')" if call.args[0].type.base == "char" else trimmed
    return f"trino_{call.name}({call.sql(0)})"


for _name in ("trim", "ltrim", "rtrim"):
    register(
        SCALAR,
        (
            f"{_name}(varchar(x)) -> varchar(x)",
            f"{_name}(varchar(x), varchar(y)) -> varchar(x)",
            f"{_name}(char(x)) -> varchar(x)",
            f"{_name}(char(x), varchar(y)) -> varchar(x)",
        ),
        _trim,
    )


def _substr(call: Call) -> str:
    value, start = padded(call.args[0]), call.args[1]
    length = call.args[2] if len(call.args) > 2 else None
    if start.literal is None or start.literal <= 0 or start.literal > MAX_LENGTH:
        return f"trino_substr({value}, {start.sql}, {length.sql if length else MAX_LENGTH})"
    if length is None:
        return f"substring({value}, {start.literal})"
    if length.literal is not None:
        return f"substring({value}, {start.literal}, {min(max(length.literal, 0), MAX_LENGTH)})"
    return f"trino_substr({value}, {start.sql}, {length.sql})"


for _name in ("substr", "substring"):
    register(
        SCALAR,
        tuple(
            f"{_name}({kind}(x), {numbers}) -> varchar(x)"
            for kind in ("varchar", "char")
            for numbers in ("bigint", "bigint, bigint")
        ),
        _substr,
    )


def _pad(head: str) -> Emitter:
    def emit(call: Call) -> str:
        value, size, fill = padded(call.args[0]), call.args[1], call.args[2]
        sql = f"{head}({value}, CAST({size.sql} AS INTEGER), {fill.sql})"
        if not fill.literal:
            sql = unless(f"{fill.sql} = ''", INVALID, "Padding string must not be empty", sql, t.VARCHAR)
        if size.literal is None or not 0 <= size.literal <= MAX_LENGTH:
            message = f"Target length must be in the range [0..{MAX_LENGTH}]"
            sql = unless(f"{size.sql} NOT BETWEEN 0 AND {MAX_LENGTH}", INVALID, message, sql, t.VARCHAR)
        return sql

    return emit


register(SCALAR, ("rpad(varchar(x), bigint, varchar(y)) -> varchar",), _pad("rpad"))
register(
    SCALAR,
    ("lpad(varchar(x), bigint, varchar(y)) -> varchar", "lpad(char(x), bigint, varchar(y)) -> varchar"),
    _pad("lpad"),
)


def _replaced_type(args: tuple[Value, ...]) -> Type:
    """Every letter and both ends may get a replacement."""
    sizes = [a.type.args[0] if a.type.args else MAX_LENGTH for a in args]
    size = sizes[0] + sizes[2] * (sizes[0] + 1)
    return t.varchar(size if size < MAX_LENGTH else None)


@function("replace(varchar(x), varchar(y)) -> varchar(x)")
def _remove(call: Call) -> str:
    return f"replace({call.sql(0)}, {call.sql(1)}, '')"


@function("replace(varchar(x), varchar(y), varchar(z)) -> varchar", returns=_replaced_type)
def _replace(call: Call) -> str:
    name = "replace" if call.args[1].literal else "trino_replace"
    return f"{name}({call.sql(0)}, {call.sql(1)}, {call.sql(2)})"


@udf("trino_replace", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR")
def _replace_any(value: str, old: str, new: str) -> str:
    return value.replace(old, new)


@function("concat(varchar, varchar...) -> varchar", "concat(varbinary, varbinary...) -> varbinary")
def _concat(call: Call) -> str:
    if len(call.args) < 2:
        raise call.fail("There must be two or more concatenation arguments")
    return "(" + " || ".join(a.sql for a in call.args) + ")"


def _joined_type(args: tuple[Value, ...]) -> Type:
    return t.char(min(_joined_length(args), MAX_CHAR))


def _joined_length(args: tuple[Value, ...]) -> int:
    return sum(a.type.precision for a in args)


@function("concat(char(x), char(y)) -> char(x)", returns=_joined_type)
def _concat_char(call: Call) -> str:
    """Trino has no type for more letters than char holds: so for any char beside an unbounded varchar."""
    length = _joined_length(call.args)
    if length > MAX_CHAR:
        raise TrinoError("TYPE_NOT_FOUND", f"Unknown type: char({length})", call.at)
    return f"rtrim({padded(call.args[0])} || {call.sql(1)}, ' ')"


@function("chr(bigint) -> varchar(1)")
def _chr(call: Call) -> str:
    number = call.sql(0)
    message = f"'{MARK}{INVALID}:Not a valid Unicode code point: ' || {number} || '{END_MARK}'"
    bad = f"{number} NOT BETWEEN 0 AND 1114111 OR {number} BETWEEN 55296 AND 57343"
    return f"CASE WHEN {bad} THEN {failing(message, t.VARCHAR)} ELSE chr(CAST({number} AS INTEGER)) END"


@function("codepoint(varchar(1)) -> integer")
def _codepoint(call: Call) -> str:
    value = call.sql(0)
    message = "Input string must be a single character string"
    return unless(f"{value} = ''", INVALID, message, f"unicode({value})", t.INTEGER)
