"""The order of Java's HashMap, in which Hive and Glue give back what they keep by name."""

from __future__ import annotations

from collections.abc import Sequence


def hash_map_order(keys: Sequence[str]) -> list[str]:
    """The keys in the order in which Java's HashMap, filled one by one, gives them back."""
    size = 16
    while len(keys) > size * 3 // 4:
        size *= 2
    buckets: list[list[str]] = [[] for _ in range(size)]
    for key in keys:
        spread = _java_hash(key)
        buckets[(spread ^ (spread >> 16)) & (size - 1)].append(key)
    return [key for bucket in buckets for key in bucket]


def _java_hash(text: str) -> int:
    value = 0
    for unit in memoryview(text.encode("utf-16-le")).cast("H"):
        value = (31 * value + unit) & 0xFFFFFFFF
    return value
