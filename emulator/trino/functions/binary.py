"""Functions of varbinary: parts, encodings and the numbers in bytes."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import native
from emulator.trino.runtime import udf

MAX_LENGTH = 2_147_483_647

native("length(varbinary) -> bigint", "octet_length({0})")
native("to_hex(varbinary) -> varchar", "hex({0})")
native("from_hex(varchar(x)) -> varbinary", "trino_from_hex({0})")
native("to_base64(varbinary) -> varchar", "to_base64({0})")
native("from_base64(varchar(x)) -> varbinary", "trino_from_base64({0}, FALSE)")
native("to_base64url(varbinary) -> varchar", "replace(replace(to_base64({0}), '+', '-'), '/', '_')")
native("from_base64url(varchar(x)) -> varbinary", "trino_from_base64({0}, TRUE)")
native("to_base32(varbinary) -> varchar", "trino_to_base32({0})")
native("from_base32(varchar(x)) -> varbinary", "trino_from_base32({0})")
native("reverse(varbinary) -> varbinary", "trino_reverse_bytes({0})")
native("substr(varbinary, bigint) -> varbinary", f"trino_substr_bytes({{0}}, {{1}}, {MAX_LENGTH})")
native("substr(varbinary, bigint, bigint) -> varbinary", "trino_substr_bytes({0}, {1}, {2})")
native("lpad(varbinary, bigint, varbinary) -> varbinary", "trino_pad_bytes({0}, {1}, {2}, TRUE)")
native("rpad(varbinary, bigint, varbinary) -> varbinary", "trino_pad_bytes({0}, {1}, {2}, FALSE)")
native("crc32(varbinary) -> bigint", "trino_crc32({0})")
native("to_big_endian_32(integer) -> varbinary", "trino_to_big_endian_32({0})")
native("to_big_endian_64(bigint) -> varbinary", "trino_to_big_endian_64({0})")
native("from_big_endian_32(varbinary) -> integer", "trino_from_big_endian_32({0})")
native("from_big_endian_64(varbinary) -> bigint", "trino_from_big_endian_64({0})")
native("to_ieee754_32(real) -> varbinary", "trino_to_ieee754_32({0})")
native("to_ieee754_64(double) -> varbinary", "trino_to_ieee754_64({0})")
native("from_ieee754_32(varbinary) -> real", "CAST(trino_from_ieee754_32({0}) AS FLOAT)")
native("from_ieee754_64(varbinary) -> double", "CAST(trino_from_ieee754_64({0}) AS DOUBLE)")


@udf("trino_from_hex", ("VARCHAR",), "BLOB")
def _from_hex(value: str) -> bytes:
    size = len(value.encode())
    if size % 2:
        raise FunctionFailure(f"invalid input length {size}")
    for digit in value:
        if digit not in "0123456789abcdefABCDEF":
            raise FunctionFailure(f'not a hexadecimal digit: "{digit}" = {ord(digit)}')
    return bytes.fromhex(value)


_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@udf("trino_from_base64", ("VARCHAR", "BOOLEAN"), "BLOB")
def _from_base64(value: str, url: bool) -> bytes:
    """Java's decoder: padding may be left out but not be wrong; nothing may follow it."""
    digits = value.rstrip("=")
    padding, rest = len(value) - len(digits), len(digits) % 4
    for digit in digits:
        if digit not in _BASE64 + ("-_" if url else "+/"):
            raise FunctionFailure(f"Illegal base64 character {ord(digit):x}")
    if len(value) == 1:
        raise FunctionFailure("Input byte[] should at least have 2 bytes for base64 bytes")
    if rest == 1:
        raise FunctionFailure("Last unit does not have enough valid bits")
    if padding and (rest == 0 or padding != 4 - rest):
        raise FunctionFailure("Input byte array has wrong 4-byte ending unit")
    return base64.b64decode(digits + "=" * (-len(digits) % 4), b"-_" if url else b"+/")


