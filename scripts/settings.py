"""The settings of the command line: flags first, then the environment, then a file, then defaults.

`SETTINGS` is the one list of them; docs/settings.md is made from it.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from emulator.options import ENGINES, EngineName
from scripts.errors import ConfigurationError
from scripts.stack.names import FORMS, StackName

FILE_NAME = "wardlake.toml"
STATE_DIR = Path(".wardlake")
AWS = "aws"
"""The endpoint that means AWS itself."""


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError("must lie between 0 and 1")
    return share


def _count(value: str) -> int:
    count = int(value)
    if count < 0:
        raise ValueError("must not be negative")
    return count


def _runs_to_keep(value: str) -> int:
    count = int(value)
    if count < 1:
        raise ValueError("must be at least 1: the published run is always kept")
    return count


def _memory(value: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]*(MB|GB)", value):
        raise ValueError("must be an amount like `512MB` or `2GB`")
    return value


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in names:
            raise ValueError(f"must be {', '.join(f'`{name}`' for name in names[:-1])} or `{names[-1]}`")
        return value

    return parse


def _port(value: str) -> int:
    port = int(value)
    if not 1 <= port <= 65535:
        raise ValueError("must be a port between 1 and 65535")
    return port


def _stage(value: str) -> str:
    if not value or not all(c.islower() or c.isdigit() for c in value) or not value.isascii():
        raise ValueError(
            "must be lower-case letters and digits: it becomes part of bucket and database names"
        )
    return value


def _endpoint(value: str) -> str:
    if value == AWS:
        return value
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL such as http://127.0.0.1:4566, or the word `aws`")
    if parts.port is None and parts.scheme == "http":
        return f"{value.rstrip('/')}:80"
    return value.rstrip("/")


@dataclass(frozen=True)
class Setting:
    """One setting: its key in the file, how its text becomes a value, and AWS's own variables for it."""

    key: str
    parse: Callable[[str], str | int | float]
    default: str
    meaning: str
    aws_variables: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"WARDLAKE_{self.key.upper()}"


SETTINGS = (
    Setting(
        "endpoint_url",
        _endpoint,
        "http://127.0.0.1:4566",
        "where the AWS calls go; `aws` is AWS itself",
        ("AWS_ENDPOINT_URL",),
    ),
    Setting("region", _text, "eu-west-2", "the AWS region", ("AWS_REGION", "AWS_DEFAULT_REGION")),
    Setting("stage", _stage, "dev", "part of every bucket, database and workgroup name"),
    Setting(
        "vanished_share",
        _share,
        "0.2",
        "a run stops when more than this share of the active episodes is missing from the newest snapshot…",
    ),
    Setting("vanished_count", _count, "20", "…and at least this many of them"),
    Setting(
        "on_missing_source",
        _one_of("stop", "continue"),
        "stop",
        "`stop` or `continue` when the snapshot of the run's own day is missing or empty; both alert",
    ),
    Setting("keep_runs", _runs_to_keep, "35", "how many runs `purge` keeps"),
    Setting(
        "memory_limit", _memory, "2GB", "most memory of the emulator's query engine, when `up` starts it"
    ),
    Setting(
        "stack",
        _one_of("auto", *FORMS),
        "auto",
        "what `up` starts: `compose` (in Docker), `local` (as processes), `embedded` (one process without "
        "LocalStack and Trino), or `auto`: the first of these that this machine can run",
    ),
    Setting(
        "engine",
        _one_of("auto", *ENGINES),
        "auto",
        "what runs the queries of a workgroup that does not choose: `duckdb`, `trino`, `shadow` (both, "
        "compared), or `auto`: Trino where the stack has it",
    ),
    Setting("localstack_port", _port, "14566", "the port of the stack's LocalStack, on this machine only"),
    Setting("trino_port", _port, "18080", "the port of the stack's Trino, on this machine only"),
)


@dataclass(frozen=True)
class CliSettings:
    """The settings of one command, resolved."""

    endpoint_url: str
    region: str
    stage: str
    vanished_share: float
    vanished_count: int
    on_missing_source: Literal["stop", "continue"]
    keep_runs: int
    memory_limit: str
    stack: StackName
    engine: EngineName | Literal["auto"]
    localstack_port: int
    trino_port: int

    @property
    def is_aws(self) -> bool:
        """Whether the calls go to AWS itself."""
        return self.endpoint_url == AWS

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine, which is where an emulator may be assumed."""
        return not self.is_aws and _is_loopback(urlsplit(self.endpoint_url).hostname or "")

    @property
    def host(self) -> str:
        """The endpoint's host."""
        return urlsplit(self.endpoint_url).hostname or ""

    @property
    def port(self) -> int:
        """The endpoint's port."""
        parts = urlsplit(self.endpoint_url)
        return parts.port or (443 if parts.scheme == "https" else 80)


def load(
    flags: Mapping[str, str | None], environment: Mapping[str, str], file: Path | None = None
) -> CliSettings:
    """Resolve every setting.

    Args:
        flags: what the command line gave, by setting key; None where it gave nothing.
        environment: the environment variables.
        file: the settings file that was named; without one, `wardlake.toml` of the working folder, if any.

    Raises:
        ConfigurationError: a file that cannot be read, a key that does not exist, or a value without
            meaning; says where it came from.
    """
    in_file = _read_file(file)
    values = {}
    for setting in SETTINGS:
        text, origin = _find(setting, flags, environment, in_file)
        try:
            values[setting.key] = setting.parse(text)
        except ValueError as error:
            raise ConfigurationError(f"{origin}: {setting.key} is {text!r}: {error}") from error
    return CliSettings(**values)  # type: ignore[arg-type]  # the parsers give the types of the fields


def _find(
    setting: Setting,
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    in_file: Mapping[str, tuple[str, str]],
) -> tuple[str, str]:
    """The text of a setting, and where it was found."""
    flag = flags.get(setting.key)
    if flag is not None:
        return flag, f"--{setting.key.replace('_', '-')}"
    for variable in (setting.variable, *setting.aws_variables):
        if environment.get(variable):
            return environment[variable], f"environment variable {variable}"
    return in_file.get(setting.key, (setting.default, "default"))


def _read_file(file: Path | None) -> dict[str, tuple[str, str]]:
    """Each key of the settings file with its value's text and the file's name."""
    path = file or Path(FILE_NAME)
    if file is None and not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"settings file {path} is not TOML: {error}") from error
    known = [setting.key for setting in SETTINGS]
    for key in content:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            raise ConfigurationError(f"settings file {path}: there is no setting {key!r}", hint=hint)
    return {key: (str(value), f"settings file {path}") for key, value in content.items()}


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
