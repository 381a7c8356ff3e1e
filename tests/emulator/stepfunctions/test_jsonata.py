"""JSONata as Step Functions has it: values, AWS's functions, and what fails by name."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.stepfunctions import jsonata
from emulator.stepfunctions.jsonata import JsonataError, UndefinedResult, UnsupportedResult

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
STATES = {
    "input": {
        "none": None,
        "text": 'a"b\\c\né',
        "list": [1, None, {"x": None}],
        "big": 2**60,
        "rows": [{"v": 1}, {"v": 5}],
    }
}


def evaluate(expression: str, bindings: dict[str, Any], **more: Any) -> Any:
    """The value of an expression at 08:00."""
    return jsonata.evaluate(expression, bindings, NOW, **more)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$now()", "2026-03-01T08:00:00.000Z"),
        ("$millis()", 1772352000000),
        ("$states.input.text & '!'", 'a"b\\c\né!'),
        ("$states.input.none", None),
        ("$type($states.input.none)", "null"),
        ("$exists($states.input.none)", True),
        ("$states.input.list", [1, None, {"x": None}]),
        ("$states.input.list[1]", None),
        ("{'a': null, 'b': [null]}", {"a": None, "b": [None]}),
        ("$states.input.big", 2**60),
        ("10 / 2", 5),
        ("1 / 4", 0.25),
        ("$states.input.rows[v > 3]", {"v": 5}),
        ("$states.input.rows[v > 3].v", 5),
        ("[$states.input.rows[v > 3]]", [{"v": 5}]),
        ("[1..3]", [1, 2, 3]),
        ("[]", []),
        ("$map([1], function($x) { $x + 1 })", 2),
        ("$merge([{'a': 1}, {'b': null}])", {"a": 1, "b": None}),
        ("$name & $other.deep[0]", "xy"),
    ],
)
def test_expressions_give_json_values(expression: str, value: Any) -> None:
    assert evaluate(expression, {"states": STATES, "name": "x", "other": {"deep": ["y"]}}) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$partition([1,2,3], 2.9)", [[1, 2], [3]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(-1.7, 1, 1)", [-1, 0, 1]),
        ("$range(4, 4, 1)", 4),
        ("$hash('hay', 'SHA-256')", hashlib.sha256(b"hay").hexdigest()),
        ("$hash('hay', 'MD5')", hashlib.md5(b"hay").hexdigest()),
        ("$random(7) = $random(7)", True),
        ("$random() < 1", True),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
    ],
)
def test_the_functions_of_step_functions_answer(expression: str, value: Any) -> None:
    assert evaluate(expression, {}) == value


def test_a_uuid_is_of_version_four() -> None:
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", evaluate("$uuid()", {})
    )


@pytest.mark.parametrize(
    "expression",
    [
        "$states.input.missing",
        "$nothing",
        "$partition([1], 0)",
        "$range(1, 3)",
        "$range(1, 3, -1)",
        "$hash('a')",
    ],
)
def test_what_is_undefined_is_told_apart_from_null(expression: str) -> None:
    with pytest.raises(UndefinedResult):
        evaluate(expression, {"states": STATES})


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("$nope(1)", "T1006: Attempted to invoke a non-function: '$nope'"),
        ("$eval('1')", "T1006: Attempted to invoke a non-function: '$eval'"),
        ("1 + 'a'", "T2002: The right side of the + operator must evaluate to a number"),
        (
            "$hash('a', 'CRC')",
            "the algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512, not 'CRC'",
        ),
        ("$parse('{')", "$parse: the argument is not JSON"),
        ("1 +", "S0207: Unexpected end of expression"),
        ("$error('boom')", "D3137: boom"),
        ("+".join(["1"] * 101), "D1011: Stack overflow"),
    ],
)
def test_an_expression_that_fails_says_why(expression: str, message: str) -> None:
    with pytest.raises(JsonataError, match=re.escape(message)):
        evaluate(expression, {})


@pytest.mark.parametrize("expression", ["function($x) { $x }", "/a/", "[$sum]"])
def test_a_function_is_no_result(expression: str) -> None:
    with pytest.raises(UnsupportedResult):
        evaluate(expression, {})


def test_an_expression_without_end_is_stopped() -> None:
    with pytest.raises(JsonataError, match="D1012: Evaluation timeout after 50 milliseconds"):
        evaluate("($f := function($x) { $f($x) }; $f(1))", {}, time_limit_milliseconds=50)


def test_the_values_that_are_bound_stay_as_they_were() -> None:
    given = {"rows": [{"v": None}]}
    assert evaluate("$x ~> |rows|{'v': 2}|", {"x": given}) == {"rows": [{"v": 2}]}
    assert given == {"rows": [{"v": None}]}


def test_the_same_expression_is_evaluated_by_many_threads_at_a_time() -> None:
    expression = "$sum($map($x, function($v) { $v * $v }))"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: evaluate(expression, {"x": list(range(1, n + 1))}), range(1, 60)))
    assert found == [sum(k * k for k in range(1, n + 1)) for n in range(1, 60)]
