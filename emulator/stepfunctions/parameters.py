"""Parameters of the API: their kinds, limits and pages."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from emulator.stepfunctions.errors import StatesError, invalid_name, invalid_value

LONGEST_NAME = 80
LARGEST_INPUT_BYTES = 262_144
DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
_FORBIDDEN = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")

Json = dict[str, Any]


def text(parameters: Json, name: str) -> str:
    """A required text; raises ValidationException."""
    value = parameters.get(name)
    if not isinstance(value, str) or not value:
        raise invalid_value(
            f"1 validation error detected: Value null at '{name}' failed to satisfy constraint: "
            "Member must not be null"
        )
    return value


def checked_name(name: str) -> str:
    """A name of a state machine or an execution; raises InvalidName and ValidationException.

    AWS: 1 to 80 characters, no white space, brackets, wildcards, ``"#%\\^|~`$&,;:/`` or control characters.
    """
    if len(name) > LONGEST_NAME:
        raise invalid_value(
            f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LONGEST_NAME}"
        )
    if not name or _FORBIDDEN.search(name):
        raise invalid_name(name)
    return name


def execution_input(parameters: Json) -> str:
    """The JSON text of an execution's input, ``{}`` if none is given; raises InvalidExecutionInput."""
    given = parameters.get("input")
    if given is None:
        return "{}"
    if len(given.encode()) > LARGEST_INPUT_BYTES:
        raise invalid_value(
            "1 validation error detected: Value at 'input' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST_INPUT_BYTES}"
        )
    try:
        json.loads(given)
    except ValueError as error:
        raise StatesError(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
        ) from error
    return str(given)


def page_size(parameters: Json) -> int:
    """``maxResults``, 100 if it is absent or 0; raises ValidationException above 1000."""
    size = int(parameters.get("maxResults") or DEFAULT_PAGE)
    if not 0 < size <= LARGEST_PAGE:
        raise invalid_value(
            f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: "
            f"Member must have value less than or equal to {LARGEST_PAGE}"
        )
    return size


def to_token(last: str) -> str:
    """The token for the page that follows `last`."""
    return base64.urlsafe_b64encode(json.dumps({"after": last}).encode()).decode()


def from_token(parameters: Json) -> str | None:
    """What the page before ended with, None for the first page; raises InvalidToken."""
    token = parameters.get("nextToken")
    if not token:
        return None
    try:
        return str(json.loads(base64.urlsafe_b64decode(token))["after"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise StatesError("InvalidToken", f"Invalid Token: '{token}'") from error
