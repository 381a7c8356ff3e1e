"""The stack in containers, by a `docker` that answers what the test says: no machine has all these faults."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.errors import CliError, ConfigurationError
from scripts.settings import CliSettings, load
from scripts.stack.compose import ComposeForm
from scripts.stack.docker import Docker
from scripts.stack.model import Lacking, Noted
from tests.conftest import free_port
from tests.scripts.fake_docker import PARTS, FakeDocker, container, listed


@pytest.fixture
def docker(tmp_path: Path) -> FakeDocker:
    return FakeDocker(tmp_path / "bin")


@pytest.fixture
def settings() -> CliSettings:
    ports = [free_port() for _ in range(3)]
    return load(
        {
            "endpoint_url": f"http://127.0.0.1:{ports[0]}",
            "localstack_port": str(ports[1]),
            "trino_port": str(ports[2]),
        },
        {},
    )


@pytest.fixture
def form(docker: FakeDocker, settings: CliSettings, tmp_path: Path) -> ComposeForm:
    return ComposeForm(settings, tmp_path / ".wardlake", Docker(docker.environment))


@pytest.fixture
def record() -> list[Noted]:
    """What the form puts on record, the newest last."""
    return []


@pytest.fixture
def stranger() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def lacking(form: ComposeForm) -> Lacking:
    found = form.lacking()
    assert found is not None
    assert found.remedy
    return found


def test_a_docker_with_compose_an_engine_and_memory_lacks_nothing(form: ComposeForm) -> None:
    assert form.lacking() is None


def test_a_machine_without_docker_is_told_what_to_install(settings: CliSettings, tmp_path: Path) -> None:
    form = ComposeForm(settings, tmp_path, Docker({"PATH": str(tmp_path)}))
    assert lacking(form).why == "there is no Docker on this machine"
    assert "compose plugin" in lacking(form).remedy


@pytest.mark.parametrize(
    ("command", "answer", "why"),
    [
        (
            "compose version",
            {"code": 1, "err": "docker: 'compose' is not a docker command."},
            "has no `docker compose`",
        ),
        ("compose version", {"out": "2.6.0\n"}, "`docker compose` is 2.6.0, older than 2.20"),
        (
            "context inspect",
            {"out": "ssh://build@elsewhere\n"},
            "engine is elsewhere (ssh://build@elsewhere)",
        ),
        (
            "info",
            {"code": 1, "err": "Cannot connect to the Docker daemon. Is it running?\n"},
            "does not answer (Cannot connect",
        ),
        ("info", {"code": 1, "err": "permission denied while trying to connect\n"}, "not open to this user"),
        ("info", {"out": "27.0.1 2000000000\n"}, "has 2.0 GB of memory"),
    ],
)
def test_a_docker_that_cannot_run_the_stack_says_why(
    docker: FakeDocker, form: ComposeForm, command: str, answer: dict[str, object], why: str
) -> None:
    docker.says(command, **answer)  # type: ignore[arg-type]  # the answer's own fields
    assert why in lacking(form).why


@pytest.mark.parametrize("version", ["v2.20.0", "2.40.3-desktop.1", "5.0.0"])
def test_newer_versions_of_compose_will_do(docker: FakeDocker, form: ComposeForm, version: str) -> None:
    docker.says("compose version", f"{version}\n")
    assert form.lacking() is None


def test_starting_builds_the_gateway_starts_all_parts_and_puts_the_project_on_record_before(
    docker: FakeDocker, form: ComposeForm, settings: CliSettings
) -> None:
    when: list[tuple[Noted, bool]] = []
    form.start(None, lambda noted: when.append((noted, any("up " in command for command in docker.asked))))
    [(noted, started)] = when
    assert (noted.form, noted.endpoint_url, started) == ("compose", settings.endpoint_url, False)
    assert noted.project.endswith(f"-{settings.port}")
    doing = [command.split()[0] for command in docker.asked]
    assert doing.index("build") < doing.index("up")
    assert "down" not in doing


def test_images_that_are_there_are_not_asked_for_and_others_are_said_and_downloaded(
    docker: FakeDocker, form: ComposeForm, record: list[Noted], capsys: pytest.CaptureFixture[str]
) -> None:
    docker.says("image inspect --format {{.Id}} trino:1", code=1)
    form.start(None, record.append)
    assert [command for command in docker.asked if "pull" in command] == ["pull trino:1"]
    assert "downloading the image trino:1" in capsys.readouterr().err


def test_an_image_that_cannot_be_had_is_named_with_docker_s_reason_and_nothing_is_started(
    docker: FakeDocker, form: ComposeForm, record: list[Noted]
) -> None:
    docker.says("image inspect --format {{.Id}} trino:1", code=1)
    docker.says("pull", code=1, err="Error response from daemon: no route to host\n")
    with pytest.raises(CliError, match=r"trino:1 could not be downloaded:\n.*no route to host"):
        form.start(None, record.append)
    assert (record, [command for command in docker.asked if command.startswith("up")]) == ([], [])


def test_a_build_that_fails_shows_its_end(docker: FakeDocker, form: ComposeForm, record: list[Noted]) -> None:
    docker.says("build", code=17, err="#9 ERROR: no space left on device\n")
    with pytest.raises(CliError, match=r"could not be built:\n.*no space left on device"):
        form.start(None, record.append)


@pytest.mark.parametrize("part", PARTS)
def test_a_port_that_is_taken_is_told_by_name_before_anything_is_started(
    docker: FakeDocker, settings: CliSettings, tmp_path: Path, record: list[Noted], stranger: int, part: str
) -> None:
    taken = {"localstack": {"localstack_port": stranger}, "trino": {"trino_port": stranger}}
    moved = {"endpoint_url": f"http://127.0.0.1:{stranger}"}
    settings = replace(settings, **taken.get(part, moved))
    form = ComposeForm(settings, tmp_path, Docker(docker.environment))
    with pytest.raises(
        ConfigurationError, match=f":{stranger} is taken by another program .*{part} is to listen there"
    ) as refused:
        form.start(None, record.append)
    assert "another port" in (refused.value.hint or "")
    assert not [command for command in docker.asked if command.startswith(("up", "build", "pull"))]


@pytest.mark.parametrize(
    ("sick", "inspected", "said"),
    [
        (
            container("trino", "exited", ExitCode=100),
            "false 0",
            "Trino did not become healthy: it ended with status 100",
        ),
        (
            container("trino", "running", "unhealthy"),
            "false 0",
            "Trino did not become healthy: it is unhealthy",
        ),
        (
            container("trino", "running", "starting"),
            "false 0",
            "Trino did not become healthy: it is starting",
        ),
        (
            container("trino", "running", "starting"),
            "false 3",
            "it ended again and again (it was started anew 3 times)",
        ),
        (
            container("trino", "exited", ExitCode=137),
            "true 0",
            "killed for taking more memory than its `mem_limit`",
        ),
    ],
)
def test_a_part_that_does_not_become_healthy_is_shown_with_its_log_and_all_is_taken_down(
    docker: FakeDocker,
    form: ComposeForm,
    record: list[Noted],
    sick: dict[str, object],
    inspected: str,
    said: str,
) -> None:
    others = container("localstack"), container("gateway", "created")
    docker.says("up --no-build", code=1, err="dependency failed to start: container w-trino-1 is unhealthy\n")
    docker.says("ps --all", listed(*others, sick), after="up --no-build")
    docker.says("inspect --format {{.State.OOMKilled}} {{.RestartCount}} w-trino-1", f"{inspected}\n")
    docker.says("logs", "the heap is too small\n")
    with pytest.raises(CliError, match="the heap is too small") as failed:
        form.start(None, record.append)
    assert said in failed.value.message
    assert docker.asked[-1].startswith("down --volumes")
    assert record[-1].project == "", "nothing is left to end"


def test_a_start_that_docker_itself_refuses_shows_what_it_said(
    docker: FakeDocker, form: ComposeForm, record: list[Noted]
) -> None:
    docker.says(
        "up --no-build", code=1, err="Error: Bind for 127.0.0.1:4566 failed: port is already allocated\n"
    )
    docker.says("ps --all", listed(*(container(part, "created") for part in PARTS)), after="up --no-build")
    with pytest.raises(CliError, match="port is already allocated"):
        form.start(None, record.append)
    assert docker.asked[-1].startswith("down")


def test_a_stack_that_runs_is_left_as_it_is(
    docker: FakeDocker, form: ComposeForm, record: list[Noted]
) -> None:
    docker.says("ps --all", listed(*map(container, PARTS)))
    form.start(None, record.append)
    assert [noted.project for noted in record] != [""]
    assert [command.split()[0] for command in docker.asked] == ["ps"]


def test_a_part_that_died_is_started_anew_and_if_that_fails_the_others_stay(
    docker: FakeDocker, form: ComposeForm, record: list[Noted]
) -> None:
    died = listed(container("gateway"), container("localstack"), container("trino", "exited", ExitCode=143))
    docker.says("ps --all", died)
    docker.says("ps --all", died, after="up --no-build")
    docker.says("up --no-build", code=1)
    with pytest.raises(CliError, match="Trino did not become healthy"):
        form.start(Noted("compose", "http://127.0.0.1:4566", project="mine"), record.append)
    assert docker.asked[-1] == "rm --stop --force trino"
    assert [noted.project for noted in record] == ["mine"]


def test_a_gateway_whose_localstack_is_gone_is_started_anew_with_it(
    docker: FakeDocker, form: ComposeForm, record: list[Noted]
) -> None:
    docker.says(
        "ps --all", listed(container("gateway"), container("localstack", "exited"), container("trino"))
    )
    form.start(Noted("compose", "http://127.0.0.1:4566", project="mine"), record.append)
    doing = [command for command in docker.asked if command.startswith(("rm", "up"))]
    assert doing[0] == "rm --stop --force gateway", "its tables name objects that are gone"
    assert doing[1].startswith("up")


def test_each_part_is_said_when_it_is_healthy(
    docker: FakeDocker, form: ComposeForm, record: list[Noted], capsys: pytest.CaptureFixture[str]
) -> None:
    docker.says(
        "up --no-build", err=" Container w-4566-trino-1  Waiting\n Container w-4566-trino-1  Healthy\n" * 2
    )
    form.start(None, record.append)
    assert capsys.readouterr().err.count("Trino is healthy after") == 1


def test_stopping_names_what_ran_and_takes_down_this_project_alone(
    docker: FakeDocker, form: ComposeForm
) -> None:
    docker.says(
        "ps --all", listed(container("trino", "exited"), container("localstack"), container("gateway"))
    )
    ended = form.stop(Noted("compose", "http://127.0.0.1:4566", project="mine"))
    assert ended == ["gateway (container w-gateway-1)", "localstack (container w-localstack-1)"]
    down = [line for line in (docker.folder / "asked").read_text().splitlines() if " down " in line]
    assert "--project-name mine down --volumes" in down[0]


def test_stopping_without_an_engine_says_that_docker_could_not(docker: FakeDocker, form: ComposeForm) -> None:
    docker.says("ps --all", code=1, err="Cannot connect to the Docker daemon\n")
    with pytest.raises(
        ConfigurationError, match="Docker could not list the stack's containers: Cannot connect"
    ):
        form.stop(Noted("compose", "http://127.0.0.1:4566", project="mine"))


def test_the_status_of_each_part_has_its_state_address_memory_and_version(
    docker: FakeDocker, form: ComposeForm, settings: CliSettings
) -> None:
    published = [{"PublishedPort": 0}, {"PublishedPort": 18999}]
    docker.says(
        "ps --all",
        listed(container("trino", Publishers=published), container("localstack", "exited", ExitCode=1)),
    )
    docker.says("top w-trino-1", "PID     RSS\n11052   692\n11290   690000\n")
    gateway, localstack, trino = form.status(Noted("compose", settings.endpoint_url, project="mine"))
    assert (gateway.runs_as, gateway.state) == ("–", "not started")
    assert (localstack.state, localstack.memory_bytes) == ("ended with status 1", None)
    assert localstack.endpoint_url == f"http://127.0.0.1:{settings.localstack_port}"
    assert (trino.state, trino.version, trino.endpoint_url) == ("healthy", "1.2", "http://127.0.0.1:18999")
    assert trino.memory_bytes == 690_692 * 1024


def test_a_list_of_containers_is_read_as_older_versions_of_compose_write_it(
    docker: FakeDocker, form: ComposeForm
) -> None:
    as_one_list = "[" + ",".join(listed(*map(container, PARTS)).splitlines()) + "]"
    docker.says("ps --all", as_one_list)
    assert {part.state for part in form.status(Noted("compose", "", project="mine"))} == {"healthy"}


def test_the_last_lines_of_a_part_s_log_come_without_its_name(docker: FakeDocker, form: ComposeForm) -> None:
    docker.says("logs --no-log-prefix --no-color --tail 2 trino", "one\ntwo\n")
    assert list(form.logs(Noted("compose", "", project="mine"), "trino", 2)) == ["one", "two"]


def test_variables_of_the_user_do_not_change_which_file_or_project_is_meant(
    docker: FakeDocker,
    settings: CliSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record: list[Noted],
) -> None:
    for name, value in {**docker.environment, "COMPOSE_FILE": "other.yml", "COMPOSE_PROFILES": "all"}.items():
        monkeypatch.setenv(name, value)
    seen = tmp_path / "seen"
    program = docker.folder / "docker"
    text = program.read_text().replace(
        "import json", f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))\nimport json", 1
    )
    program.write_text(text)
    ComposeForm(settings, tmp_path / ".wardlake").start(None, record.append)
    assert "COMPOSE_" not in seen.read_text()
    assert f"'WARDLAKE_TRINO_PORT': '{settings.trino_port}'" in seen.read_text()
