"""Patterns of names, as Glue takes them."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)


def name_pattern(expression: str) -> re.Pattern[str]:
    """A regular expression for whole names in any case, in which a lone ``*`` stands for any characters.

    ``pre*``, ``*mid*``, ``trino__.*`` and ``a|b`` are such; what stands between Java's ``\\Q`` and ``\\E``
    is meant as it is. Raises re.error.
    """
    parts = _QUOTED.split(expression)
    parts[::2] = [re.sub(r"(?<![.\])\\])\*", ".*", part) for part in parts[::2]]
    parts[1::2] = map(re.escape, parts[1::2])
    return re.compile("".join(parts), re.IGNORECASE)
