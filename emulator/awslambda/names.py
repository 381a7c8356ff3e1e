"""Function names, qualifiers and ARNs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.awslambda.errors import InvalidParameterValue, LambdaApiError, ResourceNotFound

LATEST = "$LATEST"

_FUNCTION = re.compile(
    r"(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?P<account>\d{12}):)?"
    r"(?:function:)?(?P<name>[a-zA-Z0-9_-]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?"
)
_LAYER = re.compile(
    r"(?:arn:aws[a-zA-Z-]*:lambda:(?P<region>[^:]+):(?P<account>\d{12}):layer:)?(?P<name>[a-zA-Z0-9_-]+)"
    r"(?::(?P<version>\d+))?"
)


class AccessDenied(LambdaApiError):
    """The resource belongs to another account."""

    code = "AccessDeniedException"
    status = 403
    kind = None


@dataclass(frozen=True)
class FunctionName:
    """A function of one region, with the version or alias that was named with it."""

    name: str
    qualifier: str | None


def function_name(text: str, qualifier: str | None, region: str, account: str) -> FunctionName:
    """Read a name, a partial or a full ARN, each with or without a qualifier.

    Raises `ResourceNotFound` for another region, `AccessDenied` for another account and
    `InvalidParameterValue` for two qualifiers that differ.
    """
    match = _FUNCTION.fullmatch(text)
    if match is None:
        raise InvalidParameterValue(f"Invalid function name: {text}")
    if match["region"] and match["region"] != region:
        raise ResourceNotFound(
            f"Functions from '{match['region']}' are not reachable in this region ('{region}')"
        )
    if match["account"] and match["account"] != account:
        raise AccessDenied(None)
    if qualifier and match["qualifier"] and qualifier != match["qualifier"]:
        raise InvalidParameterValue(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return FunctionName(match["name"], qualifier or match["qualifier"])


def function_arn(region: str, account: str, name: str, qualifier: str | None = None) -> str:
    """The ARN of a function, or of its version or alias."""
    end = f":{qualifier}" if qualifier else ""
    return f"arn:aws:lambda:{region}:{account}:function:{name}{end}"


@dataclass(frozen=True)
class LayerName:
    """A layer or, with a version, one of its versions."""

    name: str
    version: int | None
    region: str
    account: str


def layer_name(text: str, region: str, account: str) -> LayerName | None:
    """Read a layer's name or ARN, with or without a version; None if it is neither."""
    match = _LAYER.fullmatch(text)
    if match is None:
        return None
    version = int(match["version"]) if match["version"] else None
    return LayerName(match["name"], version, match["region"] or region, match["account"] or account)


def layer_arn(name: LayerName) -> str:
    """The ARN of a layer, or of one of its versions."""
    end = f":{name.version}" if name.version is not None else ""
    return f"arn:aws:lambda:{name.region}:{name.account}:layer:{name.name}{end}"
