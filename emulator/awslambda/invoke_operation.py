"""The operation Invoke."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus

from emulator.awslambda.async_invoke import AsyncInvocations
from emulator.awslambda.errors import InvalidParameterValue, InvalidRequestContent, RequestTooLarge
from emulator.awslambda.function_operations import Operation
from emulator.awslambda.invoker import Event, Invoker
from emulator.awslambda.names import function_name
from emulator.awslambda.protocol import Answer, Call
from emulator.awslambda.regions import Regions

MOST_PAYLOAD_BYTES = {"RequestResponse": 6 * 1024 * 1024, "Event": 1024 * 1024}
MOST_CLIENT_CONTEXT_CHARACTERS = 3583 * 4 // 3 + 4


class InvokeOperation:
    """Runs functions: at once, later, or only to see whether that could be done."""

    def __init__(self, regions: Regions, invoker: Invoker, asynchronous: AsyncInvocations) -> None:
        self._regions = regions
        self._invoker = invoker
        self._asynchronous = asynchronous

    def operations(self) -> dict[str, Operation]:
        """The operations by AWS's names."""
        return {"Invoke": self.invoke}

    def invoke(self, call: Call) -> Answer:
        """Invoke a function: its result, or 202 for an event that is queued, or 204 for a dry run."""
        wanted = call.parameters
        for member in ("DurableExecutionName", "TenantId"):
            if member in wanted:
                raise InvalidParameterValue(f"{member} is not supported by this emulator")
        region = self._regions.get(call.region)
        name = function_name(
            wanted["FunctionName"], wanted.get("Qualifier"), call.region, self._regions.account
        )
        kind = wanted.get("InvocationType", "RequestResponse")
        event = Event(
            payload=_checked_payload(wanted.get("Payload") or b"", kind),
            request_id=call.request_id,
            client_context=_client_context(wanted.get("ClientContext")),
        )
        target = self._invoker.target(region.functions, name)
        if kind == "DryRun":
            return Answer(status=HTTPStatus.NO_CONTENT)
        if kind == "Event":
            self._asynchronous.put(region, name, event)
            return Answer(b"", HTTPStatus.ACCEPTED)
        result = self._invoker.invoke(region.functions, target, event)
        headers = [("X-Amz-Executed-Version", result.version)]
        if result.outcome.function_error:
            headers.append(("X-Amz-Function-Error", result.outcome.function_error))
        if wanted.get("LogType") == "Tail":
            headers.append(("X-Amz-Log-Result", base64.b64encode(result.outcome.log_tail).decode()))
        return Answer(result.outcome.payload, HTTPStatus.OK, tuple(headers))


def _checked_payload(payload: bytes, kind: str) -> bytes:
    most = MOST_PAYLOAD_BYTES.get(kind)
    if most is not None and len(payload) > most:
        raise RequestTooLarge(
            f"{len(payload)} byte payload is too large for the {kind} invocation type (limit {most} bytes)"
        )
    if payload:
        try:
            json.loads(payload)
        except ValueError as error:
            raise InvalidRequestContent(
                f"Could not parse request body into json: Could not parse payload into json: {error}"
            ) from error
    return payload


def _client_context(text: str | None) -> str | None:
    """The JSON in the base 64 of a ClientContext, in ASCII: it becomes an HTTP header of the Runtime API."""
    if text is None:
        return None
    try:
        if len(text) > MOST_CLIENT_CONTEXT_CHARACTERS:
            raise ValueError("it is too long")
        context = json.loads(base64.b64decode(text, validate=True))
        if not isinstance(context, dict):
            raise ValueError("it is no object")
    except ValueError as error:
        raise InvalidRequestContent("Client context must be a valid Base64-encoded JSON object.") from error
    return json.dumps(context)
