"""The engine that is a real Trino: Athena's statements over its Hive catalog, whose metastore is our Glue."""

from __future__ import annotations

import threading
from collections.abc import Callable

from emulator.catalog.model import Catalog
from emulator.engine.base import CancelToken, CheckedStatement, ExecutionContext, StatementResult
from emulator.engine.trino.classify import parse_statement
from emulator.engine.trino.grammar import check_grammar
from emulator.engine.trino.runtime import HoldsTrinoText, TrinoRuntime, TrinoStatement
from emulator.engine.trino.session import TrinoSession
from emulator.storage.objects import ObjectStore

Catalogs = Callable[[str, str], Catalog]


class TrinoEngine:
    """`Engine` on the Trino at ``url``. ``catalogs`` gives the catalog of an account and a region.

    Nothing is held between statements: a Trino that was away is found again by the next one.
    """

    def __init__(self, url: str, objects: ObjectStore, catalogs: Catalogs) -> None:
        self._url = url
        self._objects = objects
        self._catalogs = catalogs
        self._lock = threading.Lock()
        self._lost = CancelToken()

    def check(self, sql: str) -> CheckedStatement:
        """Tell what a statement is, and let Trino judge the grammar of queries.

        Raises ParseError, which the start answers with InvalidRequestException.
        """
        parsed = parse_statement(sql)
        if isinstance(parsed, HoldsTrinoText) and parsed.trino_text:
            check_grammar(self._url, parsed.trino_text)
        return CheckedStatement(sql, parsed.statement_type, parsed.substatement_type, parsed)

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Run a checked statement; raises TrinoError, `Cancelled`, `ScanLimitExceeded` and `EngineLost`."""
        context.cancel.check()
        parsed: TrinoStatement = statement.parsed  # type: ignore[assignment]
        with self._lock:
            session = TrinoSession(self._url, context, self._lost)
        catalog = self._catalogs(context.account, context.region)
        return parsed.run(TrinoRuntime(catalog, self._objects, context, session))

    def kill(self) -> None:
        """End what runs here with `EngineLost`, as if Trino were lost; Trino itself cancels those queries."""
        with self._lock:
            lost, self._lost = self._lost, CancelToken()
        lost.cancel()

    def close(self) -> None:
        """End what runs; Trino belongs to whoever started it."""
        self.kill()
