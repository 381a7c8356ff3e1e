"""deploy/template.yaml as text: what linters and AWS's own limits say of it, and what it must agree with."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint import decode

from scripts.deployment import DEFINITION, TEMPLATE
from scripts.rendering import render

MOST_BYTES_IN_A_CALL = 51_200  # of a TemplateBody: the first deployment has no bucket for a longer one


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return decoded(TEMPLATE.read_text())


def decoded(text: str) -> dict[str, Any]:
    loaded, problems = decode.decode_str(text)
    assert loaded and not problems
    return dict(loaded)


def resources(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: dict(item) for name, item in template["Resources"].items() if item["Type"] == kind}


def test_cfn_lint_has_nothing_to_say() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(TEMPLATE)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.stdout, said.returncode) == ("", 0)


def test_it_fits_into_one_call_as_it_is_and_as_it_is_sent() -> None:
    assert len(TEMPLATE.read_bytes()) < MOST_BYTES_IN_A_CALL
    assert len(render(TEMPLATE.read_text(), "a" * 12, "1" * 12).encode()) < MOST_BYTES_IN_A_CALL


def test_what_outlives_the_stack_has_names_that_a_later_stack_finds(template: dict[str, Any]) -> None:
    sent = decoded(render(TEMPLATE.read_text(), "prod", "123456789012"))
    for kind, name in (("AWS::S3::Bucket", "BucketName"), ("AWS::Glue::Database", "DatabaseName")):
        for logical_id, resource in resources(sent, kind).items():
            written = resource["Properties"].pop(name)
            made = template["Resources"][logical_id]["Properties"][name]["Fn::Sub"]
            assert written == made.replace("${Stage}", "prod").replace("${AWS::AccountId}", "123456789012")
            sent["Resources"][logical_id]["Properties"][name] = {"Fn::Sub": made}
    assert sent == template  # nothing else is another


def test_every_handler_that_a_function_names_exists(template: dict[str, Any]) -> None:
    functions = resources(template, "AWS::Lambda::Function")
    assert functions
    for function in functions.values():
        module, _, name = function["Properties"]["Handler"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_the_state_machine_is_given_exactly_what_its_definition_asks_for(template: dict[str, Any]) -> None:
    (machine,) = resources(template, "AWS::StepFunctions::StateMachine").values()
    asked = set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text()))
    assert set(machine["Properties"]["DefinitionSubstitutions"]) == asked


def test_what_holds_data_outlives_the_stack(template: dict[str, Any]) -> None:
    for kind in ("AWS::S3::Bucket", "AWS::Glue::Database", "AWS::KMS::Key"):
        for name, resource in resources(template, kind).items():
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
            assert resource["UpdateReplacePolicy"] == "Retain", name


def test_every_bucket_refuses_plain_http_and_the_public(template: dict[str, Any]) -> None:
    buckets = resources(template, "AWS::S3::Bucket")
    policies = [item["Properties"] for item in resources(template, "AWS::S3::BucketPolicy").values()]
    refusing = {policy["Bucket"]["Ref"] for policy in policies if "aws:SecureTransport" in json.dumps(policy)}
    assert refusing == set(buckets)
    for bucket in buckets.values():
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


def test_every_bucket_is_encrypted_with_the_stages_key_or_else_with_s3s(template: dict[str, Any]) -> None:
    for name, bucket in resources(template, "AWS::S3::Bucket").items():
        (rule,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        chosen = rule["ServerSideEncryptionByDefault"]
        assert chosen["SSEAlgorithm"] == {"Fn::If": ["HasKey", "aws:kms", "AES256"]}, name
        assert chosen["KMSMasterKeyID"]["Fn::If"][0] == "HasKey", name


def test_what_was_delivered_is_versioned(template: dict[str, Any]) -> None:
    bucket = template["Resources"]["SourceBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_each_schedule_keeps_the_hospitals_time(template: dict[str, Any]) -> None:
    schedules = resources(template, "AWS::Scheduler::Schedule").values()
    times = {
        (item["Properties"]["ScheduleExpression"], item["Properties"]["ScheduleExpressionTimezone"])
        for item in schedules
    }
    assert times == {("cron(0 8 * * ? *)", "Europe/London"), ("cron(0 9 * * ? *)", "Europe/London")}


def test_no_role_may_do_everything_or_act_on_everything(template: dict[str, Any]) -> None:
    for name, role in resources(template, "AWS::IAM::Role").items():
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    assert not action.endswith("*"), f"{name}: {action}"
                # the only calls for which AWS has no resource to name
                if statement["Sid"] != "LogDelivery":
                    assert statement["Resource"] != "*", f"{name}: {statement['Sid']}"
