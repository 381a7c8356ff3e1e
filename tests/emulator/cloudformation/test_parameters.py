"""The values of parameters: types, constraints, previous values."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.parameters import Parameter, read_parameters
from emulator.cloudformation.template import ParameterDefinition


def read(members: dict[str, Any], *given: dict[str, Any], previous: str | None = None) -> Parameter:
    definition = ParameterDefinition("P", members.get("Type", "String"), members)
    before = {"P": Parameter("P", previous, previous)} if previous is not None else {}
    return read_parameters({"P": definition}, list(given), before, {"/stored": "1,2"}.__getitem__)["P"]


def value(text: str) -> dict[str, Any]:
    return {"ParameterKey": "P", "ParameterValue": text}


@pytest.mark.parametrize(
    ("members", "text", "expected"),
    [
        ({"Type": "String"}, "a", "a"),
        ({"Type": "Number"}, "1.5", "1.5"),
        ({"Type": "List<Number>"}, "1, 2", ["1", "2"]),
        ({"Type": "CommaDelimitedList"}, "a, b", ["a", "b"]),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", "vpc-1"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "a,b", ["a", "b"]),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "/stored", "1,2"),
        ({"Type": "AWS::SSM::Parameter::Value<List<String>>"}, "/stored", ["1", "2"]),
        ({"Type": "String", "AllowedValues": [True, 2]}, "true", "true"),
        ({"Type": "Number", "AllowedValues": [30, 60]}, "60", "60"),
    ],
)
def test_a_value_is_read_by_its_type(members: dict[str, Any], text: str, expected: object) -> None:
    assert read(members, value(text)).value == expected


def test_a_default_counts_when_nothing_is_given() -> None:
    assert read({"Default": "x"}).value == "x"
    assert read({"Default": True}).value == "true"
    assert read({"Default": ""}).value == ""


def test_the_previous_value_can_be_kept() -> None:
    kept = {"ParameterKey": "P", "UsePreviousValue": True}
    assert read({"Default": "x"}, kept, previous="y").value == "y"
    with pytest.raises(ValidationError, match=r"Parameters: \[P\] must have values"):
        read({"Default": "x"}, kept)


def test_a_value_without_echo_is_not_shown() -> None:
    assert read({"NoEcho": True}, value("secret")).shown == "****"
    assert read({"NoEcho": "false"}, value("open")).shown == "open"


@pytest.mark.parametrize(
    ("members", "text", "reason"),
    [
        ({"AllowedValues": ["a"]}, "b", "Parameter 'P' must be one of AllowedValues"),
        ({"AllowedPattern": "[a-z]+"}, "a1", "Parameter 'P' must match pattern [a-z]+"),
        ({"MinLength": 2}, "a", "Parameter 'P' must contain at least 2 characters"),
        ({"MaxLength": "2"}, "abc", "Parameter 'P' must contain at most 2 characters"),
        ({"Type": "Number"}, "a", "Parameter 'P' must be a number"),
        ({"Type": "Number", "MinValue": 2}, "1", "must be a number not less than 2"),
        ({"Type": "Number", "MaxValue": 2}, "3", "must be a number not greater than 2"),
        ({"Type": "List<Number>"}, "1,a", "Parameter 'P' must be a number"),
        (
            {"AllowedValues": ["a"], "ConstraintDescription": "only a"},
            "b",
            "satisfy constraint: only a",
        ),
        ({"Type": "Nonsense"}, "b", "the type Nonsense of the parameter P is not supported"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(members: dict[str, Any], text: str, reason: str) -> None:
    with pytest.raises(ValidationError) as error:
        read(members, value(text))
    assert reason in str(error.value)


def test_a_parameter_that_the_template_has_not_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"Parameters: \[Q\] do not exist in the template"):
        read({"Default": "x"}, {"ParameterKey": "Q", "ParameterValue": "1"})
