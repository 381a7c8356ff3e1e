"""Keeps LocalStack's listings whole from their second page on.

LocalStack 4.14.0 sorts keys as they are, but finds the place where a page begins by comparing them
percent-encoded if the listing is to be (``encoding-type=url``, which the SDKs always ask for). ``é`` follows
``b`` and ``%C3%A9`` precedes it, so a second page that begins at ``b`` lacks it, without any sign. The places
are right where the listing is not encoded, and clients decode only what says that it is.
"""

from __future__ import annotations

_ENCODED = "encoding-type=url"
_CONTINUES = ("continuation-token=", "start-after=", "marker=", "key-marker=")


def continued_listing(target: str) -> str:
    """The target of a request; without the encoding if it asks for a listing from some key on."""
    path, mark, query = target.partition("?")
    given = query.split("&")
    if _ENCODED not in given or not any(name.startswith(_CONTINUES) for name in given):
        return target
    return path + mark + "&".join(name for name in given if name != _ENCODED)
