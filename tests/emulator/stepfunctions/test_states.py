"""States: what expressions see and give, choices, variables, branches and iterations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.stepfunctions.conftest import World
from tests.emulator.stepfunctions.machines import Machines, jsonata, jsonpath, wait_until

TOO_LARGE = 262_145


def test_variables_take_their_values_when_their_state_ends(machines: Machines) -> None:
    ended = machines.run(
        jsonata(
            {
                "First": {"Type": "Pass", "Assign": {"x": 1, "text": 'a"b\\ü'}, "Next": "Second"},
                "Second": {
                    "Type": "Pass",
                    "Assign": {"x": "{% $x + 1 %}", "y": "{% $x %}"},
                    "Output": "{% $x %}",
                    "Next": "Third",
                },
                "Third": {"Type": "Pass", "Output": "{% [$states.input, $x, $y, $text] %}", "End": True},
            }
        )
    )
    assert ended.output == [1, 2, 1, 'a"b\\ü']


def test_an_undefined_value_fails_the_state_and_names_its_field(machines: Machines) -> None:
    state = {"Type": "Pass", "Output": {"a": [{"b": "{% $states.input.nothing %}"}]}, "End": True}
    ended = machines.run(jsonata({"Show": state}))
    assert (ended.status, ended.error) == ("FAILED", "States.QueryEvaluationError")
    assert ended.cause == (
        "An error occurred while executing the state 'Show' (entered at the event id #2). The JSONata "
        "expression '$states.input.nothing' specified for the field 'Output/a[0]/b' returned nothing "
        "(undefined)."
    )
    assert machines.kinds(ended.arn)[-2:] == ["EvaluationFailed", "ExecutionFailed"]


@pytest.mark.parametrize(
    ("state", "field", "wanted"),
    [
        ({"Type": "Wait", "Seconds": "{% 'x' %}", "End": True}, "Seconds", "number"),
        ({"Type": "Fail", "Error": "{% 1 %}"}, "Error", "string"),
    ],
)
def test_a_value_of_another_type_than_its_field_asks_for_fails_the_state(
    machines: Machines, state: dict[str, Any], field: str, wanted: str
) -> None:
    ended = machines.run(jsonata({"Odd": state}))
    assert ended.error == "States.QueryEvaluationError"
    assert (
        f"specified for the field '{field}' returned an unexpected result type. Expected '{wanted}'"
        in str(ended.cause)
    )


def test_a_condition_must_be_a_boolean(machines: Machines) -> None:
    choice = {"Type": "Choice", "Choices": [{"Condition": "{% 'yes' %}", "Next": "End"}], "Default": "End"}
    ended = machines.run(jsonata({"Choose": choice, "End": {"Type": "Succeed"}}))
    assert "'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean'" in str(ended.cause)


def test_the_context_object_tells_execution_state_and_machine(machines: Machines) -> None:
    arn = machines.make(jsonata({"Tell": {"Type": "Pass", "Output": "{% $states.context %}", "End": True}}))
    ended = machines.end_of(machines.start(arn, {"a": 1}, name="named"))
    context = ended.output
    assert context["Execution"]["Id"] == ended.arn
    assert (context["Execution"]["Name"], context["Execution"]["Input"]) == ("named", {"a": 1})
    assert context["StateMachine"]["Id"] == arn
    assert context["State"]["Name"] == "Tell"
    for moment in (context["Execution"]["StartTime"], context["State"]["EnteredTime"]):
        assert len(moment) == len("2026-01-02T03:04:05.678Z") and moment.endswith("Z")


def test_a_choice_makes_the_output_of_the_rule_it_takes_alone(machines: Machines) -> None:
    arn = machines.make(
        jsonata(
            {
                "Choose": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Output": "rule", "Next": "End"}],
                    "Default": "End",
                    "Output": "default",
                },
                "End": {"Type": "Succeed"},
            }
        )
    )
    assert machines.run(arn, {"n": 2}).output == "rule"
    assert machines.run(arn, {"n": 1}).output == "default"


def test_a_choice_without_a_rule_that_matches_fails(machines: Machines) -> None:
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "End"}]}
    ended = machines.run(jsonpath({"Choose": choice, "End": {"Type": "Succeed"}}), {"n": 2})
    assert ended.error == "States.Runtime"
    assert str(ended.cause).endswith(
        "Failed to transition out of the state. The state does not point to a next state."
    )


def test_a_map_keeps_the_order_of_its_items_and_gives_each_its_index(machines: Machines) -> None:
    each = {
        "Type": "Map",
        "Items": "{% $states.input %}",
        "MaxConcurrency": 2,
        "ItemSelector": {
            "item": "{% $states.context.Map.Item.Value %}",
            "index": "{% $states.context.Map.Item.Index %}",
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "One",
            "States": {
                "One": {
                    "Type": "Pass",
                    "Output": "{% $states.input.item & $states.input.index %}",
                    "End": True,
                }
            },
        },
        "End": True,
    }
    assert machines.run(jsonata({"Each": each}), ["a", "b", "c"]).output == ["a0", "b1", "c2"]


def test_a_map_over_no_array_fails_by_its_field(machines: Machines) -> None:
    each = {
        "Type": "Map",
        "Items": "{% $states.input %}",
        "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Succeed"}}},
        "End": True,
    }
    ended = machines.run(jsonata({"Each": each}), {"a": 1})
    assert "for the field 'Items' returned an unexpected result type. Expected 'array'" in str(ended.cause)


def test_a_branch_that_fails_ends_the_others_and_is_caught(machines: Machines) -> None:
    fork = {
        "Type": "Parallel",
        "Branches": [
            {"StartAt": "Long", "States": {"Long": {"Type": "Wait", "Seconds": 3600, "End": True}}},
            {"StartAt": "Bad", "States": {"Bad": {"Type": "Fail", "Error": "Mine", "Cause": "why"}}},
        ],
        "Catch": [
            {
                "ErrorEquals": ["Mine"],
                "Assign": {"error": "{% $states.errorOutput.Error %}"},
                "Output": "{% $states.errorOutput.Cause %}",
                "Next": "After",
            }
        ],
        "End": True,
    }
    after = {"Type": "Pass", "Output": "{% [$error, $states.input] %}", "End": True}
    ended = machines.run(jsonata({"Fork": fork, "After": after}))
    assert ended.output == ["Mine", "why"]
    assert "ParallelStateFailed" in machines.kinds(ended.arn)


def test_jsonpath_states_select_and_place_what_they_work_with(machines: Machines) -> None:
    ended = machines.run(
        jsonpath(
            {
                "Select": {
                    "Type": "Pass",
                    "InputPath": "$.in",
                    "Parameters": {"n.$": "$.n", "name.$": "$$.Execution.Name", "fixed": [1]},
                    "ResultPath": "$.out",
                    "OutputPath": "$.out",
                    "Next": "Keep",
                },
                "Keep": {"Type": "Pass", "Result": {"r": 1}, "ResultPath": "$.kept.deep", "Next": "Drop"},
                "Drop": {"Type": "Pass", "Result": "gone", "ResultPath": None, "End": True},
            }
        ),
        {"in": {"n": 1}},
    )
    assert {**ended.output, "name": "…"} == {"n": 1, "name": "…", "fixed": [1], "kept": {"deep": {"r": 1}}}


def test_jsonpath_states_use_variables_by_path(machines: Machines) -> None:
    ended = machines.run(
        jsonpath(
            {
                "Set": {"Type": "Pass", "Assign": {"v.$": "$.a", "w": {"x": [1, 2]}}, "Next": "Use"},
                "Use": {"Type": "Pass", "Parameters": {"v.$": "$v", "x.$": "$w.x[1]"}, "End": True},
            }
        ),
        {"a": 'q"'},
    )
    assert ended.output == {"v": 'q"', "x": 2}


def test_a_path_that_leads_nowhere_fails_by_its_field(machines: Machines) -> None:
    state = {"Type": "Pass", "Parameters": {"a.$": "$.nothing"}, "End": True}
    ended = machines.run(jsonpath({"Select": state}))
    assert ended.error == "States.Runtime"
    assert (
        "The JSONPath '$.nothing' specified for the field 'a.$' could not be found in the input '{}'"
        in str(ended.cause)
    )


def test_a_state_may_not_hold_more_than_its_limit(machines: Machines) -> None:
    state = {"Type": "Pass", "Output": f"{{% $pad('', {TOO_LARGE}, 'é') %}}", "End": True}
    ended = machines.run(jsonata({"Grow": state}))
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")


def test_a_wait_until_a_moment_that_has_passed_ends_at_once(machines: Machines) -> None:
    state = {"Type": "Wait", "Timestamp": "2020-01-01T00:00:00Z", "End": True}
    assert machines.run(jsonata({"Wait": state})).status == "SUCCEEDED"


def test_a_state_machine_that_takes_too_long_is_timed_out(machines: Machines) -> None:
    ended = machines.run(jsonata({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}, TimeoutSeconds=1))
    assert ended.status == "TIMED_OUT"
    assert machines.kinds(ended.arn)[-1] == "ExecutionTimedOut"


@pytest.mark.parametrize(
    "wait", [{"Seconds": 86_400}, {"Timestamp": "{% $fromMillis($millis() + 86400000) %}"}]
)
def test_a_wait_ends_when_the_clock_is_moved_past_it(world: World, wait: dict[str, Any]) -> None:
    machines = world.machines
    arn = machines.start(machines.make(jsonata({"Wait": {"Type": "Wait", "End": True} | wait})))
    wait_until(lambda: "WaitStateEntered" in machines.kinds(arn))
    world.emulator.clock.move_to(world.emulator.clock.now() + timedelta(days=2))
    ended = machines.end_of(arn)
    assert ended.status == "SUCCEEDED"
    assert ended.description["stopDate"] - ended.description["startDate"] > timedelta(days=1)


def test_a_moment_that_the_clock_has_passed_is_not_waited_for(world: World) -> None:
    tomorrow = world.emulator.clock.now() + timedelta(days=1)
    world.emulator.clock.move_to(tomorrow + timedelta(days=1))
    state = {"Type": "Wait", "Timestamp": f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}", "End": True}
    assert world.machines.run(jsonpath({"Wait": state})).status == "SUCCEEDED"