@udf("trino_to_base32", ("BLOB",), "VARCHAR")
def _to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode()


@udf("trino_from_base32", ("VARCHAR",), "BLOB")
def _from_base32(value: str) -> bytes:
    digits = value.rstrip("=")
    if len(digits) % 8 in (1, 3, 6):
        raise FunctionFailure(f"Invalid input length {len(digits)}")
    for digit in digits:
        if digit not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            raise FunctionFailure(f"Unrecognized character: {digit}")
    try:
        return base64.b32decode(digits + "=" * (-len(digits) % 8))
    except binascii.Error as refused:
        raise FunctionFailure(str(refused)) from None


@udf("trino_reverse_bytes", ("BLOB",), "BLOB")
def _reverse(data: bytes) -> bytes:
    return data[::-1]


@udf("trino_substr_bytes", ("BLOB", "BIGINT", "BIGINT"), "BLOB")
def _substr(data: bytes, start: int, length: int) -> bytes:
    if start == 0 or length <= 0 or abs(start) > len(data):
        return b""
    first = start - 1 if start > 0 else len(data) + start
    return data[first : first + length]


@udf("trino_pad_bytes", ("BLOB", "BIGINT", "BLOB", "BOOLEAN"), "BLOB")
def _pad(data: bytes, size: int, fill: bytes, left: bool) -> bytes:
    if not 0 <= size <= MAX_LENGTH:
        raise FunctionFailure(f"Target length must be in the range [0..{MAX_LENGTH}]")
    if not fill:
        raise FunctionFailure("Padding bytes must not be empty")
    missing = size - len(data)
    if missing <= 0:
        return data[:size]
    padding = (fill * (missing // len(fill) + 1))[:missing]
    return padding + data if left else data + padding


@udf("trino_crc32", ("BLOB",), "BIGINT")
def _crc32(data: bytes) -> int:
    return zlib.crc32(data)


@udf("trino_to_big_endian_32", ("INTEGER",), "BLOB")
def _to_big_endian_32(value: int) -> bytes:
    return struct.pack(">i", value)


@udf("trino_to_big_endian_64", ("BIGINT",), "BLOB")
def _to_big_endian_64(value: int) -> bytes:
    return struct.pack(">q", value)


def _sized(data: bytes, size: int, message: str) -> bytes:
    if len(data) != size:
        raise FunctionFailure(message)
    return data


@udf("trino_from_big_endian_32", ("BLOB",), "INTEGER")
def _from_big_endian_32(data: bytes) -> int:
    checked = _sized(data, 4, f"expected 4-byte input, but got instead: {len(data)}")
    return int.from_bytes(checked, "big", signed=True)


@udf("trino_from_big_endian_64", ("BLOB",), "BIGINT")
def _from_big_endian_64(data: bytes) -> int:
    checked = _sized(data, 8, f"expected 8-byte input, but got instead: {len(data)}")
    return int.from_bytes(checked, "big", signed=True)


@udf("trino_to_ieee754_32", ("FLOAT",), "BLOB")
def _to_ieee754_32(value: float) -> bytes:
    return struct.pack(">f", value)


@udf("trino_to_ieee754_64", ("DOUBLE",), "BLOB")
def _to_ieee754_64(value: float) -> bytes:
    return struct.pack(">d", value)


@udf("trino_from_ieee754_32", ("BLOB",), "VARCHAR")
def _from_ieee754_32(data: bytes) -> str:
    """The number as text: DuckDB takes a NaN from Python for NULL."""
    checked = _sized(data, 4, "Input floating-point value must be exactly 4 bytes long")
    return repr(struct.unpack(">f", checked)[0])


@udf("trino_from_ieee754_64", ("BLOB",), "VARCHAR")
def _from_ieee754_64(data: bytes) -> str:
    checked = _sized(data, 8, "Input floating-point value must be exactly 8 bytes long")
    return repr(struct.unpack(">d", checked)[0])
