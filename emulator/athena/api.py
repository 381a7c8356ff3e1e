"""Athena on the wire: JSON in, the operation of the region's service, JSON or an error of AWS's shape out."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable

from emulator.athena.errors import AthenaApiError, NotEmulated
from emulator.athena.service import AthenaService
from emulator.athena.shapes import Json, Shapes
from emulator.gateway import Reply

log = logging.getLogger(__name__)


class AthenaApi:
    """The Athena endpoint of all regions; a region's service is made when it is first asked."""

    def __init__(self, shapes: Shapes, make_service: Callable[[str], AthenaService]) -> None:
        self._shapes = shapes
        self._make_service = make_service
        self._services: dict[str, AthenaService] = {}
        self._lock = threading.Lock()

    def call(self, region: str, operation: str, body: bytes) -> Reply:
        """Answer one call; errors are answers too."""
        try:
            answer = self._answer(region, operation, body)
        except AthenaApiError as error:
            return Reply(error.status, _encode(error.body()))
        except Exception as error:  # the last line of defence: an answer in AWS's shape, the trace in the log
            log.exception("Athena %s failed", operation)
            fault = AthenaApiError(f"{type(error).__name__}: {error}")
            return Reply(fault.status, _encode(fault.body()))
        return Reply(200, _encode(answer))

    def close(self) -> None:
        """Stop the executions of all regions."""
        with self._lock:
            for service in self._services.values():
                service.close()

    def _answer(self, region: str, operation: str, body: bytes) -> Json:
        parameters = self._shapes.read(operation, body)
        handler = self._service(region).operations.get(operation)
        if handler is None:
            raise NotEmulated(operation)
        return handler(parameters)

    def _service(self, region: str) -> AthenaService:
        with self._lock:
            if region not in self._services:
                self._services[region] = self._make_service(region)
            return self._services[region]


def _encode(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
