"""What a function finds in its process: variables, modules, layers."""

from __future__ import annotations

import base64
import os
import sys
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.awslambda.deploying import Deployer, call, wait_until, zipped

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

PANDAS = "arn:aws:lambda:eu-west-2:336392948345:layer:AWSSDKPandas-Python312:19"

IMPORT = """
import importlib
def handler(event, context):
    found = {}
    for name in event:
        try:
            importlib.import_module(name)
            found[name] = True
        except ModuleNotFoundError:
            found[name] = False
    return found
"""


def test_variables_are_aws_own_the_functions_and_no_others(
    functions: LambdaClient, deploy: Deployer, emulator_endpoint: str
) -> None:
    name = deploy(
        "import os\ndef handler(event, context): return dict(os.environ)",
        Environment={"Variables": {"WARD": "A&E"}},
        MemorySize=512,
    )
    found = call(functions, name).payload
    assert found["WARD"] == "A&E"
    assert found["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert found["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert found["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-west-2"
    assert found["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert found["AWS_ENDPOINT_URL"] == emulator_endpoint
    assert found["TZ"] == ":UTC"
    assert found["_HANDLER"] == "app.handler"
    users = {
        name for name in os.environ if name not in ("PATH", "HOME", "LANG", "TZ", "LC_CTYPE", "PYTHONPATH")
    }
    assert not users.intersection(found) - {"AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED"}


def test_working_directory_is_the_package_and_temporary_files_are_the_environments(
    functions: LambdaClient, deploy: Deployer
) -> None:
    source = """
    import os, tempfile
    def handler(event, context):
        return [os.getcwd() == os.environ["LAMBDA_TASK_ROOT"], open("note.py").read(),
                tempfile.gettempdir() == os.environ["HOME"], os.listdir(os.environ["HOME"])]
    """
    name = deploy(Code={"ZipFile": zipped(app_py=source, note_py="# here")})
    assert call(functions, name).payload == [True, "# here", True, []]


def test_only_the_managed_runtimes_modules_can_be_imported(functions: LambdaClient, deploy: Deployer) -> None:
    provided = ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "awslambdaric"]
    missing = [
        "pandas",
        "numpy",
        "pyarrow",
        "duckdb",
        "moto",
        "pytest",
        "emulator",
        "pipeline",
        "site_packages",
    ]
    found = call(functions, deploy(IMPORT), [*provided, *missing]).payload
    assert found == dict.fromkeys(provided, True) | dict.fromkeys(missing, False)


def test_layer_for_pandas_is_met_by_the_interpreter_and_says_so(
    functions: LambdaClient, deploy: Deployer
) -> None:
    name = deploy(
        """
        import pandas, pyarrow
        def handler(event, context):
            table = pyarrow.Table.from_pandas(pandas.DataFrame({"beds": [3, 4]}))
            return sum(table["beds"].to_pylist())
        """,
        Layers=[PANDAS],
        Timeout=30,
    )
    assert call(functions, name).payload == 7
    assert functions.get_function_configuration(FunctionName=name)["Layers"][0]["Arn"] == PANDAS
    assert not call(functions, deploy(IMPORT, Layers=[PANDAS]), ["duckdb"]).payload["duckdb"]


def test_another_runtime_and_a_layer_that_is_met_are_told_in_the_log(
    functions: LambdaClient, deploy: Deployer, aws_session: boto3.Session
) -> None:
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    other = "python3.14" if here != "python3.14" else "python3.13"
    name = deploy(Runtime=other, Layers=[PANDAS])
    call(functions, name)
    logs = aws_session.client("logs")
    told: list[str] = []

    def has_reported() -> bool:
        if not logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"]:
            return False  # the first batch of events is still being gathered
        found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        told[:] = [event["message"] for event in found]
        return any(line.startswith("REPORT") for line in told)

    wait_until(has_reported)
    assert f"EMULATOR The runtime {other} is met by {here}, which runs the emulator" in told
    assert any("AWSSDKPandas-Python312 is met by pandas, numpy and pyarrow" in line for line in told)


def test_layers_are_laid_over_each_other_under_the_functions_own_modules(
    functions: LambdaClient, deploy: Deployer
) -> None:
    def layer(name: str, **files: str) -> str:
        published = functions.publish_layer_version(LayerName=name, Content={"ZipFile": zipped(**files)})
        return published["LayerVersionArn"]

    lower = layer("lower", python__shared__a_py="NAME = 'lower'", python__shared__b_py="NAME = 'lower'")
    upper = layer(
        "upper", python__shared__b_py="NAME = 'upper'", python__app_py="def handler(e, c): return 0"
    )
    name = deploy(
        """
        import shared.a, shared.b
        def handler(event, context): return [shared.a.NAME, shared.b.NAME]
        """,
        Layers=[lower, upper],
    )
    assert call(functions, name).payload == ["lower", "upper"]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (["arn:aws:lambda:eu-west-2:123456789012:layer:absent:1"], "does not exist"),
        (["arn:aws:lambda:eu-west-2:999999999999:layer:theirs:1"], "does not exist"),
        ([PANDAS.replace("eu-west-2", "us-east-1")], "Layers are not in the same region as the function"),
        ([PANDAS, PANDAS.replace(":19", ":18")], "Two different versions of the same layer"),
    ],
)
def test_layers_that_cannot_be_used_are_refused(deploy: Deployer, layers: list[str], message: str) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValueException.*" + message):
        deploy(Layers=layers)


def test_layers_have_versions_that_are_listed_and_deleted(functions: LambdaClient) -> None:
    archive = zipped(python__tool_py="VALUE = 1")
    first, second = (
        functions.publish_layer_version(
            LayerName="tools",
            Content={"ZipFile": archive},
            CompatibleRuntimes=["python3.12"],
            Description=text,
        )
        for text in ("one", "two")
    )
    assert (first["Version"], second["Version"]) == (1, 2)
    assert first["LayerArn"] == "arn:aws:lambda:eu-west-2:123456789012:layer:tools"
    listed = functions.list_layer_versions(LayerName="tools", CompatibleRuntime="python3.12")["LayerVersions"]
    assert [version["Description"] for version in listed] == ["two", "one"]
    assert (
        functions.list_layer_versions(LayerName="tools", CompatibleRuntime="python3.9")["LayerVersions"] == []
    )
    functions.delete_layer_version(LayerName="tools", VersionNumber=2)
    (layer,) = [layer for layer in functions.list_layers()["Layers"] if layer["LayerName"] == "tools"]
    assert layer["LatestMatchingVersion"]["Version"] == 1
    by_arn = functions.get_layer_version_by_arn(Arn=first["LayerVersionArn"])
    assert by_arn["Content"]["CodeSha256"] == first["Content"]["CodeSha256"]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_layer_version(LayerName="tools", VersionNumber=2)


def test_json_logs_are_json_with_lambdas_own_lines(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy(
        """
        import logging
        def handler(event, context): logging.getLogger().warning("late")
        """,
        LoggingConfig={"LogFormat": "JSON"},
    )
    answer = functions.invoke(FunctionName=name, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert '"type": "platform.start"' in lines[0]
    assert '"message": "late"' in lines[1]
    assert '"type": "platform.report"' in lines[2]
