"""What is refused when a state machine is made, each by its name and place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.stepfunctions.machines import Machines, State, jsonata, jsonpath

END: State = {"Type": "Succeed"}
LAMBDA = "arn:aws:lambda:eu-west-2:123456789012:function:f"


def task(resource: str, **more: Any) -> State:
    return jsonata({"A": {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "End": True} | more})


def passing(**more: Any) -> State:
    return jsonata({"A": {"Type": "Pass", "End": True} | more})


REFUSED: list[tuple[Any, str]] = [
    ("{", "INVALID_JSON_DESCRIPTION: Expecting property name enclosed in double quotes"),
    (
        {"StartAt": "A"},
        "SCHEMA_VALIDATION_FAILED: The field 'States' is required and must hold a state at /States",
    ),
    (
        jsonpath({"A": {"Type": "Pass"}}),
        "SCHEMA_VALIDATION_FAILED: Exactly one of these fields is required: [Next, End] at /States/A",
    ),
    (
        jsonpath({"A": {"Type": "Pass", "Next": "B", "End": True}, "B": END}),
        "Exactly one of these fields is required: [Next, End] at /States/A",
    ),
    (jsonpath({"A": {"Type": "Pass", "Next": "B"}}), "MISSING_TRANSITION_TARGET: Missing 'Next' target: B"),
    (jsonpath({"A": END, "B": END}), 'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'),
    (
        jsonpath({"A": {"Type": "Pass", "Next": "A"}}),
        "MISSING_END_STATE",
    ),
    (
        {"StartAt": "B", "States": {"A": END}},
        "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: B at /StartAt",
    ),
    (jsonpath({"A": {"Type": "Jump", "End": True}}), "Value should be one of the following: [Pass, Task,"),
    (passing(Colour="red"), "SCHEMA_VALIDATION_FAILED: Field 'Colour' is not supported at /States/A/Colour"),
    (
        passing(ResultPath="$.a"),
        "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' "
        "QueryLanguage at /States/A",
    ),
    (
        jsonpath({"A": {"Type": "Pass", "Output": 1, "End": True}}),
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata'",
    ),
    (
        passing(QueryLanguage="JSONPath"),
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
    ),
    (passing(Output={"a": ["{% 1 + %}"]}), "INVALID_JSONATA_EXPRESSION: S0207: Unexpected end of expression"),
    (
        passing(Output="{% $eval('1') %}"),
        "UNSUPPORTED_JSONATA_EXPRESSION: Function '$eval' is not supported.",
    ),
    (passing(Output="{% $$ %}"), "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported."),
    (passing(Output="{% 1"), "INVALID_JSONATA_EXPRESSION: The string must start with '{%' and end with '%}'"),
    (
        task("glue:startJobRun.sync"),
        "The integration 'glue' of arn:aws:states:::glue:startJobRun.sync is not",
    ),
    (
        task("athena:listWorkGroups"),
        "INVALID_RESOURCE: The resource provided arn:aws:states:::athena:listWork",
    ),
    (task("athena:getQueryResults.sync"), "INVALID_RESOURCE: The resource provided"),
    (
        task("athena:startQueryExecution", Arguments={"QueryString": "x", "Speed": 1}),
        'The field "Speed" is not supported by Step Functions at /States/A',
    ),
    (
        task("athena:startQueryExecution.sync"),
        'The field "QueryString" is required but was missing at /States/A',
    ),
    (task("aws-sdk:s3:fetchObject"), "the service 's3' has no action 'fetchObject'"),
    (task("aws-sdk:nothing:do"), "the service 'nothing' of an AWS SDK integration is not known"),
    (task("aws-sdk:s3:getObject", Arguments={"Bucket": "b"}), 'The field "Key" is required but was missing'),
    (
        jsonpath({"A": {"Type": "Task", "Resource": LAMBDA.replace("lambda", "states"), "End": True}}),
        "The integration 'function' of arn:aws:states:eu-west-2:123456789012:function:f is not supported",
    ),
    (
        jsonata(
            {
                "A": {
                    "Type": "Task",
                    "Resource": LAMBDA,
                    "Retry": [{"ErrorEquals": ["States.ALL", "Mine"]}],
                    "End": True,
                }
            }
        ),
        "'States.ALL' must appear alone in 'ErrorEquals', in the last of 'Retry' at /States/A/Retry[0]",
    ),
    (
        jsonata({"A": {"Type": "Task", "Resource": LAMBDA, "Catch": [{"Next": "B"}], "End": True}, "B": END}),
        "The field 'ErrorEquals' is required and must not be empty at /States/A/Catch[0]",
    ),
    (
        jsonpath({"A": {"Type": "Pass", "Parameters": {"a.$": "States.Nothing(1)"}, "End": True}}),
        "the intrinsic function 'States.Nothing' is not known",
    ),
    (
        jsonpath(
            {"A": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": END}}], "End": True}}
        ),
        "DUPLICATE_STATE_NAME: Duplicate state name: A at /States/A/Branches[0]/States/A",
    ),
    (
        jsonata(
            {
                "A": {
                    "Type": "Map",
                    "ItemProcessor": {"StartAt": "B", "States": {"B": END}},
                    "ItemBatcher": {"MaxItemsPerBatch": 2},
                    "End": True,
                }
            }
        ),
        "ItemBatcher of a Map state is not supported by this emulator at /States/A/ItemBatcher",
    ),
]


@pytest.mark.parametrize(("definition", "message"), REFUSED)
def test_a_definition_is_refused_by_what_is_wrong_with_it(
    machines: Machines, definition: Any, message: str
) -> None:
    with pytest.raises(machines.client.exceptions.InvalidDefinition) as caught:
        machines.make(definition)
    told = caught.value.response["Error"]["Message"]
    assert told.startswith("Invalid State Machine Definition: '")
    assert message in told


def test_a_check_without_a_state_machine_tells_every_problem(machines: Machines) -> None:
    wrong = jsonata({"A": {"Type": "Pass", "Colour": 1, "Size": 2, "End": True}})
    answer = machines.client.validate_state_machine_definition(definition=json.dumps(wrong))
    assert answer["result"] == "FAIL"
    assert [found["location"] for found in answer["diagnostics"]] == ["/States/A/Colour", "/States/A/Size"]
    fine = machines.client.validate_state_machine_definition(definition=json.dumps(passing()))
    assert (fine["result"], fine["diagnostics"]) == ("OK", [])


def test_an_express_state_machine_may_not_wait_for_jobs(machines: Machines) -> None:
    definition = task("athena:startQueryExecution.sync", Arguments={"QueryString": "SELECT 1"})
    with pytest.raises(
        ClientError, match=r"Express state machine does not support '\.sync' service integration"
    ):
        machines.make(definition, type="EXPRESS")
