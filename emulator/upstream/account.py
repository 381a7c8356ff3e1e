"""Makes requests those of the emulator's account, whoever signed them.

LocalStack takes the account from the access key id: twelve digits are an account, most other keys are its
own 000000000000. So the key in a signature's scope is replaced by the emulator's account number. The
signature is no longer valid then, which LocalStack does not mind (it logs it for presigned URLs, unless
``S3_SKIP_SIGNATURE_VALIDATION=0`` makes it refuse them). An upstream that checks signatures, as AWS itself
and MinIO do, would refuse every request.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_ISSUED = re.compile(r"L[SK]IA[A-Z2-7]{16,}")
"""Keys that LocalStack's STS and IAM issue: they tell their account, and the role or user, by themselves."""

_V4 = re.compile(r"(?<=Credential=)[^/,\s]+(?=/)")
_V2 = re.compile(r"(?<=^AWS )[^:\s]+(?=:)")
_QUERY_KEYS = re.compile(r"(?<=[?&])(X-Amz-Credential|AWSAccessKeyId)=([^&]*)", re.IGNORECASE)


def signed_as(account: str, authorization: str) -> str:
    """An Authorization header, of signature version 4 or 2, with the account's number as the key."""

    def key(match: re.Match[str]) -> str:
        return _key(account, match[0])

    return _V2.sub(key, _V4.sub(key, authorization))


def presigned_as(account: str, target: str) -> str:
    """A request target whose presigned query, if it has one, has the account's number as the key."""

    def credential(match: re.Match[str]) -> str:
        key, slash, scope = unquote(match[2]).partition("/")
        return f"{match[1]}={quote(_key(account, key) + slash + scope, safe='')}"

    return _QUERY_KEYS.sub(credential, target)


def _key(account: str, given: str) -> str:
    return given if _ISSUED.fullmatch(given) else account
