"""What an environment of a function version is made of, and the variables its process gets."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.awslambda.interpreter import PYTHON, Interpreter
from emulator.awslambda.logs import LogStream
from emulator.awslambda.settings import Settings
from emulator.principals import access_key_of

PATH = "/usr/local/bin:/usr/bin:/bin"
SECRET = "test"
"""The emulator checks no signatures."""


@dataclass(frozen=True)
class Blueprint:
    """A function version as it is run: its code's directory, and that of its layers laid over each other.

    `key` changes with every change of code or configuration. `with_pandas`: AWS's own layer AWSSDKPandas is
    among the layers, under the name `pandas_layer`.
    """

    key: str
    region: str
    function: str
    version: str
    settings: Settings
    task_root: Path
    layers_root: Path | None = None
    pandas_layer: str | None = None

    def new_stream(self, date: str) -> LogStream:
        """A log stream for one environment; date as ``2026/01/31``."""
        settings = self.settings
        name = f"{date}/[{self.version}]{uuid.uuid4().hex}"
        if settings.logs.group != f"/aws/lambda/{self.function}":
            # a group that functions may share: AWS then tells the function in the stream's name
            name = f"{date}/{self.function}[{self.version}]{uuid.uuid4().hex}"
        return LogStream(self.region, settings.logs.group, name)

    def notes(self) -> list[str]:
        """What an environment says of itself: where it differs from what was asked for."""
        notes = []
        if self.settings.runtime != PYTHON:
            notes.append(f"The runtime {self.settings.runtime} is met by {PYTHON}, which runs the emulator")
        if self.pandas_layer:
            notes.append(
                f"The layer {self.pandas_layer} is met by pandas, numpy and pyarrow of {PYTHON}, which runs "
                "the emulator"
            )
        return notes


@dataclass(frozen=True)
class Home:
    """Where an environment lives: its Runtime API, its own temporary directory, its log."""

    runtime_api: str
    directory: Path
    stream: LogStream


def python_path(blueprint: Blueprint, interpreter: Interpreter) -> list[Path]:
    """The directories before the standard library, in the order of AWS's runtime."""
    paths = [blueprint.task_root]
    if blueprint.layers_root:
        python = blueprint.layers_root / "python"
        paths += [python / "lib" / blueprint.settings.runtime / "site-packages", python]
    if blueprint.pandas_layer:
        paths.append(interpreter.pandas_path())
    return paths + interpreter.runtime_paths()


def variables(blueprint: Blueprint, home: Home, interpreter: Interpreter, endpoint: str) -> Mapping[str, str]:
    """The whole environment of a function's process: AWS's, the emulator's endpoint, the function's own."""
    settings = blueprint.settings
    own = dict(settings.variables or {})
    paths = python_path(blueprint, interpreter)
    python = os.pathsep.join([*map(str, paths), *filter(None, [own.pop("PYTHONPATH", "")])])
    roots = [blueprint.task_root, *filter(None, [blueprint.layers_root])]
    given = {
        "AWS_ACCESS_KEY_ID": access_key_of(settings.role),
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": SECRET,
        "AWS_REGION": blueprint.region,
        "AWS_DEFAULT_REGION": blueprint.region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": blueprint.function,
        "AWS_LAMBDA_FUNCTION_VERSION": blueprint.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": home.stream.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": home.stream.name,
        "AWS_LAMBDA_RUNTIME_API": home.runtime_api,
        "_HANDLER": settings.handler,
        "LAMBDA_TASK_ROOT": str(blueprint.task_root),
        "LAMBDA_RUNTIME_DIR": str(interpreter.runtime_paths()[-1]),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": os.pathsep.join([PATH, *(str(root / "bin") for root in roots[1:])]),
        "LD_LIBRARY_PATH": os.pathsep.join(str(path) for root in roots for path in (root, root / "lib")),
        "PYTHONPATH": python,
        "HOME": str(home.directory),
        "TMPDIR": str(home.directory),
    }
    if settings.logs.format == "JSON":
        given |= {
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": settings.logs.application_level or "INFO",
        }
    return {**given, **own}


def command(launcher: Path, leash: int, handler: str) -> list[str]:
    """How a function's process is started: no site-packages, no directory of the emulator on its path."""
    return [sys.executable, "-S", "-P", str(launcher), str(leash), handler]
