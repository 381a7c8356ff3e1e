"""The functions of templates: what each gives, in YAML's short form, its long form and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.cloudformation.environment import Environment, Place
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.parameters import read_parameters
from emulator.cloudformation.references import Reference
from emulator.cloudformation.template import read_template

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: dev}
  Many: {Type: CommaDelimitedList, Default: "a, b,c"}
Mappings:
  Sizes: {dev: {memory: 256, zones: [x, y]}, live: {memory: 1024, zones: [z]}}
Conditions:
  IsLive: !Equals [!Ref Stage, live]
  IsDev: !Not [!Condition IsLive]
  Either: !Or [!Condition IsLive, !Equals [a, b], !Condition IsDev]
  Both: !And [!Condition IsLive, !Condition IsDev]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Metadata:
      Value: %s
"""
PLACE = Place(
    "123456789012", "eu-west-2", "shop", "arn:aws:cloudformation:eu-west-2:123456789012:stack/shop/1"
)
RESOURCES = {("Bucket", None): "shop-bucket", ("Bucket", "Arn"): "arn:aws:s3:::shop-bucket"}


def value_of(text: str) -> Any:
    """The value of a piece of YAML within the template."""
    template = read_template(TEMPLATE % text)
    parameters = read_parameters(template.parameters, [], {}, lambda name: name)
    environment = Environment(template, parameters, PLACE, {"shared": "value of another stack"}.__getitem__)

    def attribute(reference: Reference) -> str:
        return RESOURCES[reference.name, reference.attribute]

    metadata = template.resources["Bucket"].metadata or {}
    return environment.evaluator(attribute).value(metadata)["Value"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Stage", "dev"),
        ("!Ref Many", ["a", "b", "c"]),
        ("!Ref Bucket", "shop-bucket"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::Region", "eu-west-2"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::StackName", "shop"),
        ("!Ref AWS::StackId", PLACE.stack_id),
        ("!Ref AWS::NotificationARNs", []),
        ("{Fn::GetAtt: [Bucket, Arn]}", "arn:aws:s3:::shop-bucket"),
        ("!GetAtt Bucket.Arn", "arn:aws:s3:::shop-bucket"),
        ("!GetAtt [Bucket, Arn]", "arn:aws:s3:::shop-bucket"),
        (
            "!Sub '${Stage}-${Bucket}-${Bucket.Arn}-${AWS::Region}'",
            "dev-shop-bucket-arn:aws:s3:::shop-bucket-eu-west-2",
        ),
        ("!Sub '${!Literal} $5 ${Stage}'", "${Literal} $5 dev"),
        ("!Sub ['${A}${Stage}', {A: !Ref Bucket, Stage: mine}]", "shop-bucketmine"),
        ("!Join ['-', [a, !Ref Stage, 3, true]]", "a-dev-3-true"),
        ("!Join [',', !Ref Many]", "a,b,c"),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Select [1, !Ref Many]", "b"),
        ("!Select ['0', !Split ['/', 'x/y']]", "x"),
        ("!If [IsLive, 1, 2]", 2),
        ("!If [IsDev, 1, 2]", 1),
        ("!If [Either, 1, 2]", 1),
        ("!If [Both, 1, 2]", 2),
        ("[!If [IsLive, 1, !Ref AWS::NoValue], 2]", [2]),
        ("{a: !If [IsLive, 1, !Ref AWS::NoValue], b: 2}", {"b": 2}),
        ("!FindInMap [Sizes, !Ref Stage, memory]", 256),
        ("!FindInMap [Sizes, live, zones]", ["z"]),
        ("!ImportValue shared", "value of another stack"),
        ("{Fn::ImportValue: !Join ['', [shar, ed]]}", "value of another stack"),
        ("!Base64 abc", "YWJj"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("2012-10-17", "2012-10-17"),
        ("012", 10),
        ("'012'", "012"),
    ],
)
def test_a_function_gives_what_aws_gives(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("!GetAZs ''", "the function Fn::GetAZs is not supported by this emulator"),
        ("{Fn::Transform: {Name: x}}", "the function Fn::Transform is not supported by this emulator"),
        ("{Fn::Length: [1]}", "the function Fn::Length is not supported by this emulator"),
        ("'{{resolve:ssm:/a:1}}'", "dynamic reference {{resolve:ssm:/a:1}} is not supported"),
        ("!If [Absent, 1, 2]", "Unresolved condition dependency Absent"),
        ("!FindInMap [Sizes, test, memory]", "Unable to get mapping for Sizes::test::memory"),
        ("!FindInMap [Absent, test, memory]", "Mapping named 'Absent' is not present"),
        ("!Select [3, [a]]", "cannot select nonexistent value at index 3"),
        ("!Join [x]", "Fn::Join needs a list of 2 parameters"),
        ("!GetAtt Bucket", "every Fn::GetAtt object requires two non-empty parameters"),
        ("!Cidr [10.0.0.0/24, 9, 6]", "has not 9 blocks of 6 bits"),
        ("!Join ['', [{a: b}]]", "Fn::Join needs texts, not dict"),
    ],
)
def test_a_function_that_cannot_be_evaluated_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValidationError) as error:
        value_of(text)
    assert reason in str(error.value)


def test_a_template_in_json_is_the_same_template() -> None:
    template = read_template(
        json.dumps(
            {"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "X"}}}}}
        )
    )
    assert template.resources["A"].properties == {"BucketName": {"Ref": "X"}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Resources: {A: {Type: x}, A: {Type: y}}", "the key A comes twice"),
        ("Resources: {A: !Nonsense x}", "unknown tag !Nonsense"),
        ("Resources: [", "YAML not well-formed. (line 1"),
        ("just text", "unsupported structure"),
        ("Nonsense: {}\nResources: {}", "Invalid template property or properties [Nonsense]"),
        ("Description: nothing", "At least one Resources member must be defined"),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources: {}",
            "AWS::Serverless-2016-10-31 is not",
        ),
        ("Transform: [AWS::LanguageExtensions]\nResources: {}", "Transform AWS::LanguageExtensions is not"),
        ("AWSTemplateFormatVersion: 2020-01-01\nResources: {}", "2020-01-01 is not a supported value"),
        ("Resources: {A: {}}", "Every Resources object must contain a Type member"),
        ("Resources: {A-B: {Type: x}}", "Resource name A-B is non alphanumeric"),
        ("Resources: {A: {Type: x, Nonsense: y}}", "Invalid template resource property 'Nonsense'"),
        ("Resources: {A: {Type: x, CreationPolicy: {a: b}}}", "CreationPolicy of A is not supported"),
        ("Resources: {A: {Type: x, UpdatePolicy: {a: b}}}", "UpdatePolicy of A is not supported"),
        (
            "Resources: {A: {Type: x, DeletionPolicy: Snapshot}}",
            "Snapshot of A is not supported",
        ),
        (
            "Resources: {A: {Type: x, DeletionPolicy: Keep}}",
            "must be one of Delete, Retain, Ret",
        ),
        ("Resources: {A: {Type: x}}\nOutputs: {B: {}}", "Every Outputs member must contain a Value object"),
        ("Resources: {'Fn::ForEach::X': [a]}", "Fn::ForEach::X in Resources is not supported"),
    ],
)
def test_what_is_no_template_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValidationError) as error:
        read_template(text)
    assert reason in str(error.value)
