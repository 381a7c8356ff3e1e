"""IP addresses as text: IPv4, or IPv6 in its short form; an IPv4 address within IPv6 is the plain one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from emulator.trino.errors import raising
from emulator.trino.runtime import udf


def address_text(written: str) -> str:
    """An address in the one form that it is kept in. Raises ValueError."""
    found: IPv4Address | IPv6Address = ip_address(written)
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            raise ValueError(written)
        return str(found.ipv4_mapped or found)
    return str(found)


@udf("trino_read_address", ("VARCHAR",), "VARCHAR")
def _read_address(written: str) -> str:
    try:
        return address_text(written)
    except ValueError:
        message = f"Cannot cast value to IPADDRESS: {written}"
        raise ValueError(raising("INVALID_CAST_ARGUMENT", message)) from None


@udf("trino_address_bytes", ("VARCHAR",), "BLOB")
def _address_bytes(shown: str) -> bytes:
    """An address's sixteen bytes, by which addresses are ordered."""
    found = ip_address(shown)
    mapped = IPv6Address(b"\0" * 10 + b"\xff\xff" + found.packed) if isinstance(found, IPv4Address) else found
    return mapped.packed
