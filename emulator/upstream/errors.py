"""What goes wrong between the emulator, its client and the upstream."""

from __future__ import annotations


class BadUpstream(ValueError):
    """A text that names no endpoint."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(f"{given!r} is no upstream: {why}. Give a URL like http://127.0.0.1:4567")


class UpstreamAway(Exception):
    """The upstream gave no answer, or broke off in it; asking again later may help."""

    def __init__(self, url: str, why: object) -> None:
        super().__init__(
            f"The upstream at {url} does not answer ({why}). "
            "Start it, or start the emulator without --upstream; then ask again"
        )


class ClientGone(Exception):
    """The client did not send the body that it had announced."""
