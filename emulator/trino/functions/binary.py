"""Functions on bytes: encodings and hashes."""

from __future__ import annotations

from emulator.trino.functions.registry import native

native("to_utf8(varchar(x)) -> varbinary", "encode({0})")
native("to_hex(varbinary) -> varchar", "hex({0})")
native("md5(varbinary) -> varbinary", "unhex(md5({0}))")
native("sha256(varbinary) -> varbinary", "unhex(sha256({0}))")
native("sha1(varbinary) -> varbinary", "unhex(sha1({0}))")
native("to_base64(varbinary) -> varchar", "to_base64({0})")
native("length(varbinary) -> bigint", "octet_length({0})")
