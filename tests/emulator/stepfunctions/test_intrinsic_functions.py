"""The intrinsic functions of JSONPath states, with the examples of AWS' documentation of them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.emulator.stepfunctions.machines import Machines, jsonpath

NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9]
FIRST, SECOND = {"a": {"a1": 1, "a2": 2}, "b": 2}, {"a": {"a3": 1, "a4": 2}, "c": 3}


def call(machines: Machines, expression: str, given: Any) -> Any:
    """The value of an expression in a Pass state."""
    state = {"Type": "Pass", "Parameters": {"value.$": expression}, "End": True}
    ended = machines.run(jsonpath({"Call": state}), given)
    assert ended.status == "SUCCEEDED", ended.cause
    return ended.output["value"]


@pytest.mark.parametrize(
    ("expression", "given", "value"),
    [
        ("States.Array('Foo', 2020, $.j, null)", {"j": {"r": "x"}}, ["Foo", 2020, {"r": "x"}, None]),
        ("States.ArrayPartition($.items, 4)", {"items": NINE}, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
        ("States.ArrayContains($.items, $.wanted)", {"items": NINE, "wanted": 5}, True),
        ("States.ArrayContains($.items, 10)", {"items": NINE}, False),
        ("States.ArrayRange(1, 9, 2)", {}, [1, 3, 5, 7, 9]),
        ("States.ArrayGetItem($.items, $.index)", {"items": NINE, "index": 5}, 6),
        ("States.ArrayLength($.items)", {"items": NINE}, 9),
        ("States.ArrayUnique($.items)", {"items": [1, 2, 3, 3, 3, 3, 3, 3, 4]}, [1, 2, 3, 4]),
        ("States.Base64Encode($.input)", {"input": "Data to encode"}, "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode($.base64)", {"base64": "RGVjb2RlZCBkYXRh"}, "Decoded data"),
        (
            "States.Hash($.Data, $.Algorithm)",
            {"Data": "input data", "Algorithm": "SHA-1"},
            "aaff4a450a104cd177d28d18d74485e8cae074b7",
        ),
        (
            "States.JsonMerge($.one, $.two, false)",
            {"one": FIRST, "two": SECOND},
            {"a": {"a3": 1, "a4": 2}, "b": 2, "c": 3},
        ),
        ("States.StringToJson($.text)", {"text": '{"foo": "bar"}'}, {"foo": "bar"}),
        ("States.JsonToString($.json)", {"json": {"foo": "bar"}}, '{"foo":"bar"}'),
        ("States.MathAdd($.value1, $.step)", {"value1": 111, "step": -1}, 110),
        ("States.StringSplit($.s, $.by)", {"s": "1,2,3,4,5", "by": ","}, ["1", "2", "3", "4", "5"]),
        (
            "States.StringSplit($.s, $.by)",
            {"s": "This.is+a,test=string", "by": ".+,="},
            ["This", "is", "a", "test", "string"],
        ),
        ("States.Format('Hello, my name is {}.', $.name)", {"name": "Ann"}, "Hello, my name is Ann."),
        ("States.Format($.template, $.name)", {"template": "I am {}", "name": "Ann"}, "I am Ann"),
        (r"States.Format('\{{}\} isn\'t {}', $.a, 1)", {"a": "x"}, "{x} isn't 1"),
        ("States.Format('{}', States.Array(1, 'b'))", {}, "[1, b]"),
        ("States.ArrayGetItem(States.StringSplit($.path, '/'), 1)", {"path": "a/b/c"}, "b"),
    ],
)
def test_intrinsic_functions_give_what_the_documentation_says(
    machines: Machines, expression: str, given: Any, value: Any
) -> None:
    assert call(machines, expression, given) == value


def test_a_random_number_is_within_its_bounds_and_the_same_for_the_same_seed(machines: Machines) -> None:
    assert 1 <= call(machines, "States.MathRandom($.start, $.end)", {"start": 1, "end": 999}) < 999
    seeded = [call(machines, "States.MathRandom(1, 999, 7)", {}) for _ in range(2)]
    assert seeded[0] == seeded[1]


def test_a_uuid_is_of_version_four(machines: Machines) -> None:
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        call(machines, "States.UUID()", {}),
    )


@pytest.mark.parametrize(
    ("expression", "given"),
    [
        ("States.ArrayGetItem($.items, 99)", {"items": [1]}),
        ("States.StringToJson($.text)", {"text": "{"}),
        ("States.Format('{} {}', 1)", {}),
        ("States.MathAdd('a', 1)", {}),
        ("States.Base64Decode($.text)", {"text": "%%%"}),
    ],
)
def test_an_intrinsic_function_that_cannot_answer_fails_the_state(
    machines: Machines, expression: str, given: Any
) -> None:
    state = {"Type": "Pass", "Parameters": {"value.$": expression}, "End": True}
    ended = machines.run(jsonpath({"Call": state}), given)
    assert (ended.status, ended.error) == ("FAILED", "States.IntrinsicFailure"), ended
