"""The opaque tokens of paged answers: they carry the position at which the next page begins."""

from __future__ import annotations

import base64
import binascii

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
