"""What the command line says when something goes wrong, and the exit code of each kind."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """One exit code for each kind of ending; docs/cli.md lists them."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    SOURCE_REFUSED = 3
    AUDIT_FAILED = 4
    QUERY_FAILED = 5
    UNREACHABLE = 6
    NOT_FOUND = 7
    BUSY = 8
    CONFIGURATION = 9
    FIRING_FAILED = 10
    ENGINES_DIFFER = 11


class CliError(Exception):
    """An ending that a user can understand: what happened, and what to do about it."""

    def __init__(self, message: str, code: ExitCode, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint


class UsageError(CliError):
    """The command was called in a way that has no meaning."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, ExitCode.USAGE, hint=hint)


class ConfigurationError(CliError):
    """A setting, a port or the credentials do not allow what was asked for."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, ExitCode.CONFIGURATION, hint=hint)


class NotFound(CliError):
    """A run, a delivery or a file that was named does not exist."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, ExitCode.NOT_FOUND, hint=hint)


class Unreachable(CliError):
    """Nothing answers at the endpoint."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"nothing answers at {endpoint}",
            ExitCode.UNREACHABLE,
            hint="start the emulator with `wardlake up`, or name another endpoint with "
            "`wardlake --endpoint-url URL …` (the word `aws` means AWS itself)",
        )
