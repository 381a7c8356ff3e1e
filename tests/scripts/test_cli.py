"""What every command shares: help at once, one exit code for each kind of ending, no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.conftest import CommandLine

COMMANDS = (
    "up", "down", "status", "logs", "synth", "land", "ingest", "deliveries", "quarantine",
    "run", "backfill", "replay", "runs", "show", "rollback", "purge", "query", "diff",
    "deploy", "undeploy", "destroy-data", "clock",
)  # fmt: skip

NEEDS_AWS = [
    ("status",),
    ("ingest",),
    ("deliveries",),
    ("run", "--as-of", "2026-01-01"),
    ("backfill", "--from", "2026-01-01", "--to", "2026-01-02"),
    ("runs",),
    ("show", "some-run"),
    ("rollback", "some-run"),
    ("purge",),
    ("quarantine", "some-delivery", "--reason", "truncated"),
    ("query", "select 1"),
    ("diff", "select 1"),
    ("clock",),
    ("clock", "advance", "1d"),
]


def test_help_lists_every_command(wardlake: CommandLine) -> None:
    said = wardlake("--help")
    assert said.code == 0
    listed = said.out.split("Commands:")[1]
    assert [line.split()[0] for line in listed.strip().splitlines()] == list(COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    """The measure of a quick --help that does not depend on the machine's load."""
    code = (
        "import sys; from scripts.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'boto3', 'pandas', 'pyarrow', 'duckdb', 'moto', 'rich', 'pipeline'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_of_its_own(wardlake: CommandLine, command: str) -> None:
    said = wardlake(command, "--help")
    assert (said.code, f"Usage: wardlake {command}" in said.out) == (0, True)


@pytest.mark.parametrize("arguments", NEEDS_AWS, ids=lambda arguments: arguments[0])
def test_without_an_emulator_a_command_says_so_and_ends_with_6(
    wardlake: CommandLine, arguments: tuple[str, ...]
) -> None:
    said = wardlake(*arguments)
    assert said.code == 6
    assert f"nothing answers at {wardlake.environment['WARDLAKE_ENDPOINT_URL']}" in said.err
    assert "`wardlake up`" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Usage: wardlake"),
        (("fly",), "No such command 'fly'"),
        (("run",), "Missing option '--as-of'"),
        (("run", "--as-of", "31/01/2026"), "'31/01/2026' is not a day like 2026-01-31"),
        (("run", "--as-of", "2026-02-30"), "'2026-02-30' is not a day"),
        (("run", "--as-of", "20260131"), "'20260131' is not a day"),
        (("backfill", "--from", "2026-01-02", "--to", "2026-01-01"), "is after --to"),
        (("clock", "advance"), "say either how long or --to when"),
        (("clock", "advance", "1d", "--to", "2026-03-01"), "say either how long or --to when"),
        (("clock", "advance", "1 day"), "'1 day' is not a length of time like 30d"),
        (("clock", "advance", "--to", "noon"), "'noon' is not a time like 2026-03-01"),
        (("query",), "give the SQL"),
        (("query", "select 1", "--file", "x.sql"), "give the SQL"),
        (("query", "  "), "the SQL is empty"),
        (("query", "select 1", "--json", "--format", "csv"), "contradict"),
        (("query", "select 1", "--format", "xml"), "'xml' is not one of"),
        (("purge", "--keep", "0"), "'--keep'"),
        (("quarantine", "x"), "Missing option '--reason'"),
    ],
)
def test_a_command_without_meaning_ends_with_2(
    wardlake: CommandLine, arguments: tuple[str, ...], says: str
) -> None:
    said = wardlake(*arguments)
    assert said.code == 2
    assert says in said.err + said.out


def test_a_wrong_setting_ends_with_9_and_says_where_it_stands(wardlake: CommandLine) -> None:
    (wardlake.folder / "wardlake.toml").write_text("stages = 'x'\n")
    said = wardlake("runs")
    assert said.code == 9
    assert "settings file wardlake.toml: there is no setting 'stages'" in said.err
    assert "did you mean stage?" in said.err


def test_help_works_whatever_the_settings_file_says(wardlake: CommandLine) -> None:
    (wardlake.folder / "wardlake.toml").write_text("no toml")
    assert wardlake("run", "--help").code == 0


def test_an_endpoint_elsewhere_wants_credentials(wardlake: CommandLine) -> None:
    said = wardlake("--endpoint-url", "http://192.0.2.1:4566", "runs")
    assert said.code == 9
    assert "no AWS credentials found" in said.err


def test_debug_shows_the_traceback_that_is_hidden_otherwise(wardlake: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "--debug", "query", "--file", "none.sql"],
        cwd=wardlake.folder,
        capture_output=True,
        text=True,
    )
    assert "Traceback" in done.stderr
    assert wardlake("query", "--file", "none.sql").code == 7


def test_land_of_a_folder_without_snapshots_is_a_clear_ending(wardlake: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source, says in (("empty", "no snapshot in empty"), ("none", "none does not exist")):
        for command in ("land", "replay"):
            said = wardlake(command, source)
            assert said.code == 7
            assert says in said.err
            assert "Episodes DD-MM-YYYY.csv" in said.err
