"""Puts the emulator together: which store, which catalog, which engine, behind which services."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.athena.api import AthenaApi
from emulator.athena.service import AthenaService, Parts
from emulator.athena.shapes import load_shapes
from emulator.catalog.glue import MotoCatalog
from emulator.engine.base import Engine
from emulator.engine.duckdb.engine import DuckDBEngine
from emulator.gateway import Gateway
from emulator.moto_backends import ACCOUNT, glue_backend, s3_backend
from emulator.storage.moto_objects import MotoObjects
from emulator.wire import WsgiApp

QUERIES_AT_ONCE = 24
"""Executions that run at the same time; more of them wait as QUEUED."""


class DeferredServices:
    """moto's services, made when they are first asked for, or before in a thread of their own.

    Importing them takes as long as all the rest; a request that comes earlier waits for them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: WsgiApp | None = None

    def prepare(self) -> None:
        """Begin to make the services."""
        threading.Thread(target=self._services, name="services", daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as soon as that can be done."""
        return self._services()(environ, start_response)

    def _services(self) -> WsgiApp:
        with self._lock:
            if self._made is None:
                from emulator.moto_services import MotoServices

                services = MotoServices()
                services.preload()
                self._made = services
            return self._made


class Emulator:
    """All services of one process, and the WSGI application that answers for them."""

    def __init__(self, engine: Engine, services: DeferredServices) -> None:
        self._engine = engine
        self._services = services
        self._pool = ThreadPoolExecutor(QUERIES_AT_ONCE, thread_name_prefix="query")
        self._store = MotoObjects(s3_backend())
        self._api = AthenaApi(load_shapes(), self._athena)
        self.app = Gateway(self._api, services)

    def prepare(self) -> None:
        """Begin what the first requests would wait for; to be called when the server listens."""
        self._services.prepare()

    def close(self) -> None:
        """End what runs: executions are stopped, then the engine is closed."""
        self._api.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._engine.close()

    def _athena(self, region: str) -> AthenaService:
        return AthenaService(
            Parts(
                engine=self._engine,
                store=self._store,
                catalog=MotoCatalog(glue_backend(region)),
                pool=self._pool,
                clock=_now,
                new_id=_new_id,
                account=ACCOUNT,
                region=region,
            )
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid.uuid4())


def build() -> Emulator:
    """The emulator as a user gets it: moto's store, catalog and services, DuckDB's engine."""
    engine = DuckDBEngine(
        MotoObjects(s3_backend()), lambda account, region: MotoCatalog(glue_backend(region))
    )
    return Emulator(engine, DeferredServices())
