"""Digests of varbinary: cryptographic, keyed and quick ones."""

from __future__ import annotations

import hashlib
import hmac

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import native
from emulator.trino.runtime import udf

native("md5(varbinary) -> varbinary", "unhex(md5({0}))")
native("sha1(varbinary) -> varbinary", "unhex(sha1({0}))")
native("sha256(varbinary) -> varbinary", "unhex(sha256({0}))")
native("sha512(varbinary) -> varbinary", "trino_sha512({0})")
native("xxhash64(varbinary) -> varbinary", "trino_xxhash64({0})")
native("murmur3(varbinary) -> varbinary", "trino_murmur3({0})")
for _digest in ("md5", "sha1", "sha256", "sha512"):
    native(f"hmac_{_digest}(varbinary, varbinary) -> varbinary", f"trino_hmac({{0}}, {{1}}, '{_digest}')")


@udf("trino_sha512", ("BLOB",), "BLOB")
def _sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


@udf("trino_hmac", ("BLOB", "BLOB", "VARCHAR"), "BLOB")
def _hmac(data: bytes, key: bytes, digest: str) -> bytes:
    if not key:
        raise FunctionFailure("Empty key")
    return hmac.new(key, data, digest).digest()


_64 = 0xFFFFFFFFFFFFFFFF


def _left(value: int, by: int) -> int:
    return ((value << by) | (value >> (64 - by))) & _64


_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _round(total: int, lane: int) -> int:
    return _left((total + lane * _P2) & _64, 31) * _P1 & _64


@udf("trino_xxhash64", ("BLOB",), "BLOB")
def xxhash64(data: bytes) -> bytes:
    """XXH64 with seed 0, big-endian."""
    at, size = 0, len(data)
    if size >= 32:
        lanes = [(_P1 + _P2) & _64, _P2, 0, -_P1 & _64]
        while at + 32 <= size:
            words = (int.from_bytes(data[at + i : at + i + 8], "little") for i in range(0, 32, 8))
            lanes = [_round(lane, word) for lane, word in zip(lanes, words, strict=True)]
            at += 32
        total = sum(_left(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & _64
        for lane in lanes:
            total = ((total ^ _round(0, lane)) * _P1 + _P4) & _64
    else:
        total = _P5
    total = _tail((total + size) & _64, data[at:])
    total = (total ^ (total >> 33)) * _P2 & _64
    total = (total ^ (total >> 29)) * _P3 & _64
    return (total ^ (total >> 32)).to_bytes(8, "big")


def _tail(total: int, rest: bytes) -> int:
    at = 0
    while at + 8 <= len(rest):
        word = int.from_bytes(rest[at : at + 8], "little")
        total = (_left(total ^ _round(0, word), 27) * _P1 + _P4) & _64
        at += 8
    if at + 4 <= len(rest):
        word = int.from_bytes(rest[at : at + 4], "little")
        total = (_left(total ^ (word * _P1 & _64), 23) * _P2 + _P3) & _64
        at += 4
    for byte in rest[at:]:
        total = _left(total ^ (byte * _P5 & _64), 11) * _P1 & _64
    return total


_C1, _C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


@udf("trino_murmur3", ("BLOB",), "BLOB")
def _murmur3(data: bytes) -> bytes:
    """MurmurHash3 x64, 128 bits, seed 0, each half little-endian."""
    one = two = 0
    whole = len(data) // 16 * 16
    for at in range(0, whole, 16):
        low, high = _halves(data[at : at + 16])
        one = ((_left(one ^ _mix_one(low), 27) + two) * 5 + 0x52DCE729) & _64
        two = ((_left(two ^ _mix_two(high), 31) + one) * 5 + 0x38495AB5) & _64
    low, high = _halves(data[whole:].ljust(16, b"\0"))
    one, two = one ^ _mix_one(low) ^ len(data), two ^ _mix_two(high) ^ len(data)
    one = (one + two) & _64
    two = (two + one) & _64
    one, two = _final(one), _final(two)
    one = (one + two) & _64
    two = (two + one) & _64
    return one.to_bytes(8, "little") + two.to_bytes(8, "little")


def _halves(block: bytes) -> tuple[int, int]:
    return int.from_bytes(block[:8], "little"), int.from_bytes(block[8:], "little")


def _mix_one(word: int) -> int:
    return _left(word * _C1 & _64, 31) * _C2 & _64


def _mix_two(word: int) -> int:
    return _left(word * _C2 & _64, 33) * _C1 & _64


def _final(value: int) -> int:
    value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD & _64
    value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53 & _64
    return value ^ (value >> 33)
