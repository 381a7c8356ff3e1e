"""The functions' log: one JSON object a line with run, step and execution, and metrics that CloudWatch reads
out of it (the embedded metric format)."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from types import MappingProxyType

NAMESPACE = "Wardlake"

_FIELDS: ContextVar[Mapping[str, str]] = ContextVar("fields", default=MappingProxyType({}))


class JsonLines(logging.Formatter):
    """A record as one line of JSON. An exception shows its class and its places, never its text: that may
    quote data.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record's line."""
        line: dict[str, object] = {
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_FIELDS.get(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["places"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, default=str)


def configure() -> None:
    """Make what Lambda's own runtime logs to write JSON lines, from INFO on."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in root.handlers:
        handler.setFormatter(JsonLines())


@contextmanager
def bound(**fields: str) -> Iterator[None]:
    """Give these fields to every line that is logged inside."""
    token = _FIELDS.set({**_FIELDS.get(), **fields})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def metric_line(stage: str, step: str, at: datetime, metrics: Mapping[str, float]) -> str:
    """Metrics of a step as a line of the embedded metric format, with the fields bound beside them; a name
    ends in its unit where it is not a count.
    """
    units = [{"Name": name, "Unit": _unit(name)} for name in metrics]
    declared = {"Namespace": NAMESPACE, "Dimensions": [["Stage", "Step"]], "Metrics": units}
    head = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [declared]}
    return json.dumps({"_aws": head, **_FIELDS.get(), "Stage": stage, "Step": step, **metrics})


def _unit(name: str) -> str:
    return next((unit for unit in ("Milliseconds", "Seconds", "Bytes") if name.endswith(unit)), "Count")
