"""Statements run by a Trino server, over its client protocol.

A `TrinoSession` belongs to one execution of Athena's: everything that it runs carries the execution's id as a
client tag, its catalog and its database, ends when the execution is stopped, and counts in its statistics.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from trino.client import ClientSession, TrinoRequest, TrinoStatus
from trino.exceptions import TrinoQueryError

from emulator.catalog.model import CATALOG
from emulator.engine.base import (
    SCANNED_BYTES,
    Cancelled,
    CancelToken,
    EngineLost,
    ExecutionContext,
    ScanLimitExceeded,
)
from emulator.engine.trino.clock import check_clock
from emulator.engine.trino.columns import TrinoColumn, columns_of
from emulator.engine.trino.failures import UNREACHABLE, from_query, from_transport
from emulator.engine.trino.parameters import moved_up, with_parameters
from emulator.engine.trino.statistics import Statistics
from emulator.trino.errors import TrinoError

USER = "wardlake"
SOURCE = "wardlake"
Waits = tuple[float, float]
"""The most seconds to connect, and to wait for an answer."""

ANSWER_SECONDS: Waits = (3.0, 30.0)
"""Trino answers within a second, even if it has no news; a loaded machine may take longer."""

CANCEL_SECONDS: Waits = (2.0, 5.0)
KILLED = "The emulator's query engine was killed"

RawRow = list[Any]
"""A row as Trino's protocol gives it in JSON: decimals, dates, times and binaries as text."""


class TrinoSession:
    """Runs statements on the Trino at ``url`` for one execution.

    ``lost`` is the engine's: cancelling it ends the session's queries with `EngineLost`. ``properties`` are
    session properties (``{"awsdatacatalog.compression_codec": "SNAPPY"}``).
    """

    def __init__(
        self,
        url: str,
        context: ExecutionContext,
        lost: CancelToken | None = None,
        properties: Mapping[str, str] | None = None,
        answer_seconds: Waits = ANSWER_SECONDS,
    ) -> None:
        self.url = url
        self.context = context
        self.statistics = Statistics()
        self._lost = lost or CancelToken()
        self._properties = dict(properties or {})
        self._answer_seconds = answer_seconds

    def run(
        self,
        sql: str,
        parameters: Sequence[str] = (),
        properties: Mapping[str, str] | None = None,
    ) -> TrinoQuery:
        """Start a statement (without a semicolon) and wait until its columns are known or it has ended.

        ``parameters`` are SQL expressions for its question marks, ``properties`` more session properties.
        Raises TrinoError with places in ``sql``, `Cancelled`, `ScanLimitExceeded` and `EngineLost`.
        """
        self.context.cancel.check()
        check_clock([sql, *parameters], self.context)
        make = self._requests({**self._properties, **(properties or {})})
        query = TrinoQuery(self.url, make, self.context, self._lost, self.statistics, self._answer_seconds)
        if not parameters:
            query.start(sql)
            return query
        try:
            query.start(with_parameters(sql, parameters))
        except TrinoError as error:
            raise moved_up(error) from error
        return query

    def _requests(self, properties: Mapping[str, str]) -> Callable[[Waits], TrinoRequest]:
        place = urlsplit(self.url)
        context = self.context

        def make(timeout: Waits) -> TrinoRequest:
            session = ClientSession(
                user=USER,
                source=SOURCE,
                catalog=(context.catalog or CATALOG).lower(),
                schema=(context.database or "default").lower(),
                client_tags=[context.query_id, context.workgroup],
                properties=dict(properties),
                timezone="UTC",
                headers={"X-Trino-Language": "en-US"},
            )
            http = requests.Session()
            http.trust_env = False  # no proxy is between us and a Trino of our own
            return TrinoRequest(
                place.hostname or "127.0.0.1",
                place.port or (443 if place.scheme == "https" else 80),
                session,
                http_session=http,
                http_scheme=place.scheme,
                max_attempts=1,  # a statement that was sent twice might write twice
                request_timeout=timeout,
            )

        return make


