"""Where the upstream is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from emulator.upstream.errors import BadUpstream

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """The upstream's address: ``scheme`` is http or https."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The endpoint of a URL that has no path; raises `BadUpstream`."""
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise BadUpstream(text, str(error)) from error
        if parts.scheme not in _PORTS or not parts.hostname:
            raise BadUpstream(text, "it does not begin with http:// or https:// and a host")
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise BadUpstream(text, "nothing may follow or precede host and port")
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])

    @property
    def url(self) -> str:
        """The endpoint as a URL without a last slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"
