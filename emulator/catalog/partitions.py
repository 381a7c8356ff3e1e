"""Partition values and the paths that hold them, in Hive's form ``name=value/name=value``."""

from __future__ import annotations

import re
from collections.abc import Sequence

NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"

# org.apache.hadoop.hive.common.FileUtils: the characters that a path's value may not hold
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{\[\]^]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


def escape(value: str) -> str:
    """A partition value as part of a path."""
    return _ESCAPED.sub(lambda found: f"%{ord(found.group()):02X}", value) if value else NULL_PARTITION


def unescape(text: str) -> str:
    """The value that a part of a path stands for."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)


def partition_path(names: Sequence[str], values: Sequence[str]) -> str:
    """``name=value/name=value`` under a table's location, without slashes around it."""
    return "/".join(f"{escape(name)}={escape(value)}" for name, value in zip(names, values, strict=True))


def values_of_path(path: str, names: Sequence[str]) -> tuple[str, ...] | None:
    """The values in a path's first folders, None unless these are named after the keys, in order."""
    folders = path.split("/")[: len(names)]
    if len(folders) < len(names):
        return None
    values = []
    for folder, name in zip(folders, names, strict=True):
        found, equals, value = folder.partition("=")
        if not equals or unescape(found).lower() != name:
            return None
        values.append(unescape(value))
    return tuple(values)


def bucket_and_prefix(location: str) -> tuple[str, str]:
    """The bucket of ``s3://bucket/folder`` and the prefix of all keys under it, with its last slash."""
    bucket, _, key = location.partition("://")[2].partition("/")
    key = key.rstrip("/")
    return bucket, f"{key}/" if key else ""
