"""Lists in pages: the marker of the next page is a position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.awslambda.errors import InvalidParameterValue
from emulator.page_tokens import position_of, token_for

Json = dict[str, Any]

MOST_ITEMS = 50


def page(member: str, items: Sequence[Json], parameters: Json) -> Json:
    """One page of a list under its member's name, with NextMarker if there is more."""
    start = position_of(parameters["Marker"]) if "Marker" in parameters else 0
    if start is None:
        raise InvalidParameterValue("The marker is not one that a list gave")
    end = start + min(parameters.get("MaxItems", MOST_ITEMS), MOST_ITEMS)
    answer: Json = {member: list(items[start:end])}
    if end < len(items):
        answer["NextMarker"] = token_for(end)
    return answer
