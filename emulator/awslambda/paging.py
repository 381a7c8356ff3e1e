"""Lists in pages: the marker of the next page is a position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.awslambda.errors import InvalidParameterValue

Json = dict[str, Any]

MOST_ITEMS = 50


def page(member: str, items: Sequence[Json], parameters: Json) -> Json:
    """One page of a list under its member's name, with NextMarker if there is more."""
    marker = parameters.get("Marker", "0")
    if not marker.isdecimal():
        raise InvalidParameterValue("Invalid marker")
    start = int(marker)
    end = start + min(parameters.get("MaxItems", MOST_ITEMS), MOST_ITEMS)
    answer: Json = {member: list(items[start:end])}
    if end < len(items):
        answer["NextMarker"] = str(end)
    return answer
