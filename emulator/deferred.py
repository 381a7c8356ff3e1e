"""Parts that take long to import, made beside the first requests instead of before them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.engine.base import CheckedStatement, Engine, ExecutionContext, StatementResult
from emulator.wire import Service, WsgiApp

Part = TypeVar("Part")


class Deferred(Generic[Part]):
    """Something that is made once, when it is first asked for; whoever comes meanwhile waits."""

    def __init__(self, make: Callable[[], Part]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Part | None = None

    def get(self) -> Part:
        """The part; raises what making it raises, at each try."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    @property
    def made(self) -> Part | None:
        """The part if it was made already."""
        return self._made


class DeferredServices:
    """A WSGI application that is made when its first request comes."""

    def __init__(self, services: Deferred[WsgiApp] | Deferred[Service]) -> None:
        self._services = services

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as soon as that can be done."""
        return self._services.get()(environ, start_response)


class DeferredEngine:
    """An `Engine` that is made when its first statement comes."""

    def __init__(self, engine: Deferred[Engine]) -> None:
        self._engine = engine

    def check(self, sql: str) -> CheckedStatement:
        """Parse a statement; raises ParseError."""
        return self._engine.get().check(sql)

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Run a checked statement; raises TrinoError, `Cancelled` and `EngineLost`."""
        return self._engine.get().execute(statement, context)

    def kill(self) -> None:
        """Lose the engine if there is one."""
        engine = self._engine.made
        if engine is not None:
            engine.kill()

    def close(self) -> None:
        """Close the engine if there is one."""
        engine = self._engine.made
        if engine is not None:
            engine.close()
