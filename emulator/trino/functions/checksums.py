"""checksum: the sum of the rows' xxHash64, times a prime, as Trino's eight bytes."""

from __future__ import annotations

import struct

from emulator.trino import types as t
from emulator.trino.emission.arithmetic import unscaled
from emulator.trino.emission.values import Value
from emulator.trino.functions.hashing import xxhash64
from emulator.trino.functions.registry import AGGREGATE, Call, function
from emulator.trino.runtime import udf

_PRIME = 0x9E3779B185EBCA87
_BITS = 64
SHORT_DECIMAL = 18
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "interval day to second", "interval year to month")


@function("checksum(T) -> varbinary", kind=AGGREGATE)
def _checksum(call: Call) -> str:
    """A NULL counts as one with the hash 1; no rows at all give NULL."""
    hashed = _hashed(call, call.sql(0), call.args[0].type)
    total = call.invoke("sum", f"CAST(coalesce({hashed}, 1) AS HUGEINT)")
    return f"trino_checksum(CAST({total} AS VARCHAR))"


def _hashed(call: Call, x: str, kind: t.Type) -> str:
    if kind.base in _NUMBERS:
        return f"trino_hash_number(CAST({x} AS BIGINT))"
    if kind == t.BOOLEAN:
        return f"trino_hash_number(CAST(CAST({x} AS INTEGER) AS BIGINT))"
    if kind == t.DATE:
        return f"trino_hash_number(CAST({x} - DATE '1970-01-01' AS BIGINT))"
    if kind.base == "timestamp":
        return f"trino_hash_number(epoch_us({x}))"
    if kind == t.DOUBLE:
        return f"trino_hash_double({x})"
    if kind == t.REAL:
        return f"trino_hash_real({x})"
    if kind.base == "varchar":
        return f"trino_hash_bytes(encode({x}))"
    if kind.base == "varbinary":
        return f"trino_hash_bytes({x})"
    if kind.base == "decimal" and kind.precision <= SHORT_DECIMAL:
        digits = unscaled(Value(x, kind), kind.scale)
        return f"trino_hash_number(CAST({digits} AS BIGINT))"
    raise call.fail(f"checksum of {kind} is not supported", "NOT_SUPPORTED")


def _hash(data: bytes) -> int:
    return int.from_bytes(xxhash64(data), "big")


@udf("trino_hash_number", ("BIGINT",), "UBIGINT")
def _hash_number(value: int) -> int:
    return _hash(struct.pack("<q", value))


@udf("trino_hash_bytes", ("BLOB",), "UBIGINT")
def _hash_bytes(value: bytes) -> int:
    return _hash(value)


@udf("trino_hash_double", ("DOUBLE",), "UBIGINT")
def _hash_double(value: float) -> int:
    return _hash(struct.pack("<d", value + 0.0))


@udf("trino_hash_real", ("FLOAT",), "UBIGINT")
def _hash_real(value: float) -> int:
    bits: int = struct.unpack("<i", struct.pack("<f", value + 0.0))[0]
    return _hash(struct.pack("<q", bits))


@udf("trino_checksum", ("VARCHAR",), "BLOB")
def _bytes(total: str) -> bytes:
    return (int(total) * _PRIME % (1 << _BITS)).to_bytes(8, "little")
