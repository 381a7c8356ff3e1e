"""Walks a definition: fields, transitions, resources, expressions; at last moto's parser for the rest."""

from __future__ import annotations

import json
from typing import Any

from emulator.stepfunctions.definition import fields
from emulator.stepfunctions.definition.expressions import check_expressions
from emulator.stepfunctions.definition.problems import Problem, Problems
from emulator.stepfunctions.definition.resources import check_resource
from emulator.stepfunctions.definition.transitions import check_transitions
from emulator.stepfunctions.errors import invalid_definition
from emulator.stepfunctions.programs import Programs

LARGEST_BYTES = 1_048_576
LONGEST_STATE_NAME = 80
_LOOPS = ("Iterator", "ItemProcessor")


def check_definition(definition: str, machine_type: str, programs: Programs) -> None:
    """Raises InvalidDefinition with the first problem."""
    for problem in diagnose(definition, machine_type, programs):
        raise invalid_definition(str(problem))


def diagnose(definition: str, machine_type: str, programs: Programs) -> list[Problem]:
    """What is wrong with a definition; it runs if nothing is."""
    problems = Problems()
    if len(definition.encode()) > LARGEST_BYTES:
        problems.add("The definition is larger than 1 MB", "", "INVALID_JSON_DESCRIPTION")
        return problems.found
    try:
        machine = json.loads(definition)
    except ValueError as error:
        problems.add(str(error), "", "INVALID_JSON_DESCRIPTION")
        return problems.found
    if not isinstance(machine, dict):
        problems.add("Expected value of type [OBJECT]", "")
        return problems.found
    _check_machine(machine, machine_type, problems)
    if not problems.found:
        _parse(definition, programs, problems)
    return problems.found


def _parse(definition: str, programs: Programs, problems: Problems) -> None:
    try:
        programs.get(definition)
    except Exception as error:  # moto raises its own and Python's for what it cannot read
        problems.add(str(error), "")


def _check_machine(machine: dict[str, Any], machine_type: str, problems: Problems) -> None:
    language = _language(machine, fields.JSONPATH, "", problems)
    _check_names(machine, fields.MACHINE, "", problems)
    if machine.get("Version", "1.0") != "1.0":
        problems.add("Value should be one of the following: [1.0]", "/Version")
    _check_part(machine, language, machine_type, "", problems, set())


def _check_part(
    part: dict[str, Any], language: str, machine_type: str, at: str, problems: Problems, names: set[str]
) -> None:
    """Check states that transition to each other: a machine's, a branch's, an iteration's."""
    states = part.get("States")
    if not isinstance(states, dict) or not states:
        problems.add("The field 'States' is required and must hold a state", f"{at}/States")
        return
    for name, state in states.items():
        location = f"{at}/States/{name}"
        if name in names:
            problems.add(f"Duplicate state name: {name}", location, "DUPLICATE_STATE_NAME")
        names.add(name)
        if not 0 < len(name) <= LONGEST_STATE_NAME:
            problems.add("State names must have 1 to 80 characters", location, "INVALID_STATE_NAME")
        if isinstance(state, dict):
            _check_state(state, language, machine_type, location, problems, names)
        else:
            problems.add("Expected value of type [OBJECT]", location)
    if all(isinstance(state, dict) for state in states.values()):
        check_transitions(part, at, problems)


def _check_state(
    state: dict[str, Any], machine: str, machine_type: str, at: str, problems: Problems, names: set[str]
) -> None:
    language = _language(state, machine, at, problems)
    kind = state.get("Type")
    if kind not in fields.OF_TYPE:
        allowed = ", ".join(fields.OF_TYPE)
        problems.add(f"Value should be one of the following: [{allowed}]", f"{at}/Type")
        return
    if machine == fields.JSONATA and state.get("QueryLanguage") == fields.JSONPATH:
        problems.add("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at)
        return
    _check_fields(state, kind, language, at, problems)
    if kind == "Task":
        parameters = state.get("Arguments" if language == fields.JSONATA else "Parameters")
        check_resource(state, parameters, machine_type, at, problems)
    if language == fields.JSONATA:
        check_expressions(state, at, problems)
    for index, branch in enumerate(state.get("Branches") or []):
        _check_inner(branch, fields.PART, machine, machine_type, f"{at}/Branches[{index}]", problems, names)
    for loop in _LOOPS:
        if loop in state:
            known = fields.PART | {"ProcessorConfig"}
            _check_inner(state[loop], known, machine, machine_type, f"{at}/{loop}", problems, names)


def _check_inner(
    part: Any,
    known: set[str],
    language: str,
    machine_type: str,
    at: str,
    problems: Problems,
    names: set[str],
) -> None:
    if not isinstance(part, dict):
        problems.add("Expected value of type [OBJECT]", at)
        return
    _check_names(part, known, at, problems)
    _check_part(part, language, machine_type, at, problems, names)


def _check_fields(state: dict[str, Any], kind: str, language: str, at: str, problems: Problems) -> None:
    own, other = (fields.IN_JSONPATH, fields.IN_JSONATA)
    if language == fields.JSONATA:
        own, other = other, own
    known = fields.EVERYWHERE | fields.OF_TYPE[kind] | own[kind]
    for name in state:
        if name in known:
            continue
        if name in other[kind]:
            wanted = fields.JSONPATH if language == fields.JSONATA else fields.JSONATA
            problems.add(
                f"The QueryLanguage is set to '{language}', but field '{name}' is only supported for the "
                f"'{wanted}' QueryLanguage",
                at,
            )
        else:
            problems.add(f"Field '{name}' is not supported", f"{at}/{name}")
    for name in fields.NOT_SUPPORTED:
        if name in state:
            problems.add(f"{name} of a Map state is not supported by this emulator", f"{at}/{name}")
    if "Next" in fields.OF_TYPE[kind] and ("Next" in state) == bool(state.get("End")):
        problems.add("Exactly one of these fields is required: [Next, End]", at)
    _check_handlers(state, language, at, problems)


def _check_handlers(state: dict[str, Any], language: str, at: str, problems: Problems) -> None:
    for field, known in (("Retry", fields.RETRIER), ("Catch", fields.CATCHER | fields.CATCHER_IN[language])):
        handlers = state.get(field, [])
        if not isinstance(handlers, list):
            problems.add("Expected value of type [ARRAY]", f"{at}/{field}")
            continue
        for index, handler in enumerate(handlers):
            place = f"{at}/{field}[{index}]"
            _check_names(handler, known, place, problems)
            errors = handler.get("ErrorEquals")
            if not isinstance(errors, list) or not errors:
                problems.add("The field 'ErrorEquals' is required and must not be empty", place)
            elif "States.ALL" in errors and (len(errors) > 1 or index < len(handlers) - 1):
                problems.add(
                    f"'States.ALL' must appear alone in 'ErrorEquals', in the last of '{field}'", place
                )


def _check_names(part: dict[str, Any], known: set[str], at: str, problems: Problems) -> None:
    for name in part:
        if name not in known:
            problems.add(
                f"Field '{name}' is not supported", f"{at}/{name}" if at.count("/States/") < 1 else at
            )


def _language(part: dict[str, Any], inherited: str, at: str, problems: Problems) -> str:
    """The language in force; AWS takes all but exactly ``JSONPath`` for JSONata, and says so."""
    if "QueryLanguage" not in part:
        return inherited
    language = part["QueryLanguage"]
    if language not in fields.LANGUAGES:
        problems.add("Value should be one of the following: [JSONPath, JSONata]", f"{at}/QueryLanguage")
    return fields.JSONPATH if language == fields.JSONPATH else fields.JSONATA
