"""Bitwise functions: whole numbers as two's complement of their own width."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import cast
from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.math import INTEGERS
from emulator.trino.functions.registry import SCALAR, Call, native, register
from emulator.trino.runtime import udf

native("bitwise_and(bigint, bigint) -> bigint", "({0} & {1})")
native("bitwise_or(bigint, bigint) -> bigint", "({0} | {1})")
native("bitwise_xor(bigint, bigint) -> bigint", "xor({0}, {1})")
native("bitwise_not(bigint) -> bigint", "(~{0})")
native("bit_count(bigint, bigint) -> bigint", "trino_bit_count({0}, {1})")


def _shift(call: Call) -> str:
    width = t.INTEGER_WIDTHS[call.result.base]
    return cast(f"trino_{call.name}({call.sql(0)}, {call.sql(1)}, {width})", call.result)


for _name in ("bitwise_left_shift", "bitwise_right_shift", "bitwise_right_shift_arithmetic"):
    register(SCALAR, tuple(f"{_name}({k}, integer) -> {k}" for k in INTEGERS), _shift)


_SHIFT_BITS = 63
"""Java shifts a long by the last six bits of the number, which makes something of a negative one."""


def _signed(bits: int, width: int) -> int:
    bits &= (1 << width) - 1
    return bits - (1 << width) if bits >> (width - 1) else bits


@udf("trino_bitwise_left_shift", ("BIGINT", "INTEGER", "INTEGER"), "BIGINT")
def _left(value: int, by: int, width: int) -> int:
    return _signed(value << (by & _SHIFT_BITS), width) if by < width else 0


@udf("trino_bitwise_right_shift", ("BIGINT", "INTEGER", "INTEGER"), "BIGINT")
def _right(value: int, by: int, width: int) -> int:
    return _signed((value & ((1 << width) - 1)) >> (by & _SHIFT_BITS), width) if by < width else 0


@udf("trino_bitwise_right_shift_arithmetic", ("BIGINT", "INTEGER", "INTEGER"), "BIGINT")
def _right_arithmetic(value: int, by: int, width: int) -> int:
    if by < width:
        return value >> (by & _SHIFT_BITS)
    return -1 if value < 0 else 0


@udf("trino_bit_count", ("BIGINT", "BIGINT"), "BIGINT")
def _bit_count(value: int, bits: int) -> int:
    if not 2 <= bits <= 64:
        raise FunctionFailure(f"Bits specified in bit_count must be between 2 and 64, got {bits}")
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise FunctionFailure(
            "Number must be representable with the bits specified. "
            f"{value} cannot be represented with {bits} bits"
        )
    return (value & ((1 << bits) - 1)).bit_count()
