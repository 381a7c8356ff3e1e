"""Turn the errors of the libraries into endings that a user can act on.

Imported only once something went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from botocore import exceptions as aws

from pipeline.errors import WardlakeError
from scripts.errors import CliError, ConfigurationError, ExitCode, NotFound, Unreachable

_CODES: Mapping[str, ExitCode] = {
    "source": ExitCode.SOURCE_REFUSED,
    "audit": ExitCode.AUDIT_FAILED,
    "query": ExitCode.QUERY_FAILED,
    "not_found": ExitCode.NOT_FOUND,
    "busy": ExitCode.BUSY,
    "configuration": ExitCode.CONFIGURATION,
}

_NOT_THERE = {"EntityNotFoundException", "NoSuchBucket"}
_NO_ACCESS = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


def code_of(kind: str | None) -> ExitCode:
    """The exit code of a kind of failure, as a run's record has it; what is not known is unexpected."""
    return _CODES.get(kind or "", ExitCode.UNEXPECTED)


def explain(error: Exception) -> CliError:
    """The ending that an exception means; what is not known is said to be unexpected."""
    if isinstance(error, WardlakeError):
        return _of_pipeline(error)
    if isinstance(error, aws.EndpointConnectionError | aws.ConnectTimeoutError | aws.ConnectionClosedError):
        return Unreachable(str(error.kwargs.get("endpoint_url", "the endpoint")))
    if isinstance(error, aws.ReadTimeoutError):
        endpoint = error.kwargs.get("endpoint_url", "the endpoint")
        return CliError(f"{endpoint} did not answer in time", ExitCode.UNREACHABLE)
    if isinstance(error, aws.NoCredentialsError | aws.PartialCredentialsError | aws.ProfileNotFound):
        return ConfigurationError(
            f"AWS credentials: {error}", hint="`aws configure`, AWS_PROFILE or AWS_ACCESS_KEY_ID give them"
        )
    if isinstance(error, aws.ClientError):
        return _of_aws(error)
    if isinstance(error, OSError) and error.filename:
        return CliError(f"{error.filename}: {error.strerror}", ExitCode.UNEXPECTED)
    return CliError(
        f"unexpected {type(error).__name__}: {error}",
        ExitCode.UNEXPECTED,
        hint="`wardlake --debug …` shows where it happened",
    )


def _of_pipeline(error: WardlakeError) -> CliError:
    run_id: str | None = getattr(error, "run_id", None)
    hint = f"`wardlake show {run_id}` lists its steps and findings" if run_id else None
    return CliError(str(error), code_of(error.kind), hint=hint)


def _of_aws(error: aws.ClientError) -> CliError:
    said = error.response.get("Error", {})
    code, message = said.get("Code", "?"), said.get("Message", "?")
    if code in _NOT_THERE:
        return NotFound(
            f"{error.operation_name}: {message} ({code})",
            hint="is this stage deployed in this account and region?",
        )
    what = f"AWS refused {error.operation_name}: {message} ({code})"
    if code in _NO_ACCESS:
        return ConfigurationError(what, hint="check the credentials, the region and the role's permissions")
    return CliError(what, ExitCode.UNEXPECTED, hint="`wardlake --debug …` shows where it happened")
