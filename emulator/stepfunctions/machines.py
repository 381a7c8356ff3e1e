"""State machines: making, changing and finding them in moto's backend."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from moto.stepfunctions.models import StateMachine, StateMachineInstance, StepFunctionBackend
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from emulator.stepfunctions.definition import check_definition
from emulator.stepfunctions.errors import StatesError, invalid_arn, invalid_value, no_machine
from emulator.stepfunctions.parameters import Json, checked_name, text
from emulator.stepfunctions.programs import Programs

_COMPARED = ("definition", "type", "loggingConfiguration", "tracingConfiguration")
_PARTS_OF_ARN = 7
_CHANGEABLE = {
    "definition": "definition",
    "roleArn": "roleArn",
    "loggingConfiguration": "loggingConfiguration",
    "tracingConfiguration": "tracingConfiguration",
    "encryptionConfiguration": "encryptionConfiguration",
}


class Machines:
    """The state machines of a region."""

    def __init__(
        self, backend: StepFunctionsParserBackend, programs: Programs, now: Callable[[], datetime]
    ) -> None:
        self._backend = backend
        self._programs = programs
        self._now = now

    def create(self, parameters: Json) -> Json:
        """CreateStateMachine: the same one again is no error, another of its name is."""
        name = checked_name(text(parameters, "name"))
        kind = parameters.get("type") or "STANDARD"
        if kind not in ("STANDARD", "EXPRESS"):
            raise invalid_value(f"Value '{kind}' at 'type' must be one of [STANDARD, EXPRESS]")
        if parameters.get("versionDescription") and not parameters.get("publish"):
            raise invalid_value("Version description can only be set when publish is true")
        check_definition(text(parameters, "definition"), kind, self._programs)
        before = next((each for each in self._backend.state_machines if each.name == name), None)
        # the parser's own backend would parse the definition once more
        machine = StepFunctionBackend.create_state_machine(
            self._backend,
            name=name,
            definition=parameters["definition"],
            roleArn=text(parameters, "roleArn"),
            tags=parameters.get("tags"),
            publish=parameters.get("publish"),
            loggingConfiguration=parameters.get("loggingConfiguration"),
            tracingConfiguration=parameters.get("tracingConfiguration"),
            encryptionConfiguration=parameters.get("encryptionConfiguration"),
            version_description=parameters.get("versionDescription"),
            sm_type=kind,
        )
        if before is None:
            machine.creation_date = machine.update_date = self._now()
        elif any(_differs(before, parameters, part) for part in _COMPARED):
            raise StatesError("StateMachineAlreadyExists", f"State Machine Already Exists: '{before.arn}'")
        answer = {"stateMachineArn": machine.arn, "creationDate": machine.creation_date.timestamp()}
        if parameters.get("publish") and machine.latest_version:
            answer["stateMachineVersionArn"] = machine.latest_version.arn
        return answer

    def update(self, parameters: Json) -> Json:
        """UpdateStateMachine; executions that run keep what they started with."""
        arn = text(parameters, "stateMachineArn")
        machine = self._plain(arn)
        if machine is None:
            raise no_machine(arn)
        changes = {name: parameters[key] for key, name in _CHANGEABLE.items() if parameters.get(key)}
        if not changes and not parameters.get("publish"):
            raise StatesError(
                "MissingRequiredParameter",
                "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration "
                "or the TracingConfiguration must be specified",
            )
        if "definition" in changes:
            check_definition(changes["definition"], machine.type, self._programs)
        for name, value in changes.items():
            setattr(machine, name, value)
        machine.update_date = self._now()
        answer: Json = {"updateDate": machine.update_date.timestamp()}
        if parameters.get("publish"):
            machine.publish(description=parameters.get("versionDescription"))
            answer["stateMachineVersionArn"] = f"{machine.arn}:{machine.latest_version_number}"
        return answer

    def owner(self, arn: str) -> StateMachine:
        """The state machine that an ARN belongs to, perhaps one of a version; raises what AWS does."""
        return self.resolve(arn)[0]

    def resolve(self, arn: str) -> tuple[StateMachine, StateMachineInstance]:
        """The state machine of an ARN and what runs of it: itself, a version or one of an alias'."""
        parts = arn.split(":")
        if len(parts) < _PARTS_OF_ARN or parts[2] != "states" or parts[5] != "stateMachine":
            raise invalid_arn(arn)
        machine = self._plain(":".join(parts[:_PARTS_OF_ARN]))
        if machine is None:
            raise no_machine(arn)
        if len(parts) == _PARTS_OF_ARN:
            return machine, machine
        qualifier = parts[_PARTS_OF_ARN]
        if qualifier in machine.aliases:
            routes = machine.aliases[qualifier].routing_configuration
            chosen = random.choices(routes, [route["weight"] for route in routes])[0]
            qualifier = chosen["stateMachineVersionArn"].rsplit(":", 1)[1]
        version = machine.versions.get(int(qualifier)) if qualifier.isdigit() else None
        if version is None:
            raise no_machine(arn)
        return machine, version

    def _plain(self, arn: str) -> StateMachine | None:
        return next((each for each in self._backend.state_machines if each.arn == arn), None)


def _differs(machine: StateMachine, parameters: Json, part: str) -> bool:
    given = parameters.get(part)
    return given is not None and given != getattr(machine, part)
