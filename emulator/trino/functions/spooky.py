"""SpookyHash V2 with seed 0, of up to 191 bytes: longer ones have a form of their own, which is refused."""

from __future__ import annotations

from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import native
from emulator.trino.runtime import udf

native("spooky_hash_v2_64(varbinary) -> varbinary", "trino_spooky({0}, 8)")
native("spooky_hash_v2_32(varbinary) -> varbinary", "trino_spooky({0}, 4)")

_SHORT = 192
_FILL = 0xDEADBEEFDEADBEEF
_64 = 0xFFFFFFFFFFFFFFFF
_MIX = (50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36)
_END = (15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63)


def _left(value: int, by: int) -> int:
    return ((value << by) | (value >> (64 - by))) & _64


def _mixed(state: list[int]) -> list[int]:
    h = list(state)
    for step, by in enumerate(_MIX):
        own, following, two_on = (step + 2) % 4, (step + 3) % 4, step % 4
        h[own] = (_left(h[own], by) + h[following]) & _64
        h[two_on] ^= h[own]
    return h


def _ended(state: list[int]) -> list[int]:
    h = list(state)
    for step, by in enumerate(_END):
        own, other = (step + 3) % 4, (step + 2) % 4
        h[own] ^= h[other]
        h[other] = _left(h[other], by)
        h[own] = (h[own] + h[other]) & _64
    return h


def _word(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _tail(state: list[int], rest: bytes, size: int) -> list[int]:
    """Up to 15 last bytes, and the length in the highest byte."""
    a, b, c, d = state
    d = (d + (size << 56)) & _64
    if rest:
        c, d = (c + _word(rest[:8])) & _64, (d + _word(rest[8:])) & _64
    else:
        c, d = (c + _FILL) & _64, (d + _FILL) & _64
    return [a, b, c, d]


@udf("trino_spooky", ("BLOB", "INTEGER"), "BLOB")
def _spooky(data: bytes, size: int) -> bytes:
    if len(data) >= _SHORT:
        raise FunctionFailure(f"spooky_hash_v2 of {_SHORT} bytes or more is not supported", "NOT_SUPPORTED")
    state, at = [0, 0, _FILL, _FILL], 0
    while len(data) - at >= 16:
        low, high = _word(data[at : at + 8]), _word(data[at + 8 : at + 16])
        half = at % 32 // 16
        if half:
            state = [(state[0] + low) & _64, (state[1] + high) & _64, *state[2:]]
        else:
            state = _mixed([*state[:2], (state[2] + low) & _64, (state[3] + high) & _64])
        at += 16
    hashed = _ended(_tail(state, data[at:], len(data)))
    return hashed[0].to_bytes(8, "big")[8 - size :]
