"""docker-compose.yml and the Dockerfile: what has to hold of them on any machine."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from scripts.settings import load
from tests.conftest import ROOT

FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())  # type: ignore[no-untyped-call]
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LAPTOP = 8 * 1024**3

each_service = pytest.mark.parametrize("name", SERVICES)


def size(text: str) -> int:
    power = {"k": 1, "m": 2, "g": 3}[text[-1].lower()]
    return int(int(text[:-1]) * 1024**power)


def default(text: str) -> str:
    """A text of the compose file where no variable is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


@each_service
def test_only_this_machine_reaches_a_port(name: str) -> None:
    ports = SERVICES[name]["ports"]
    assert ports
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", default(port)) for port in ports)


def test_images_are_named_by_one_exact_tag_and_nothing_pulls_what_is_there() -> None:
    taken = {name: service["image"] for name, service in SERVICES.items() if "build" not in service}
    assert taken == {"localstack": "localstack/localstack:4.14.0", "trino": "trinodb/trino:476"}
    assert not any("pull_policy" in service for service in SERVICES.values())
    assert "pull" not in SERVICES["gateway"]["build"]


@each_service
def test_each_container_has_credentials_of_its_own_and_asks_no_cloud_machine_for_some(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) == ("test", "test")


@each_service
def test_each_container_is_checked_reaped_and_limited_in_its_log(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["init"] is True
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


def test_all_memory_limits_together_leave_a_laptop_of_8_gb_some() -> None:
    assert sum(size(service["mem_limit"]) for service in SERVICES.values()) <= LAPTOP * 0.7


def test_trino_s_heap_and_the_gateway_s_engine_fit_their_containers() -> None:
    heap = re.search(r"^-Xmx(\w+)$", (ROOT / "deploy/stack/trino/jvm.config").read_text(), re.MULTILINE)
    assert heap
    assert size(heap[1]) <= size(SERVICES["trino"]["mem_limit"]) - size("700m"), (
        "a JVM takes more than its heap"
    )
    engine = re.search(r"--memory-limit=(\w+)B", str(SERVICES["gateway"]["command"]))
    assert engine
    assert size(engine[1]) <= size(SERVICES["gateway"]["mem_limit"]) / 2, "functions run beside it"


def test_the_gateway_starts_when_what_is_behind_it_is_healthy() -> None:
    assert SERVICES["gateway"]["depends_on"] == {
        "localstack": {"condition": "service_healthy"},
        "trino": {"condition": "service_healthy"},
    }


def test_only_what_holds_no_state_is_restarted() -> None:
    assert {name: service["restart"] for name, service in SERVICES.items()} == {
        "gateway": "no",
        "localstack": "no",
        "trino": "on-failure:3",
    }


def test_without_settings_it_uses_the_ports_and_the_region_that_the_settings_have() -> None:
    settings = load({}, {})
    published = {name: int(default(service["ports"][0]).split(":")[1]) for name, service in SERVICES.items()}
    assert published == {
        "gateway": settings.port,
        "localstack": settings.localstack_port,
        "trino": settings.trino_port,
    }
    assert default(SERVICES["trino"]["environment"]["WARDLAKE_REGION"]) == settings.region


def test_the_gateway_s_urls_are_the_same_inside_and_outside_its_container() -> None:
    _, outside, inside = default(SERVICES["gateway"]["ports"][0]).split(":")
    assert outside == inside
    assert f"--port={inside}" in [default(word) for word in SERVICES["gateway"]["command"]]


@each_service
def test_what_is_mounted_is_there_and_what_is_written_is_on_a_named_volume(name: str) -> None:
    for mount in SERVICES[name]["volumes"]:
        source, _, target = mount.partition(":")
        if source.startswith("./"):
            assert (ROOT / source).exists(), source
            assert target.endswith(":ro")
        else:
            assert source in FILE["volumes"]


def test_trino_s_files_find_all_variables_that_they_name() -> None:
    files = (ROOT / "deploy/stack/trino").rglob("*.*")
    named = {name for file in files for name in re.findall(r"\$\{ENV:(\w+)\}", file.read_text())}
    assert named
    assert named <= set(SERVICES["trino"]["environment"])


def test_the_image_is_built_by_any_engine_of_what_can_be_had() -> None:
    lines = DOCKERFILE.splitlines()
    assert not any(re.match(r"#\s*(syntax|escape)\s*=", line) for line in lines), (
        "it would download a front end"
    )
    assert "<<" not in DOCKERFILE, "engines of Debian 12 know no heredocs"
    assert [line for line in lines if line.startswith("FROM")] == ["FROM python:${PYTHON_VERSION}-slim"]
    assert not re.search(r"https?://", DOCKERFILE)


def test_the_gateway_runs_as_nobody_in_particular_with_nothing_that_it_can_change() -> None:
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    gateway = SERVICES["gateway"]
    assert (gateway["read_only"], gateway["cap_drop"]) == (True, ["ALL"])


def pinned(file: str) -> dict[str, list[str]]:
    """Each requirement of a pinned file with its hashes."""
    text = (ROOT / file).read_text().replace("\\\n", " ")
    return {line.split(" --hash")[0].strip(): re.findall(r"--hash=(\S+)", line) for line in text.splitlines()}


def test_the_image_holds_the_versions_that_the_tests_run_with() -> None:
    inside, outside = pinned("requirements-runtime.txt"), pinned("requirements.txt")
    assert inside.items() <= outside.items()
    assert all(inside.values())
    names = {name.partition("==")[0] for name in inside}
    assert {"duckdb", "moto", "trino"} <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis"}
