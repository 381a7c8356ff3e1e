"""Puts the emulator together: which store, which catalog, which engine, behind which services."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from emulator.athena.api import AthenaApi
from emulator.athena.service import AthenaService, Parts
from emulator.athena.shapes import load_shapes
from emulator.catalog.glue import MotoCatalog
from emulator.engine.base import Engine
from emulator.engine.duckdb.engine import DuckDBEngine
from emulator.gateway import Gateway
from emulator.moto_services import ACCOUNT, MotoServices
from emulator.storage.moto_objects import MotoObjects

QUERIES_AT_ONCE = 24
"""Executions that run at the same time; more of them wait as QUEUED."""


class Emulator:
    """All services of one process, and the WSGI application that answers for them."""

    def __init__(self, engine: Engine, services: MotoServices) -> None:
        self._engine = engine
        self._services = services
        self._pool = ThreadPoolExecutor(QUERIES_AT_ONCE, thread_name_prefix="query")
        self._store = MotoObjects(services.s3())
        self._api = AthenaApi(load_shapes(), self._athena)
        self.app = Gateway(self._api, services)

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
                catalog=MotoCatalog(self._services.glue(region)),
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
    """The emulator as a user gets it: moto's store and catalog, DuckDB's engine."""
    services = MotoServices()
    services.preload()
    engine = DuckDBEngine(
        MotoObjects(services.s3()), lambda account, region: MotoCatalog(services.glue(region))
    )
    return Emulator(engine, services)
