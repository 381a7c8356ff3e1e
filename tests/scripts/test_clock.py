"""`wardlake clock`: days go by on the emulator, extracts land in their mornings, schedules fire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scripts.aws import open_context
from scripts.landing import snapshots_in
from scripts.settings import load
from tests.emulator.scheduler.conftest import ACCOUNT, World
from tests.scripts.conftest import CommandLine, own_emulator

LONDON = ZoneInfo("Europe/London")
PASS = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "BadDay", "Cause": "It rains"}}}
EIGHT = "cron(0 8 * * ? *)"


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An emulator of its own, whose clock no other test reads."""
    with own_emulator(tmp_path_factory.mktemp("emulator")) as command:
        yield World(command.environment["WARDLAKE_ENDPOINT_URL"])


@pytest.fixture
def stage(stages: Callable[[], str]) -> str:
    return stages()


@pytest.fixture
def wardlake(emulated: World, tmp_path: Path, stage: str) -> CommandLine:
    """The command line with that emulator, on which no schedule is left."""
    emulated.forget()
    environment = {"WARDLAKE_ENDPOINT_URL": emulated.endpoint, "WARDLAKE_STAGE": stage}
    return CommandLine(tmp_path, environment)


def deploy(world: World, stage: str, definition: dict[str, Any] = PASS) -> None:
    """A state machine that does nothing, and the stage's schedule for it."""
    states = world.client("stepfunctions")
    name = f"wardlake-{stage}-inpatient"
    role = f"arn:aws:iam::{ACCOUNT}:role/states"
    arn = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
    world.scheduler.create_schedule_group(Name=f"wardlake-{stage}")
    world.create(
        f"wardlake-{stage}-daily",
        EIGHT,
        {"Arn": arn["stateMachineArn"], "Input": "{}"},
        GroupName=f"wardlake-{stage}",
        ScheduleExpressionTimezone=LONDON.key,
    )


def landed(world: World, stage: str) -> list[str]:
    """The names in the landing folder."""
    bucket = f"wardlake-{stage}-source-{ACCOUNT}"
    found = world.client("s3").list_objects_v2(Bucket=bucket, Prefix="landing/")
    return [item["Key"].removeprefix("landing/") for item in found.get("Contents", [])]


