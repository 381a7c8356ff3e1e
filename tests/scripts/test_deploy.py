"""`wardlake deploy --smoke`, `wardlake destroy-data`, and the checks before a deployment to an account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from scripts.deployment import deploy, open_target
from scripts.errors import CliError, ConfigurationError
from scripts.preflight import check_region, pandas_layer
from scripts.settings import load
from tests.deploy.faults import Faults
from tests.scripts.conftest import CommandLine, Said, own_emulator


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line with an emulator of its own, for the stage `dev` with a key."""
    with own_emulator(tmp_path_factory.mktemp("deploy")) as command:
        yield command


def client(command: CommandLine, service: str) -> object:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    return session.client(service, endpoint_url=command.environment["WARDLAKE_ENDPOINT_URL"])  # type: ignore[call-overload]


def buckets(command: CommandLine) -> set[str]:
    s3 = client(command, "s3")
    return {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def smoked(deployed: CommandLine) -> tuple[Said, set[str]]:
    """What a deployment of the stage `dev` with a key and a smoke test says, and the buckets after it."""
    said = deployed("deploy", "--parameter", "CustomerKey=yes", "--smoke")
    return said, buckets(deployed)


@pytest.fixture(scope="module")
def destroyed_too_early(deployed: CommandLine, smoked: tuple[Said, set[str]]) -> Said:
    """What is said to who would destroy the data of that stage while it is deployed."""
    return deployed("destroy-data", stdin="dev\ny\n")


@pytest.fixture(scope="module")
def undeployed(deployed: CommandLine, destroyed_too_early: Said) -> Said:
    """What is said when that stage is undeployed."""
    return deployed("undeploy")


@dataclass(frozen=True)
class Hesitation:
    """What an answer that does not confirm came to."""

    said: Said
    buckets: set[str]


@pytest.fixture(scope="module")
def hesitated(deployed: CommandLine, undeployed: Said) -> list[Hesitation]:
    """What became of its data with answers that do not confirm."""
    answers = ("\n\n", "prod\ny\n", "dev\nn\n")
    return [Hesitation(deployed("destroy-data", stdin=given), buckets(deployed)) for given in answers]


@pytest.fixture(scope="module")
def destroyed(deployed: CommandLine, hesitated: list[Hesitation]) -> Said:
    """What is said when its data are destroyed at last."""
    return deployed("destroy-data", stdin="dev\ny\n")


def test_a_smoke_test_runs_a_day_in_a_stage_of_its_own_and_leaves_nothing_of_it(
    smoked: tuple[Said, set[str]],
) -> None:
    said, left = smoked
    assert said.code == 0, said.err
    assert "smoke test passed" in said.err
    assert {name.split("-")[1] for name in left} == {"dev"}
    assert "stage devsmoke" in said.err


def test_destroying_is_refused_while_the_stack_exists(destroyed_too_early: Said) -> None:
    assert destroyed_too_early.code == 8
    assert "stack wardlake-dev still exists" in destroyed_too_early.err


def test_destroying_asks_for_the_stages_name_and_then_again(
    undeployed: Said, hesitated: list[Hesitation], smoked: tuple[Said, set[str]]
) -> None:
    assert undeployed.code == 0
    assert len(smoked[1]) == 3
    for each in hesitated:
        assert each.said.code != 0
        assert each.buckets == smoked[1]


def test_destroying_deletes_every_version_the_databases_and_in_time_the_key(
    deployed: CommandLine, destroyed: Said
) -> None:
    assert destroyed.code == 0, destroyed.err
    assert buckets(deployed) == set()
    glue, kms = client(deployed, "glue"), client(deployed, "kms")
    assert {item["Name"] for item in glue.get_databases()["DatabaseList"]} <= {"default"}  # type: ignore[attr-defined]
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]  # type: ignore[attr-defined]
    ours = [key["KeyState"] for key in keys if key["Description"] == "Wardlake dev, its data"]
    assert ours == ["PendingDeletion"]
    assert deployed("destroy-data", stdin="dev\ny\n").code == 7


@pytest.mark.parametrize("parameter", ["KeepRun=12", "KeepRuns=0", "ScheduleState=MAYBE"])
def test_a_parameter_that_the_template_does_not_take_is_a_wrong_use(
    deployed: CommandLine, parameter: str
) -> None:
    said = deployed("--stage", "other", "deploy", "--parameter", parameter)
    assert said.code == 2
    assert parameter.partition("=")[0] in said.err
    assert "deploy/template.yaml" in said.err


@pytest.mark.parametrize("text", ["Resources: [", "Resources: {Box: {Type: AWS::S3::Bukket}}"])
def test_a_template_that_cloudformation_cannot_read_is_refused_and_leaves_no_stack(
    deployed: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(text)
    monkeypatch.setattr("scripts.deployment.TEMPLATE", template)
    said = deployed("--stage", "other", "deploy")
    assert said.code == 9
    assert "CloudFormation refuses the template" in said.err
    assert "wardlake-other" not in stacks(deployed)


def test_what_is_not_confirmed_leaves_no_stack(deployed: CommandLine) -> None:
    target = open_target(
        load({"endpoint_url": deployed.environment["WARDLAKE_ENDPOINT_URL"], "stage": "other"}, {})
    )
    with pytest.raises(CliError, match="not confirmed"):
        deploy(target, {}, lambda question: False)
    assert "wardlake-other" not in stacks(deployed)


def test_a_stack_that_never_came_to_be_is_cleared_away_by_the_next_deployment(deployed: CommandLine) -> None:
    faults = Faults(deployed.environment["WARDLAKE_ENDPOINT_URL"])
    faults.add(service="athena", operation="CreateWorkGroup", error="InvalidRequestException", status=400)
    said = deployed("--stage", "other", "deploy")
    assert said.code == 1
    assert "stack wardlake-other ended as ROLLBACK_COMPLETE" in said.err
    assert "WorkGroup (AWS::Athena::WorkGroup): " in said.err
    said = deployed("--stage", "other", "deploy")
    assert said.code == 0, said.err
    assert "wardlake-other is ROLLBACK_COMPLETE: what is left of it is deleted first" in said.err
    assert deployed("--stage", "other", "undeploy").code == 0
    assert deployed("--stage", "other", "destroy-data", stdin="other\ny\n").code == 0


def stacks(command: CommandLine) -> list[str]:
    found = client(command, "cloudformation").describe_stacks()["Stacks"]  # type: ignore[attr-defined]
    return [stack["StackName"] for stack in found]


def test_a_stage_given_as_a_parameter_does_not_replace_another_stages_buckets(
    wardlake: CommandLine,
) -> None:
    said = wardlake("deploy", "--parameter", "Stage=prod")
    assert said.code == 2
    assert "wardlake --stage prod deploy" in said.err


def test_a_region_without_the_layers_version_is_refused_with_what_to_do(aws_session: boto3.Session) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no layer .*:999") as refused:
        check_region(aws_session, None, "eu-west-2", pandas_layer("eu-west-2", "999"))
    assert "PandasLayerVersion" in str(refused.value.hint)


def test_a_region_that_does_not_exist_is_refused(aws_session: boto3.Session) -> None:
    with pytest.raises(ConfigurationError, match="region eu-nowhere-7"):
        check_region(aws_session, None, "eu-nowhere-7", pandas_layer("eu-nowhere-7", "26"))
