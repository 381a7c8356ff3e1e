"""How expressions find their values: JSONata by `jsonata`, variables of JSONPath states as JSONPath."""

from __future__ import annotations

import re
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringJSONata,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.variable_store import NoSuchVariable
from moto.stepfunctions.parser.asl.utils.json_path import extract_json

from emulator.stepfunctions.failures import query_failure
from emulator.stepfunctions.json_values import compact, plain
from emulator.stepfunctions.jsonata import (
    JsonataError,
    UndefinedResult,
    UnsupportedResult,
    evaluate,
    names_used,
)
from emulator.stepfunctions.surroundings import surroundings

_SAMPLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)(.*)", re.DOTALL)
_KINDS = {int: "number", float: "number", str: "string", list: "array", type(None): "null"}
_EXPECTED = {
    "Condition": "boolean",
    "Seconds": "number",
    "TimeoutSeconds": "number",
    "HeartbeatSeconds": "number",
    "MaxConcurrency": "number",
    "ToleratedFailureCount": "number",
    "ToleratedFailurePercentage": "number",
    "Timestamp": "string",
    "Error": "string",
    "Cause": "string",
    "Items": "array",
}
"""What the fields of states must be."""
_PARTS = ("input", "result", "errorOutput", "context")


def evaluate_jsonata(string: StringJSONata, env: Environment) -> None:
    """Put the expression's value on the stack; raises the state's failure (States.QueryEvaluationError)."""
    used = names_used(string.expression)
    bindings = {name: _variable(env, name) for name in used if _has_variable(env, name)}
    if "states" in used:
        bindings["states"] = _states(env, string.expression)
    try:
        value = evaluate(string.expression, bindings, surroundings().now())
    except UndefinedResult as error:
        raise _failure(string, env, "returned nothing (undefined).") from error
    except UnsupportedResult as error:
        raise _failure(string, env, "returned an unsupported result type.") from error
    except JsonataError as error:
        raise _failure(string, env, f"threw an error during evaluation. {error}") from error
    wanted = _EXPECTED.get(_field(string, env).rsplit("/", 1)[-1] if _is_own_field(string, env) else "")
    if wanted is not None and _kind(value) != wanted:
        raise _failure(
            string,
            env,
            f"returned an unexpected result type. Expected '{wanted}', but was '{_kind(value)}' "
            f"for value: {compact(value)}",
        )
    env.stack.append(value)


def evaluate_variable_path(string: StringVariableSample, env: Environment) -> None:
    """Put the value of ``$name`` or of a path into it, such as ``$name.items[0]``, on the stack."""
    env.stack.append(variable_path(string.expression, env))


def variable_path(path: str, env: Environment) -> Any:
    """The value of a variable or within it; raises NoSuchVariable and NoSuchJsonPathError."""
    match = _SAMPLE.fullmatch(path)
    if match is None:
        raise ValueError(f"'{path}' is no reference to a variable")
    value = _variable(env, match.group(1))
    return extract_json(f"${match.group(2)}", value) if match.group(2) else value


def _field(string: StringJSONata, env: Environment) -> str:
    return getattr(string, "field", None) or env.next_field_name or ""


def _is_own_field(string: StringJSONata, env: Environment) -> bool:
    """Whether the field is one of the state's or a rule's, not a name that a template has given."""
    head = _field(string, env).partition("/")[0].partition("[")[0]
    return head in _EXPECTED or (head == "Choices" and _field(string, env).endswith("]/Condition"))


def _kind(value: Any) -> str:
    """JSON's name of a value's type."""
    if isinstance(value, bool):
        return "boolean"
    return _KINDS.get(type(value), "object")


def _failure(string: StringJSONata, env: Environment, what: str) -> FailureEventException:
    field = _field(string, env)
    return query_failure(
        env, field, f"The JSONata expression '{string.expression}' specified for the field '{field}' {what}"
    )


def _states(env: Environment, expression: str) -> dict[str, Any]:
    """What ``$states`` holds, without the parts that the expression does not name: they can be large."""
    data: dict[str, Any] = dict(env.states._states_data)
    named = [part for part in _PARTS if part in expression]
    return {part: plain(data[part]) for part in named or _PARTS if part in data}


def _has_variable(env: Environment, name: str) -> bool:
    try:
        env.variable_store.get(name)
    except NoSuchVariable:
        return False
    return True


def _variable(env: Environment, name: str) -> Any:
    return env.variable_store.get(name)
