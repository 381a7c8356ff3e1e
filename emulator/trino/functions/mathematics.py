"""Mathematical functions."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission import arithmetic
from emulator.trino.emission.values import Value, cast, unless
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.types import Type

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_FLOATS = ("real", "double")


@function(*(f"abs({k}) -> {k}" for k in (*_INTEGERS, *_FLOATS)), "abs(decimal(p,s)) -> decimal(p,s)")
def _abs(call: Call) -> str:
    kind = call.result
    if kind.is_integer:
        return f"CASE WHEN {call.sql(0)} < 0 THEN {cast('0', kind)} - {call.sql(0)} ELSE {call.sql(0)} END"
    return f"abs({call.sql(0)})"


@function(*(f"sign({k}) -> {k}" for k in _INTEGERS))
def _sign(call: Call) -> str:
    return cast(f"sign({call.sql(0)})", call.result)


@function(*(f"sign({k}) -> {k}" for k in _FLOATS))
def _sign_float(call: Call) -> str:
    x = call.sql(0)
    return f"CASE WHEN isnan({x}) OR {x} = 0 THEN {x} ELSE {cast(f'sign({x})', call.result)} END"


@function("sign(decimal(p,s)) -> decimal(1,0)")
def _sign_decimal(call: Call) -> str:
    return cast(f"sign({call.sql(0)})", call.result)


@function(*(f"{n}({k}) -> {k}" for n in ("ceil", "ceiling", "floor") for k in _INTEGERS))
def _whole_integer(call: Call) -> str:
    return call.sql(0)


@function(*(f"{n}({k}) -> {k}" for n in ("ceil", "ceiling", "floor") for k in _FLOATS))
def _whole_float(call: Call) -> str:
    return f"{call.name}({call.sql(0)})"


def _whole_type(args: tuple[Value, ...]) -> Type:
    kind = args[0].type
    return t.decimal(min(t.MAX_DECIMAL, kind.precision - kind.scale + min(kind.scale, 1)), 0)


@function(
    *(f"{n}(decimal(p,s)) -> decimal(p,0)" for n in ("ceil", "ceiling", "floor")), returns=_whole_type
)
def _whole_decimal(call: Call) -> str:
    return cast(f"{call.name}({call.sql(0)})", call.result)


@function(*(f"round({k}) -> {k}" for k in _INTEGERS), *(f"round({k}, integer) -> {k}" for k in _INTEGERS))
def _round_integer(call: Call) -> str:
    if len(call.args) == 1:
        return call.sql(0)
    digits = call.args[1].literal
    if not isinstance(digits, int):
        raise call.fail("round of an integer to a number of digits that is no constant is not supported", "NOT_SUPPORTED")
    if digits >= 0:
        return call.sql(0)
    if digits <= -19:
        return cast("0", call.result)
    factor = 10**-digits
    x = f"CAST({call.sql(0)} AS HUGEINT)"
    up = f"CASE WHEN abs({x} % {factor}) * 2 >= {factor} THEN sign({x}) ELSE 0 END"
    return cast(f"({x} // {factor} + {up}) * {factor}", call.result)


@function(*(f"round({k}) -> {k}" for k in _FLOATS), *(f"round({k}, integer) -> {k}" for k in _FLOATS))
def _round_float(call: Call) -> str:
    if len(call.args) == 1:
        return f"round({call.sql(0)})"
    return cast(f"trino_round_digits(CAST({call.sql(0)} AS DOUBLE), {call.sql(1)})", call.result)


def _rounded_type(args: tuple[Value, ...]) -> Type:
    kind = args[0].type
    if len(args) == 1:
        return t.decimal(min(t.MAX_DECIMAL, kind.precision - kind.scale + min(kind.scale, 1)), 0)
    return t.decimal(min(t.MAX_DECIMAL, kind.precision + 1), kind.scale)


@function("round(decimal(p,s)) -> decimal(p,s)", "round(decimal(p,s), integer) -> decimal(p,s)", returns=_rounded_type)
def _round_decimal(call: Call) -> str:
    kind = call.args[0].type
    if len(call.args) == 1:
        return cast(f"round({call.sql(0)}, 0)", call.result)
    digits = call.args[1].literal
    if not isinstance(digits, int):
        raise call.fail("round of a decimal to a number of digits that is no constant is not supported", "NOT_SUPPORTED")
    if digits >= kind.scale:
        return cast(call.sql(0), call.result)
    if kind.precision - kind.scale < -digits:
        return cast("0", call.result)
    return cast(f"round({cast(call.sql(0), call.result)}, {digits})", call.result)


@function(*(f"truncate({k}) -> {k}" for k in _FLOATS))
def _truncate(call: Call) -> str:
    return f"trunc({call.sql(0)})"


@function(
    *(f"mod({k}, {k}) -> {k}" for k in (*_INTEGERS, *_FLOATS)),
    "mod(decimal(p,s), decimal(q,r)) -> decimal(p,s)",
    returns=lambda args: arithmetic.result_type("%", args[0].type, args[1].type),
)
def _mod(call: Call) -> str:
    return arithmetic.arithmetic("%", call.args[0], call.args[1]).sql


for _name in ("degrees", "radians", "cbrt", "exp", "sinh", "cosh", "tanh", "atan"):
    native(f"{_name}(double) -> double", _name + "({0})")
native("atan2(double, double) -> double", "atan2({0}, {1})")
native("is_nan(double) -> boolean", "isnan({0})")
native("is_nan(real) -> boolean", "isnan({0})")
native("is_finite(double) -> boolean", "isfinite({0})")
native("is_infinite(double) -> boolean", "isinf({0})")
native("nan() -> double", "CAST('NaN' AS DOUBLE)")
native("infinity() -> double", "CAST('Infinity' AS DOUBLE)")
native("pi() -> double", "pi()")
native("e() -> double", "exp(CAST(1 AS DOUBLE))")

_NAN = "CAST('NaN' AS DOUBLE)"


@function("sqrt(double) -> double")
def _sqrt(call: Call) -> str:
    x = call.sql(0)
    return f"CASE WHEN {x} < 0 THEN {_NAN} ELSE sqrt({x}) END"


@function(*(f"{n}(double) -> double" for n in ("ln", "log2", "log10")))
def _logarithm(call: Call) -> str:
    x = call.sql(0)
    return f"CASE WHEN {x} < 0 THEN {_NAN} WHEN {x} = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE {call.name}({x}) END"


@function("log(double, double) -> double")
def _log(call: Call) -> str:
    base, x = call.sql(0), call.sql(1)
    zero = "CAST('-Infinity' AS DOUBLE)"
    return (
        f"CASE WHEN {base} <= 0 OR {x} < 0 THEN {_NAN} WHEN {x} = 0 THEN {zero} / ln({base}) "
        f"ELSE trino_float_div(ln({x}), ln({base})) END"
    )


@function(*(f"{n}(double) -> double" for n in ("sin", "cos", "tan")))
def _circular(call: Call) -> str:
    x = call.sql(0)
    return f"CASE WHEN isinf({x}) THEN {_NAN} ELSE {call.name}({x}) END"


@function("asin(double) -> double", "acos(double) -> double")
def _inverse(call: Call) -> str:
    x = call.sql(0)
    return f"CASE WHEN abs({x}) > 1 THEN {_NAN} ELSE {call.name}({x}) END"


@function("power(double, double) -> double", "pow(double, double) -> double")
def _power(call: Call) -> str:
    return f"power({call.sql(0)}, {call.sql(1)})"


@function("greatest(E, E...) -> E", "least(E, E...) -> E", orderable="E")
def _extreme(call: Call) -> str:
    kind = call.result
    if kind.inner or kind.base == "timestamp with time zone":
        raise call.fail(f"{call.name} of {kind} is not supported", "NOT_SUPPORTED")
    texts = [a.sql for a in call.args]
    nulls = " OR ".join(f"{s} IS NULL" for s in texts)
    if kind in (t.DOUBLE, t.REAL):
        inner = ", ".join(f"nullif({s}, 'NaN')" for s in texts)
        picked = f"coalesce({call.name}({inner}), {texts[0]})"
    else:
        picked = f"{call.name}({', '.join(texts)})"
    return f"CASE WHEN {nulls} THEN {cast('NULL', kind)} ELSE {picked} END"


for _name, _operator in (("bitwise_and", "&"), ("bitwise_or", "|")):
    native(f"{_name}(bigint, bigint) -> bigint", f"({{0}} {_operator} {{1}})")
native("bitwise_xor(bigint, bigint) -> bigint", "xor({0}, {1})")
native("bitwise_not(bigint) -> bigint", "(~{0})")


@function("width_bucket(double, double, double, bigint) -> bigint")
def _width_bucket(call: Call) -> str:
    x, low, high, count = (a.sql for a in call.args)
    place = f"CAST(floor({count} * ({x} - {low}) / ({high} - {low})) AS BIGINT) + 1"
    falling = f"CAST(floor({count} * ({low} - {x}) / ({low} - {high})) AS BIGINT) + 1"
    inside = (
        f"CASE WHEN {low} < {high} THEN CASE WHEN {x} < {low} THEN 0 WHEN {x} >= {high} THEN {count} + 1 ELSE {place} END "
        f"ELSE CASE WHEN {x} > {low} THEN 0 WHEN {x} <= {high} THEN {count} + 1 ELSE {falling} END END"
    )
    return unless(f"{count} <= 0 OR {low} = {high}", "INVALID_FUNCTION_ARGUMENT", "bucketCount must be greater than 0", inside, t.BIGINT)

