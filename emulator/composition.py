"""Puts the emulator together: which store, which catalog, which engine, behind which services."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from emulator.athena.api import AthenaApi
from emulator.athena.service import AthenaService, Parts
from emulator.athena.shapes import load_shapes
from emulator.calls.athena import RecordedCatalog, RecordedObjects
from emulator.calls.page import PATH as CALLS_PATH
from emulator.calls.page import CallsPage
from emulator.calls.record import Calls
from emulator.catalog.glue import MotoCatalog
from emulator.clients import Clients
from emulator.clock import Clock
from emulator.deferred import Deferred, DeferredEngine, DeferredServices
from emulator.engine.base import Engine
from emulator.engine.choice import Engines
from emulator.engine.shadow.differences import Differences
from emulator.engine.shadow.page import PATH as DIFFERENCES_PATH
from emulator.engine.shadow.page import DifferencesPage
from emulator.faults.engine import FaultyEngine
from emulator.faults.page import PATH as FAULTS_PATH
from emulator.faults.page import FaultsPage
from emulator.faults.rules import Faults
from emulator.gateway import Gateway
from emulator.glue.metastore import PATHS as METASTORE_PATHS
from emulator.glue.metastore import MetastorePage
from emulator.moto_backends import ACCOUNT, glue_backend, log_groups, s3_backend
from emulator.options import EngineName, Options
from emulator.principals import CallersPool
from emulator.storage.moto_objects import MotoObjects
from emulator.storage.objects import ObjectStore
from emulator.storage.scratch import ScratchDirectory
from emulator.wire import CLOCK_PATH, DEFAULT_REGION, Service, WorksOn, WsgiApp

QUERIES_AT_ONCE = 24
"""Executions that run at the same time; more of them wait as QUEUED."""


@dataclass(frozen=True)
class Rest:
    """The services that are not the emulator's own, and the objects of S3, which is one of them.

    ``url`` is where they are, None in this process.
    """

    services: WsgiApp
    objects: ObjectStore
    url: str | None = None


class Emulator:
    """All services of one process, and the WSGI application that answers for them."""

    def __init__(
        self,
        engines: Engines,
        services: WsgiApp,
        calls: Calls | None = None,
        rest: Rest | None = None,
        differences: Differences | None = None,
    ) -> None:
        """services: moto's, which some of our own build on. rest: what answers for all others.

        differences: what the engine ``shadow`` finds.
        """
        self._faults = Faults()
        calls = self._calls = calls or Calls()
        self._engines = engines.wrapped(lambda engine: FaultyEngine(engine, self._faults))
        self._endpoint = ""
        self.clock = Clock()
        self.clients = Clients(lambda: self._endpoint)
        self._pool = CallersPool(QUERIES_AT_ONCE, thread_name_prefix="query")
        rest = rest or Rest(services, MotoObjects(s3_backend()))
        self._store = RecordedObjects(rest.objects, calls)
        self._scratch = ScratchDirectory("wardlake-results-")
        self._api = AthenaApi(load_shapes(), self._athena)
        self._own: dict[str, Deferred[Service]] = {}
        self._own["scheduler"] = Deferred(
            lambda: _scheduler_service(self.clock, self.clients, self._under_way)
        )
        self._own["cloudformation"] = Deferred(lambda: _cloudformation_service(self.clients, self.clock.now))
        self._own["lambda"] = Deferred(
            lambda: _lambda_service(self.clients, self.clock, lambda: self._endpoint)
        )
        self._own["logs"] = Deferred(lambda: _logs_service(services))
        self._own["glue"] = Deferred(lambda: _glue_service(services))
        self._own["states"] = Deferred(lambda: _states_service(self.clients, self.clock, services))
        own = {name: DeferredServices(service) for name, service in self._own.items()}
        pages: dict[str, WsgiApp] = {FAULTS_PATH: FaultsPage(self._faults, self._engines.kill)}
        pages[CALLS_PATH] = CallsPage(calls)
        pages[CLOCK_PATH] = own["scheduler"]
        pages |= dict.fromkeys(METASTORE_PATHS, MetastorePage(own["glue"]))
        pages[DIFFERENCES_PATH] = DifferencesPage(differences or Differences())
        self.app = Gateway(self._api, rest.services, own, pages, self._faults, calls, rest.url, self.clock)

    def listens_at(self, endpoint: str) -> None:
        """Say where the emulator can be reached, for its services that call each other."""
        self._endpoint = endpoint

    def close(self) -> None:
        """End what runs: the services and their executions are stopped, then the engines are closed."""
        for service in self._own.values():
            if service.made is not None:
                service.made.close()
        self._api.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._engines.close()
        self._scratch.close()

    def _under_way(self) -> list[str]:
        works: list[str] = []
        for service in self._own.values():
            if isinstance(service.made, WorksOn):
                works += service.made.under_way()
        return works

    def _athena(self, region: str) -> AthenaService:
        return AthenaService(
            Parts(
                engines=self._engines,
                store=self._store,
                scratch=self._scratch.path,
                catalog=RecordedCatalog(MotoCatalog(glue_backend(region)), self._calls),
                pool=self._pool,
                clock=self.clock.now,
                new_id=_new_id,
                account=ACCOUNT,
                region=region,
            )
        )


def _new_id() -> str:
    return str(uuid.uuid4())


def build(options: Options) -> tuple[Emulator, Callable[[], None]]:
    """The emulator as a user gets it: moto's catalog, moto or the upstream for the rest, and the engines.

    Engines and services take more than a second to import. The default engine and the services are made by
    the second thing that this gives, to be called in a thread when the server listens, or by the first
    request that needs them; other engines by the first statement that does.
    """
    calls, differences = Calls(), Differences()
    moto = Deferred(lambda: _moto_services(("glue",) if options.upstream_url else ("glue", "s3")))
    services = DeferredServices(moto)
    rest = _rest(options, services)
    objects = RecordedObjects(rest.objects, calls)
    made: dict[EngineName, Deferred[Engine]] = {
        "duckdb": Deferred(lambda: _duckdb_engine(options, objects, calls)),
        "trino": Deferred(lambda: _trino_engine(options, objects, calls)),
    }
    made["shadow"] = Deferred(lambda: _shadow_engine(made["duckdb"], made["trino"], differences))

    def prepare() -> None:
        moto.get()
        made[options.engine].get()

    engines = Engines(options.engine, {name: DeferredEngine(engine) for name, engine in made.items()})
    return Emulator(engines, services, calls, rest, differences), prepare


def _rest(options: Options, services: WsgiApp) -> Rest:
    if options.upstream_url is None:
        return Rest(services, MotoObjects(s3_backend()))
    from emulator.storage.s3_objects import S3Objects, s3_client
    from emulator.upstream.endpoint import Endpoint
    from emulator.upstream.service import UpstreamServices

    endpoint = Endpoint.parse(options.upstream_url)
    objects = S3Objects(lambda: s3_client(endpoint.url, ACCOUNT, DEFAULT_REGION))
    return Rest(UpstreamServices(endpoint, ACCOUNT), objects, endpoint.url)


def _glue_service(others: WsgiApp) -> Service:
    from emulator.glue.requests import load_requests
    from emulator.glue.service import GlueService

    return GlueService(glue_backend, load_requests(ACCOUNT), others)


def _logs_service(others: WsgiApp) -> Service:
    from emulator.logs.service import LogsService

    return LogsService(log_groups, others)


def _cloudformation_service(clients: Clients, clock: Callable[[], datetime]) -> Service:
    from emulator.cloudformation.service import CloudFormationService

    return CloudFormationService(clients, clock, ACCOUNT)


def _lambda_service(clients: Clients, clock: Clock, endpoint: Callable[[], str]) -> Service:
    from emulator.awslambda.service import LambdaService

    return LambdaService(clients, clock, endpoint, ACCOUNT)


def _states_service(clients: Clients, clock: Clock, services: WsgiApp) -> Service:
    from emulator.stepfunctions.service import StepFunctionsService

    return StepFunctionsService(clients, clock, services)


def _scheduler_service(clock: Clock, clients: Clients, busy: Callable[[], Sequence[str]]) -> Service:
    from emulator.scheduler.service import SchedulerService

    return SchedulerService(clock, clients, busy)


def _duckdb_engine(options: Options, objects: ObjectStore, calls: Calls) -> Engine:
    from emulator.engine.duckdb.connection import DuckDBSettings
    from emulator.engine.duckdb.engine import DuckDBEngine

    return DuckDBEngine(
        objects,
        lambda account, region: RecordedCatalog(MotoCatalog(glue_backend(region)), calls),
        DuckDBSettings(memory_limit=options.memory_limit, threads=options.threads),
    )


def _trino_engine(options: Options, objects: ObjectStore, calls: Calls) -> Engine:
    from emulator.engine.trino.engine import TrinoEngine

    return TrinoEngine(
        options.trino_url,
        objects,
        lambda account, region: RecordedCatalog(MotoCatalog(glue_backend(region)), calls),
    )


def _shadow_engine(duckdb: Deferred[Engine], trino: Deferred[Engine], differences: Differences) -> Engine:
    from emulator.engine.shadow.engine import ShadowEngine

    return ShadowEngine(duckdb.get(), trino.get(), differences)


def _moto_services(first: Sequence[str]) -> WsgiApp:
    from emulator.moto_services import MotoServices

    services = MotoServices()
    services.preload(first)
    return services
