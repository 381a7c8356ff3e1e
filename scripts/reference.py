"""Write the pages of docs/ that the program knows best, from it: `python -m scripts.reference`.

A test compares the files with what this gives, so that they cannot fall behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from typer.testing import CliRunner

from scripts.cli import app
from scripts.cloudformation_page import cloudformation_page
from scripts.errors import ExitCode
from scripts.settings import FILE_NAME, SETTINGS
from scripts.support_page import athena_page

DOCS = Path(__file__).resolve().parent.parent / "docs"

_MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.UNEXPECTED: "something unexpected; `wardlake --debug …` shows where",
    ExitCode.USAGE: "the command was called in a way that has no meaning",
    ExitCode.SOURCE_REFUSED: "the source was refused: a bad value, an unreadable snapshot or none, rows gone",
    ExitCode.AUDIT_FAILED: "an audit found rows that break an invariant; nothing was published",
    ExitCode.QUERY_FAILED: "Athena refused or failed a statement",
    ExitCode.UNREACHABLE: "nothing answers at the endpoint",
    ExitCode.NOT_FOUND: "a run, a delivery or a file that was named does not exist",
    ExitCode.BUSY: "another live process runs this day",
    ExitCode.CONFIGURATION: "a setting, a port, credentials or a SQL file do not fit",
    ExitCode.FIRING_FAILED: "a schedule's firing failed while the emulator's clock went on",
    ExitCode.ENGINES_DIFFER: "`diff`: Trino and the embedded engine answered differently",
}

_CLI_HEAD = """# The command line

`wardlake` is in `.venv/bin` after `make setup`. Results go to standard output, everything else to standard
error, so that a pipe gets only rows. The options before the command are shared by all;
[settings.md](settings.md) says where else their values can come from.

## Exit codes

| code | meaning |
|---|---|
"""

_SETTINGS_HEAD = f"""# Settings

A setting is looked for in this order, and the first that is found counts: the option, `WARDLAKE_…`, AWS's
own variable, the settings file, the default. The settings file is `{FILE_NAME}` in the working folder, or
what `wardlake --config FILE` names; a key that does not exist in it is an error.

| key | environment | AWS's own | default | meaning |
|---|---|---|---|---|
"""

_SETTINGS_TAIL = """
```toml
# wardlake.toml
endpoint_url = "http://127.0.0.1:4567"
stage = "test"
vanished_count = 50
```

`endpoint_url = "aws"` means AWS itself, even where `AWS_ENDPOINT_URL` is set.

Credentials come from AWS's own chain (`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, …). An endpoint on this machine
needs none: the word `test` is taken then, for the key and for the secret, and nowhere else.
"""


def cli_page() -> str:
    """The whole of docs/cli.md."""
    codes = "".join(f"| {code.value} | {_MEANINGS[code]} |\n" for code in ExitCode)
    pages = [_help()] + [f"## {' '.join(path)}\n\n{_help(*path)}" for path in _commands(app)]
    return f"{_CLI_HEAD}{codes}\n## wardlake\n\n" + "\n".join(pages)


def _commands(group: typer.Typer) -> Iterator[tuple[str, ...]]:
    """The words of each command, those of a group after the group's own."""
    for name, command in typer.main.get_command(group).commands.items():  # type: ignore[attr-defined]
        yield (name,)
        for inner in getattr(command, "commands", ()):
            yield name, inner


def settings_page() -> str:
    """The whole of docs/settings.md."""
    rows = "".join(
        f"| `{setting.key}` | `{setting.variable}` | {_code_list(setting.aws_variables)} "
        f"| `{setting.default}` | {setting.meaning} |\n"
        for setting in SETTINGS
    )
    return f"{_SETTINGS_HEAD}{rows}{_SETTINGS_TAIL}"


def _code_list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _help(*command: str) -> str:
    shown = CliRunner(env={"COLUMNS": "100"}).invoke(app, [*command, "--help"], prog_name="wardlake")
    return f"```console\n$ {' '.join(('wardlake', *command))} --help\n{shown.output.strip()}\n```\n"


if __name__ == "__main__":
    (DOCS / "athena.md").write_text(athena_page(), encoding="utf-8")
    (DOCS / "cloudformation.md").write_text(cloudformation_page(), encoding="utf-8")
    (DOCS / "cli.md").write_text(cli_page(), encoding="utf-8")
    (DOCS / "settings.md").write_text(settings_page(), encoding="utf-8")
