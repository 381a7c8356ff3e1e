"""Patterns of names, as Glue takes them."""

from __future__ import annotations

import re


def name_pattern(expression: str) -> re.Pattern[str]:
    """A regular expression for whole names in any case, in which a lone ``*`` stands for any characters.

    ``pre*``, ``*mid*``, ``trino__.*`` and ``a|b`` are such. Raises re.error.
    """
    return re.compile(re.sub(r"(?<![.\])\\])\*", ".*", expression), re.IGNORECASE)
