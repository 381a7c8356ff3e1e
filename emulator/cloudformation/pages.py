"""Long lists in pages."""

from __future__ import annotations

from typing import Any, TypeVar

from emulator.cloudformation.errors import ValidationError

PAGE = 100

Item = TypeVar("Item")


def page(items: list[Item], request: dict[str, Any]) -> tuple[list[Item], dict[str, str]]:
    """The items of the page that a request's NextToken names, and the answer's NextToken if more follow."""
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise ValidationError("NextToken is invalid")
    start = int(token)
    more = {"NextToken": str(start + PAGE)} if start + PAGE < len(items) else {}
    return items[start : start + PAGE], more
