"""Functions of URLs, with Java's URI and URLEncoder rules."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

from emulator.trino import types as t
from emulator.trino.emission.values import Value
from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.runtime import udf
from emulator.trino.types import Type

MAX_LENGTH = 2_147_483_647

for _part in ("protocol", "host", "path", "query", "fragment"):
    native(f"url_extract_{_part}(varchar(x)) -> varchar(x)", f"trino_url_part({{0}}, '{_part}')")
native("url_extract_port(varchar(x)) -> bigint", "trino_url_port({0})")
native("url_extract_parameter(varchar(x), varchar(y)) -> varchar(x)", "trino_url_parameter({0}, {1})")
native("url_decode(varchar(x)) -> varchar(x)", "trino_url_decode({0})")


def _encoded_type(args: tuple[Value, ...]) -> Type:
    """One code point becomes at most four escapes of three letters."""
    size = args[0].type.args[0] * 12 if args[0].type.args else MAX_LENGTH
    return t.varchar(size if size < MAX_LENGTH else None)


@function("url_encode(varchar(x)) -> varchar", returns=_encoded_type)
def _encode(call: Call) -> str:
    return f"trino_url_encode({call.sql(0)})"


@udf("trino_url_encode", ("VARCHAR",), "VARCHAR")
def _url_encode(value: str) -> str:
    return quote_plus(value, safe="*").replace("~", "%7E")


@udf("trino_url_decode", ("VARCHAR",), "VARCHAR")
def _url_decode(value: str) -> str:
    at, parts = 0, []
    plain = value.replace("+", " ")
    while at < len(plain):
        if plain[at] != "%":
            parts.append(plain[at])
            at += 1
            continue
        data = bytearray()
        while at < len(plain) and plain[at] == "%":
            data.append(_escaped(plain[at + 1 : at + 3]))
            at += 3
        parts.append(data.decode(errors="replace"))
    return "".join(parts)


def _escaped(digits: str) -> int:
    if len(digits) < 2:
        raise FunctionFailure("URLDecoder: Incomplete trailing escape (%) pattern")
    for digit in digits:
        if digit not in "0123456789abcdefABCDEF":
            head = "URLDecoder: Illegal hex characters in escape (%) pattern"
            raise FunctionFailure(f'{head} - not a hexadecimal digit: "{digit}" = {ord(digit)}')
    return int(digits, 16)


_CHAR = r"(?:[A-Za-z0-9_\-!.~'()*,;:$&+=@\[\]/?]|%[0-9A-Fa-f]{2}|[^\x00-\xa0\s])"
_PATH = r"(?:[A-Za-z0-9_\-!.~'()*,;:$&+=@/]|%[0-9A-Fa-f]{2}|[^\x00-\xa0\s])"
_URI = re.compile(
    rf"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?=.))?"
    rf"(?://(?P<authority>(?:[A-Za-z0-9_\-!.~'()*,;:$&+=@\[\]%]|[^\x00-\xa0\s])*))?"
    rf"(?P<path>{_PATH}*)(?:\?(?P<query>{_CHAR}*))?(?:#(?P<fragment>{_CHAR}*))?"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?"
_SERVER = re.compile(
    rf"(?:[^@\[\]]*@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[0-9]+(?:\.[0-9]+){{3}}"
    rf"|(?:{_LABEL}\.)*[A-Za-z](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.?)(?::(?P<port>[0-9]*))?"
)


_SCHEMELESS_COLON = re.compile(r"[^/?#]*:")
"""A colon in the first part of a path would end a scheme, so Java wants a scheme before it."""


def _parsed(url: str) -> re.Match[str] | None:
    """The parts of a URI that Java accepts. An opaque one (`mailto:x`) has no path, query or authority."""
    found = _URI.fullmatch(url)
    if found is None or (found["authority"] == "" and not found["path"]):
        return None
    return None if _SCHEMELESS_COLON.match(url) and found["scheme"] is None else found


def _is_opaque(found: re.Match[str]) -> bool:
    return found["scheme"] is not None and found["authority"] is None and not found["path"].startswith("/")


def _unescaped(value: str) -> str:
    """Java's decoding of %xx in a URI's parts; bad UTF-8 becomes the replacement character."""
    return re.sub(
        "(?:%[0-9A-Fa-f]{2})+", lambda m: bytes.fromhex(m[0].replace("%", "")).decode(errors="replace"), value
    )


def _server(found: re.Match[str]) -> re.Match[str] | None:
    return _SERVER.fullmatch(found["authority"]) if found["authority"] else None


@udf("trino_url_part", ("VARCHAR", "VARCHAR"), "VARCHAR", handles_null=True)
def _url_part(url: str | None, part: str) -> str | None:
    found = _parsed(url) if url is not None else None
    if found is None:
        return None
    if part == "protocol":
        return found["scheme"] or ""
    if part == "fragment":
        return _unescaped(found["fragment"] or "")
    if _is_opaque(found):
        return ""
    if part == "host":
        server = _server(found)
        return server["host"] if server else ""
    return _unescaped(found[part] or "")


@udf("trino_url_port", ("VARCHAR",), "BIGINT", handles_null=True)
def _url_port(url: str | None) -> int | None:
    found = _parsed(url) if url is not None else None
    server = _server(found) if found is not None and not _is_opaque(found) else None
    return int(server["port"]) if server and server["port"] else None


@udf("trino_url_parameter", ("VARCHAR", "VARCHAR"), "VARCHAR", handles_null=True)
def _url_parameter(url: str | None, name: str | None) -> str | None:
    found = _parsed(url) if url is not None and name is not None else None
    if found is None or _is_opaque(found) or found["query"] is None:
        return None
    for pair in found["query"].split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return _decoded(value)
    return None


def _decoded(value: str) -> str:
    found: str = _url_decode(value)
    return found
