"""Step Functions on the wire: our operations, and moto's for the rest (tags, versions, aliases)."""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from emulator.clients import Clients
from emulator.clock import Clock
from emulator.moto_backends import ACCOUNT
from emulator.stepfunctions.definition import diagnose
from emulator.stepfunctions.errors import StatesError
from emulator.stepfunctions.extensions import extend_moto
from emulator.stepfunctions.machines import Machines
from emulator.stepfunctions.parameters import Json, text
from emulator.stepfunctions.programs import Programs
from emulator.stepfunctions.runs import Runs
from emulator.stepfunctions.surroundings import Surroundings
from emulator.wire import NotEmulated, WsgiApp, read_body, signed_region

JSON_TYPE = "application/x-amz-json-1.0"
_TARGET = "AWSStepFunctions."
_MOTOS = {
    "CreateStateMachineAlias",
    "DeleteStateMachine",
    "DeleteStateMachineAlias",
    "DescribeMapRun",
    "DescribeStateMachine",
    "DescribeStateMachineAlias",
    "ListMapRuns",
    "ListStateMachineAliases",
    "ListStateMachines",
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
    "UpdateStateMachineAlias",
}
"""Operations that moto answers."""


class StepFunctionsService:
    """The Step Functions endpoint of all regions."""

    def __init__(self, clients: Clients, clock: Clock, services: WsgiApp) -> None:
        """services: moto's application."""
        extend_moto()
        self._surroundings = Surroundings(clients, clock.now)
        self._services = services
        self._programs = Programs()
        self._regions: dict[str, tuple[Machines, Runs]] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        operation = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(_TARGET)
        body = read_body(environ)
        if operation in _MOTOS:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._services(environ, start_response)
        handler = self._operations(signed_region(environ)).get(operation)
        if handler is None:
            raise NotEmulated(f"Step Functions' {operation or 'request'} is not supported by this emulator")
        try:
            answer = handler(json.loads(body or b"{}"))
        except StatesError as error:
            return _respond(start_response, 400, {"__type": error.code, "message": error.message})
        except AWSError as error:
            return _respond(start_response, 400, {"__type": error.TYPE, "message": str(error)})
        return _respond(start_response, 200, answer)

    def under_way(self) -> list[str]:
        """The executions that run."""
        return [f"execution {arn}" for _, runs in list(self._regions.values()) for arn in runs.running()]

    def close(self) -> None:
        """Abort the executions that run."""
        for _, runs in self._regions.values():
            runs.close()

    def _operations(self, region: str) -> dict[str, Callable[[Json], Json]]:
        machines, runs = self._region(region)
        return {
            "CreateStateMachine": machines.create,
            "UpdateStateMachine": machines.update,
            "ValidateStateMachineDefinition": self._validate,
            "StartExecution": runs.start,
            "StartSyncExecution": runs.start_sync,
            "StopExecution": runs.stop,
            "DescribeExecution": runs.describe,
            "ListExecutions": runs.list,
            "GetExecutionHistory": runs.history,
            "DescribeStateMachineForExecution": runs.machine_of,
            "SendTaskSuccess": runs.task_succeeded,
            "SendTaskFailure": runs.task_failed,
            "SendTaskHeartbeat": runs.task_lives,
        }

    def _region(self, region: str) -> tuple[Machines, Runs]:
        with self._lock:
            if region not in self._regions:
                backend = stepfunctions_parser_backends[ACCOUNT][region]
                machines = Machines(backend, self._programs, self._surroundings.now)
                runs = Runs(machines, self._programs, self._surroundings, region, ACCOUNT)
                self._regions[region] = machines, runs
            return self._regions[region]

    def _validate(self, parameters: Json) -> Json:
        """ValidateStateMachineDefinition."""
        kind = parameters.get("type") or "STANDARD"
        found = diagnose(text(parameters, "definition"), kind, self._programs)
        return {
            "result": "FAIL" if found else "OK",
            "diagnostics": [
                {"severity": "ERROR", "code": each.code, "message": each.message, "location": each.location}
                for each in found
            ],
        }


def _respond(start_response: StartResponse, status: int, answer: Any) -> Iterable[bytes]:
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [
        ("Content-Type", JSON_TYPE),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", str(uuid.uuid4())),
    ]
    start_response("200 OK" if status == 200 else "400 Bad Request", headers)
    return [body]
