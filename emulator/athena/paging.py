"""Pages of a list, in Athena's terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from emulator.athena.errors import InvalidRequest
from emulator.page_tokens import position_of, token_for

Item = TypeVar("Item")

LIST_PAGE = 50
"""The size of a page of the List operations where the request names none."""


def page(items: Sequence[Item], token: str | None, size: int | None) -> tuple[Sequence[Item], str | None]:
    """One page of a list, and the token of the next if there is one.

    Raises `InvalidRequest` for a token that is not ours or points behind the list.
    """
    start = position_of(token) if token is not None else 0
    if start is None or start > len(items):
        raise InvalidRequest(f"The nextPageToken is malformed: {token}")
    end = start + (size or LIST_PAGE)
    return items[start:end], token_for(end) if end < len(items) else None
