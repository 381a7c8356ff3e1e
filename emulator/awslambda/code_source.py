"""The archive that a request names: in the request itself or in S3."""

from __future__ import annotations

from typing import Any

from emulator.awslambda.errors import InvalidParameterValue, RequestEntityTooLarge
from emulator.awslambda.logs import ClientSource
from emulator.awslambda.packages import Package, Packages, S3Source, fetch
from emulator.awslambda.protocol import Call

Json = dict[str, Any]

MOST_REQUEST_BYTES = 70_167_211
"""Of a request with an archive in base 64 (50 MB of zip)."""

_NOT_SUPPORTED = ("ImageUri", "SourceKMSKeyArn", "S3ObjectStorageMode")


class CodeSource:
    """Reads the archives of functions and layers."""

    def __init__(self, packages: Packages, clients: ClientSource) -> None:
        self._packages = packages
        self._clients = clients

    def package(self, call: Call, code: Json) -> Package:
        """The unpacked archive; code: ZipFile, or S3Bucket, S3Key and perhaps S3ObjectVersion.

        Raises `InvalidParameterValue` and `RequestEntityTooLarge`.
        """
        for member in _NOT_SUPPORTED:
            if member in code:
                raise InvalidParameterValue(f"{member} is not supported by this emulator")
        if "ZipFile" in code:
            if len(code["ZipFile"]) * 4 / 3 > MOST_REQUEST_BYTES:
                raise RequestEntityTooLarge(
                    f"Request must be smaller than {MOST_REQUEST_BYTES} bytes for the {call.operation} "
                    "operation"
                )
            return self._packages.add(code["ZipFile"])
        if "S3Bucket" in code and "S3Key" in code:
            source = S3Source(code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion"))
            return self._packages.add(fetch(self._clients.client("s3", call.region), source))
        raise InvalidParameterValue("Please provide a source for function code.")
