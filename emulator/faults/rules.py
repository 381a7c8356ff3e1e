"""The faults that were asked for, and which request or query meets them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

BAD_REQUEST = 400
_STATUS = {
    "InternalError": 500,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServerException": 500,
    "InternalServiceException": 500,
    "ServiceException": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
}
"""The HTTP status of errors that are not the caller's fault; every other error answers 400."""

_CALL_KEYS = {"service", "operation", "method", "path", "error", "message", "status", "times", "after"}
_ENGINE_KEYS = {"engine", "query", "times", "after"}
_Json = Mapping[str, Any]


class BadFault(ValueError):
    """A description that asks for no fault; the text says why."""


@dataclass(frozen=True)
class Call:
    """A request as faults see it; ``operation`` is None where the protocol has only method and path."""

    service: str
    operation: str | None
    method: str
    path: str


@dataclass(frozen=True)
class Answer:
    """The error that a request is answered with."""

    error: str
    message: str
    status: int


@dataclass
class Rule:
    """One fault: what it meets, and how often it is still to strike, after letting ``after`` pass."""

    asked: _Json
    meets: Callable[[Any], bool]
    answer: Answer | None
    left: int
    after: int
    struck: int = 0

    def strikes(self, subject: Call | str) -> bool:
        """Whether this call or query is hit; counts it."""
        if self.left == 0 or not self.meets(subject):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.left -= 1
        self.struck += 1
        return True

    def shown(self) -> dict[str, Any]:
        """The fault as it was asked for, with its counts."""
        return {**self.asked, "left": self.left, "struck": self.struck}


@dataclass
class Faults:
    """The faults of one emulator; safe to share between threads."""

    _rules: list[Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, asked: object) -> None:
        """Add a fault by its description (docs/faults.md); raises `BadFault`."""
        rule = parse(asked)
        with self._lock:
            self._rules.append(rule)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._rules.clear()

    def shown(self) -> list[dict[str, Any]]:
        """The faults in the order in which they were added."""
        with self._lock:
            return [rule.shown() for rule in self._rules]

    def answer(self, call: Call) -> Answer | None:
        """The error that a request is to get, None for most."""
        rule = self._struck(call)
        return rule.answer if rule else None

    def kills_engine(self, sql: str) -> bool:
        """Whether the query engine is to die as this statement uses it."""
        return self._struck(sql) is not None

    @property
    def any(self) -> bool:
        """Whether there is any fault, so that requests need not be looked at where there is none."""
        return bool(self._rules)

    def _struck(self, subject: Call | str) -> Rule | None:
        """The first rule that hits: a call or a query meets one fault at a time."""
        with self._lock:
            return next((rule for rule in self._rules if rule.strikes(subject)), None)


def parse(asked: object) -> Rule:
    """A fault from its description; raises `BadFault`."""
    if not isinstance(asked, dict):
        raise BadFault("a fault is a JSON object")
    return _engine_rule(asked) if "engine" in asked else _call_rule(asked)


def _engine_rule(asked: _Json) -> Rule:
    _only(asked, _ENGINE_KEYS)
    if asked["engine"] != "kill":
        raise BadFault(f"engine: {asked['engine']!r} is not supported, only 'kill' is")
    if "query" not in asked:
        raise BadFault("a fault of the engine that is to wait needs 'query'")
    query = _pattern(asked, "query")

    def meets(subject: Call | str) -> bool:
        return isinstance(subject, str) and query.search(subject) is not None

    return Rule(asked, meets, None, _count(asked, "times", 1, least=1), _count(asked, "after", 0))


def _call_rule(asked: _Json) -> Rule:
    _only(asked, _CALL_KEYS)
    service, error = _text(asked, "service"), _text(asked, "error")
    if service is None or error is None:
        raise BadFault("a fault of a service needs 'service' and 'error'")
    operation, method, path = _text(asked, "operation"), _text(asked, "method"), _pattern(asked, "path")

    def meets(subject: Call | str) -> bool:
        return (
            isinstance(subject, Call)
            and subject.service == service
            and operation in (None, subject.operation)
            and method in (None, subject.method)
            and path.fullmatch(subject.path) is not None
        )

    status = _count(asked, "status", _STATUS.get(error, BAD_REQUEST), least=BAD_REQUEST)
    if status > 599:
        raise BadFault(f"status: {status} is no status of an error")
    answer = Answer(error, _text(asked, "message") or f"{error}, as a fault of the emulator asks for", status)
    return Rule(asked, meets, answer, _count(asked, "times", 1, least=1), _count(asked, "after", 0))


def _only(asked: _Json, known: set[str]) -> None:
    unknown = sorted(set(asked) - known)
    if unknown:
        raise BadFault(f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _text(asked: _Json, key: str) -> str | None:
    value = asked.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise BadFault(f"{key}: {value!r} is no text")
    return value


def _pattern(asked: _Json, key: str) -> re.Pattern[str]:
    written = _text(asked, key) or ".*"
    try:
        return re.compile(written, re.DOTALL)
    except re.error as error:
        raise BadFault(f"{key}: {written!r} is no regular expression: {error}") from error


def _count(asked: _Json, key: str, default: int, least: int = 0) -> int:
    value = asked.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BadFault(f"{key}: {value!r} is no whole number from {least}")
    return value