class TrinoQuery:
    """A statement that Trino runs: its columns, its rows as they come, its end.

    ``statistics`` are the session's and grow while rows are read. ``update_type`` (``CREATE TABLE``) and
    ``update_count`` are known at the end. Leave none behind: read the rows to their end, `finish` or `close`.
    """

    def __init__(
        self,
        url: str,
        make_request: Callable[[Waits], TrinoRequest],
        context: ExecutionContext,
        lost: CancelToken,
        statistics: Statistics,
        answer_seconds: Waits = ANSWER_SECONDS,
    ) -> None:
        self.columns: tuple[TrinoColumn, ...] = ()
        self.query_id = ""
        self.update_type: str | None = None
        self.update_count: int | None = None
        self.statistics = statistics
        self._url = url
        self._make_request = make_request
        self._request = make_request(answer_seconds)
        self._context = context
        self._lost = lost
        self._next: str | None = None
        self._first_rows: list[RawRow] = []
        self._forget = contextlib.ExitStack()

    @property
    def rows(self) -> Generator[RawRow, None, None]:
        """The rows; reading them raises TrinoError, `Cancelled`, `ScanLimitExceeded` and `EngineLost`."""
        try:
            rows, self._first_rows = self._first_rows, []
            yield from rows
            while self._next is not None:
                yield from self._turn_page()
        finally:
            self.close()

    def start(self, sql: str) -> None:
        """Send the statement and wait for its columns; called once, by the session."""
        rows = self._took(lambda: self._request.post(sql))
        for token in (self._context.cancel, self._lost):
            self._forget.callback(token.on_cancel(self._cancel_at_trino))
        try:
            self._context.engine_used()
            self._check()
            while not self.columns and self._next is not None:
                rows += self._turn_page()
        except BaseException:
            self.close()
            raise
        self._first_rows = rows

    def finish(self) -> None:
        """Read to the end and let the rows go: for statements whose effect counts."""
        for _ in self.rows:
            pass

    def close(self) -> None:
        """Let go of the query, which Trino cancels if it still runs."""
        self._forget.close()
        self._cancel_at_trino()
        self._next = None

    def _turn_page(self) -> list[RawRow]:
        url = self._next
        return self._took(lambda: self._request.get(url)) if url else []

    def _took(self, ask: Callable[[], requests.Response]) -> list[RawRow]:
        """Ask Trino, keep what it says of the query, and give the rows that came with it."""
        try:
            status = self._request.process(ask())
        except TrinoQueryError as error:
            self._next = None
            self._check()
            raise from_query(error) from error
        except UNREACHABLE as error:
            self._check()
            raise from_transport(self._url, bool(self.query_id), error) from error
        self._keep(status)
        self._check()
        return list(status.rows)

    def _keep(self, status: TrinoStatus) -> None:
        self.query_id, self._next = status.id, status.next_uri
        self.update_type, self.update_count = status.update_type, status.update_count
        self.statistics.note(status.id, status.stats)
        if status.columns and not self.columns:
            self.columns = columns_of(status.columns)

    def _check(self) -> None:
        """Raise what ended the query from our side, which Trino's own answer would hide."""
        cutoff, scanned = self._context.bytes_cutoff, self.statistics[SCANNED_BYTES]
        if self._lost.cancelled:
            raise EngineLost(KILLED)
        if self._context.cancel.cancelled:
            raise Cancelled
        if cutoff is not None and scanned > cutoff:
            raise ScanLimitExceeded(scanned, cutoff)

    def _cancel_at_trino(self) -> None:
        """Tell Trino to stop, from any thread; one that is away has stopped."""
        url = self._next
        if url is not None:
            with contextlib.suppress(*UNREACHABLE):
                self._make_request(CANCEL_SECONDS).delete(url)
