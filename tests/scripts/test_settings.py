"""Where settings come from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.errors import ConfigurationError
from scripts.settings import SETTINGS, load


def written(folder: Path, text: str) -> Path:
    file = folder / "wardlake.toml"
    file.write_text(text)
    return file


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = written(tmp_path, 'stage = "fromfile"')
    environment = {"WARDLAKE_STAGE": "fromenv"}
    assert load({"stage": "fromflag"}, environment, file).stage == "fromflag"
    assert load({"stage": None}, environment, file).stage == "fromenv"
    assert load({}, {}, file).stage == "fromfile"
    assert load({}, {}, written(tmp_path, "")).stage == "dev"


def test_the_file_of_the_working_folder_is_read_without_being_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "vanished_count = 7")
    monkeypatch.chdir(tmp_path)
    assert load({}, {}).vanished_count == 7


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "http://127.0.0.1:4566"),
        ({"AWS_ENDPOINT_URL": "http://localhost:9"}, "http://localhost:9"),
        ({"AWS_ENDPOINT_URL": "http://localhost:9", "WARDLAKE_ENDPOINT_URL": "aws"}, "aws"),
        ({"WARDLAKE_ENDPOINT_URL": "http://localhost:9/"}, "http://localhost:9"),
        ({"AWS_ENDPOINT_URL": ""}, "http://127.0.0.1:4566"),
    ],
)
def test_aws_own_endpoint_variable_is_respected_after_wardlakes(
    environment: dict[str, str], expected: str
) -> None:
    assert load({}, environment).endpoint_url == expected


def test_region_comes_from_aws_own_variables() -> None:
    assert load({}, {"AWS_DEFAULT_REGION": "eu-north-1"}).region == "eu-north-1"
    assert load({}, {"AWS_DEFAULT_REGION": "eu-north-1", "AWS_REGION": "eu-west-1"}).region == "eu-west-1"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://127.1.2.3:1", True),
        ("http://[::1]:4566", True),
        ("http://localhost:4566", True),
        ("http://10.0.0.1:4566", False),
        ("https://athena.example.org", False),
        ("aws", False),
    ],
)
def test_only_an_endpoint_of_this_machine_is_local(url: str, local: bool) -> None:
    assert load({"endpoint_url": url}, {}).is_local is local


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("endpoint_url", "4566", "must be a URL"),
        ("endpoint_url", "ftp://x", "must be a URL"),
        ("stage", "Dev!", "lower-case letters and digits"),
        ("vanished_share", "20", "between 0 and 1"),
        ("vanished_share", "nan", "between 0 and 1"),
        ("vanished_count", "-1", "negative"),
        ("vanished_count", "many", "invalid literal"),
        ("on_missing_source", "maybe", "`stop` or `continue`"),
        ("keep_runs", "0", "at least 1"),
        ("memory_limit", "lots", "an amount like `512MB`"),
        ("region", " ", "empty"),
        ("stack", "docker", "`auto`, `compose`, `local` or `embedded`"),
        ("engine", "presto", "`auto`, `duckdb`, `trino` or `shadow`"),
        ("trino_port", "70000", "a port between 1 and 65535"),
        ("localstack_port", "http", "invalid literal"),
    ],
)
def test_a_value_without_meaning_is_refused_with_its_origin(key: str, value: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load({}, {f"WARDLAKE_{key.upper()}": value})
    assert f"WARDLAKE_{key.upper()}" in refused.value.message
    assert repr(value) in refused.value.message
    assert says in refused.value.message


def test_an_unknown_key_in_the_file_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no setting 'endpoint'") as refused:
        load({}, {}, written(tmp_path, 'endpoint = "http://localhost:1"'))
    assert refused.value.hint == "did you mean endpoint_url?"


def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not TOML"):
        load({}, {}, written(tmp_path, "stage: dev"))


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load({}, {}, tmp_path / "none.toml")


def test_every_default_is_a_valid_value() -> None:
    settings = load({}, {})
    assert {setting.key for setting in SETTINGS} == set(vars(settings))