class _NotFound(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def other_server() -> Iterator[str]:
    """The endpoint of something that answers 404 to all."""
    with HTTPServer(("127.0.0.1", 0), _NotFound) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def next_morning(world: World) -> date:
    """The day of the next eight o'clock in London."""
    now = world.now().astimezone(LONDON)
    return now.date() if now.time() < time(8) else now.date() + timedelta(days=1)


def test_the_clock_and_the_next_firings_are_shown(wardlake: CommandLine, emulated: World, stage: str) -> None:
    assert "No schedule is due" in wardlake("clock").out
    deploy(emulated, stage)
    said = wardlake("clock")
    assert said.code == 0, said.err
    assert f"{next_morning(emulated)} 08:00" in said.out
    assert f"wardlake-{stage}-daily" in said.out


def test_a_command_lives_in_the_emulators_time(wardlake: CommandLine, emulated: World) -> None:
    assert wardlake("clock", "advance", "2d").code == 0
    ahead = open_context(load({"endpoint_url": emulated.endpoint}, {})).now() - datetime.now(UTC)
    assert ahead > timedelta(days=2) - timedelta(hours=1)


def test_each_firing_is_told_with_how_its_execution_ended(
    wardlake: CommandLine, emulated: World, stage: str
) -> None:
    deploy(emulated, stage)
    first = next_morning(emulated)
    said = wardlake("clock", "advance", "3d")
    assert said.code == 0, said.err
    told = [line.split("  ") for line in said.err.splitlines() if "SUCCEEDED" in line]
    assert [line[0] for line in told] == [f"{first + timedelta(days=day)} 08:00" for day in range(3)]
    assert "3 firings: 3 succeeded" in said.err


def test_a_failed_firing_is_counted_with_its_reason_and_ends_with_10(
    wardlake: CommandLine, emulated: World, stage: str
) -> None:
    deploy(emulated, stage, FAIL)
    said = wardlake("clock", "advance", "1d")
    assert said.code == 10
    assert "FAILED" in said.err and "BadDay: It rains" in said.err
    assert "1 firing: 0 succeeded, 1 failed" in said.err


def test_extracts_land_on_their_days_and_wait_before(
    wardlake: CommandLine, emulated: World, stage: str
) -> None:
    deploy(emulated, stage)
    made = wardlake("synth", "--days", "3", "--episodes", "20", "--land")
    assert made.code == 0, made.err
    assert "`wardlake clock advance 3d` lands each on its day" in made.err
    files = [snapshot.path.name for snapshot in snapshots_in(wardlake.folder / "data" / "synthetic")]
    first = next_morning(emulated)
    assert files[0] == f"Episodes {first:%d-%m-%Y}.csv"
    day_after = (first + timedelta(days=1)).isoformat()
    to_its_noon = wardlake("clock", "advance", "--to", f"{day_after}T12:00")
    assert to_its_noon.code == 0, to_its_noon.err
    assert landed(emulated, stage) == sorted(files[:2])
    lines = [line[:16] for line in to_its_noon.err.splitlines() if day_after in line]
    assert lines[:2] == [f"{day_after} 06:00", f"{day_after} 08:00"]


def test_an_extract_that_landed_before_is_not_landed_again(
    wardlake: CommandLine, emulated: World, stage: str
) -> None:
    start = (next_morning(emulated) + timedelta(days=1)).isoformat()
    made = wardlake("synth", "--days", "2", "--episodes", "20", "--land", "--start", start)
    assert "wardlake backfill --from" in made.err, "with a START all land at once"
    assert len(landed(emulated, stage)) == 2
    said = wardlake("clock", "advance", "4d")
    assert (said.code, "landed" in said.err) == (0, False)


def test_a_source_of_ones_own_is_taken_and_a_missing_one_refused(
    wardlake: CommandLine, emulated: World, stage: str
) -> None:
    start = (next_morning(emulated) + timedelta(days=1)).isoformat()
    wardlake("synth", "--days", "1", "--episodes", "20", "--start", start, "--out", "mine")
    missing = wardlake("clock", "advance", "1d", "--source", "yours")
    assert (missing.code, "yours does not exist" in missing.err) == (7, True)
    said = wardlake("clock", "advance", "3d", "--source", "mine")
    assert "landed Episodes" in said.err
    assert len(landed(emulated, stage)) == 1


def test_the_clock_never_goes_back(wardlake: CommandLine) -> None:
    said = wardlake("clock", "advance", "--to", "2020-01-01")
    assert said.code == 2
    assert "2020-01-01 00:00 has passed" in said.err


def test_a_time_too_far_away_is_refused_before_anything_lands(
    wardlake: CommandLine, emulated: World, stage: str
) -> None:
    deploy(emulated, stage)
    assert wardlake("synth", "--days", "2", "--episodes", "3", "--land").code == 0
    said = wardlake("clock", "advance", "99999d")
    assert said.code == 2
    assert "more than 20 years away: name an earlier time" in said.err
    assert "landed" not in said.err


def test_a_moment_may_name_its_own_zone(wardlake: CommandLine, emulated: World) -> None:
    target = emulated.now().replace(microsecond=0) + timedelta(days=200)
    assert wardlake("clock", "advance", "--to", target.isoformat()).code == 0
    assert target <= emulated.now() < target + timedelta(hours=1)


def test_what_is_no_emulator_of_ours_is_said_to_have_no_clock(wardlake: CommandLine) -> None:
    said = wardlake("--endpoint-url", "aws", "clock")
    assert (said.code, "it is AWS itself" in said.err) == (9, True)
    with other_server() as endpoint:
        said = wardlake("--endpoint-url", endpoint, "clock", "advance", "1d")
    assert (said.code, "has no clock that can be moved" in said.err) == (9, True)
