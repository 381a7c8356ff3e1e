"""Keeps the emulator's process away from real AWS, whatever the user's environment says."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_FORGOTTEN = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")
_MOTO = {
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # CORS headers on each answer cost time and no AWS service sends them
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
}


def reached_at(host: str) -> str:
    """The address at which a server that listens on `host` is reached from its own machine."""
    return "127.0.0.1" if host == "0.0.0.0" else host


def isolate_from_aws(environment: MutableMapping[str, str], endpoint: str) -> None:
    """Point every AWS client that could be made in this process at the emulator itself.

    To be called before moto or boto3 is imported: they read the environment once.
    """
    for name in [*_FORGOTTEN, *(n for n in environment if n.startswith("AWS_ENDPOINT_URL_"))]:
        environment.pop(name, None)
    environment.update(
        _MOTO,
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        MOTO_PORT=endpoint.rpartition(":")[2],
    )
    environment.pop("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", None)
