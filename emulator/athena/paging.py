"""Pages of a list: opaque tokens that carry the next position."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from emulator.athena.errors import InvalidRequest

Item = TypeVar("Item")

LIST_PAGE = 50
"""The size of a page of the List operations where the request names none."""

_MARK = b"wardlake:"


def token_for(position: int) -> str:
    """The token of the page that starts at this position."""
    return base64.b64encode(_MARK + str(position).encode()).decode()


def position_of(token: str) -> int | None:
    """The position that a token of ours carries; None if it is none of ours."""
    try:
        text = base64.b64decode(token, validate=True)
        return int(text.removeprefix(_MARK)) if text.startswith(_MARK) else None
    except (binascii.Error, ValueError):
        return None


def page(items: Sequence[Item], token: str | None, size: int | None) -> tuple[Sequence[Item], str | None]:
    """One page of a list, and the token of the next if there is one.

    Raises `InvalidRequest` for a token that is not ours or points behind the list.
    """
    start = position_of(token) if token is not None else 0
    if start is None or start > len(items):
        raise InvalidRequest(f"The nextPageToken is malformed: {token}")
    end = start + (size or LIST_PAGE)
    return items[start:end], token_for(end) if end < len(items) else None
