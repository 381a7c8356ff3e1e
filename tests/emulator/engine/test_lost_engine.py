"""A query engine that dies: what ran on it ends with the fault's name, and the next statement works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from emulator.engine.base import CancelToken, EngineLost
from emulator.engine.duckdb import queries, writes
from emulator.engine.duckdb.connection import Database, DuckDBSettings
from emulator.engine.duckdb.guard import Guard
from tests.emulator.lake import Lake, shared_lake

pytestmark = pytest.mark.only_on("embedded", because="kills the engine of this process")

ENDLESS = (
    "SELECT sum(x * y % 7 + z) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 10000)) b(y), "
    "UNNEST(sequence(1, 10000)) c(z)"
)


@pytest.fixture
def dying(lake: Lake) -> Iterator[Lake]:
    """A lake whose engine may be killed: it is whole again afterwards."""
    yield lake
    assert lake.rows("SELECT 1") == [("1",)]


def test_a_running_query_ends_when_its_engine_is_killed(dying: Lake) -> None:
    begun = threading.Event()

    def kill() -> None:
        begun.wait()
        dying.engine.kill()

    threading.Thread(target=kill).start()
    with pytest.raises(EngineLost, match="was killed"):
        list(dying.execute(ENDLESS, engine_used=begun.set).rows)


def test_rows_that_are_still_to_be_read_are_lost_with_the_engine(dying: Lake) -> None:
    rows = dying.execute("SELECT x FROM UNNEST(sequence(1, 10000)) a(x)").rows
    assert next(rows) == ("1",)
    dying.engine.kill()
    with pytest.raises(EngineLost):
        list(rows)


def test_a_write_whose_engine_dies_leaves_neither_files_nor_a_table(dying: Lake) -> None:
    with pytest.raises(EngineLost):
        dying.execute(
            "CREATE TABLE t WITH (external_location = 's3://lake/t/') AS SELECT 1 AS a",
            engine_used=dying.engine.kill,
        )
    assert dying.keys() == []
    assert dying.catalog.table("db", "t") is None


def test_a_write_whose_engine_dies_as_its_files_are_counted_is_lost(
    dying: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(cursor: duckdb.DuckDBPyConnection, _: object) -> None:
        dying.engine.kill()
        cursor.execute("SELECT sum(a * b) FROM range(1000000) x(a), range(1000000) y(b)")

    monkeypatch.setattr(queries, "written_files", killed)
    with pytest.raises(EngineLost):
        dying.execute("CREATE TABLE t WITH (external_location = 's3://lake/t/') AS SELECT 1 AS a")
    assert dying.keys() == []


def test_a_write_whose_engine_dies_as_its_files_are_finished_is_lost(
    dying: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = writes.finished

    def killed(*given: Any) -> Any:
        dying.engine.kill()
        return finished(*given)

    monkeypatch.setattr(queries, "finished", killed)
    with pytest.raises(EngineLost):
        dying.execute(
            "CREATE TABLE t WITH (format = 'JSON', external_location = 's3://lake/t/') AS SELECT 1 AS a"
        )
    assert dying.keys() == []


def test_a_query_that_ends_just_as_its_engine_is_killed_does_not_disturb_the_others(tmp_path: Path) -> None:
    database = Database(tmp_path, DuckDBSettings())
    with database.cursor() as ended, database.cursor() as running:
        ended.close()
        database.lose("killed")
        with pytest.raises(duckdb.InterruptException):
            running.execute("SELECT sum(a * b) FROM range(1000000) x(a), range(1000000) y(b)")


def test_a_query_that_ends_just_as_it_is_stopped_does_not_disturb_the_stop(tmp_path: Path) -> None:
    database, cancel = Database(tmp_path, DuckDBSettings()), CancelToken()
    with database.cursor(cancel) as ended:
        ended.close()
        cancel.cancel()
    assert cancel.cancelled
    database.close()


def test_a_database_that_is_closed_under_a_query_is_replaced(dying: Lake) -> None:
    dying.engine._database._connection.close()
    with pytest.raises(EngineLost, match="is gone"):
        dying.rows("SELECT 1")


@pytest.mark.parametrize(
    "error",
    [
        duckdb.FatalException("FATAL Error: Failed to write to the WAL"),
        duckdb.InternalException("INTERNAL Error: Attempted to access index 0 within vector of size 0"),
        duckdb.IOException("IO Error: the database has been invalidated because of a previous fatal error"),
    ],
)
def test_an_error_that_ends_the_database_loses_it(
    error: duckdb.Error, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database(tmp_path_factory.mktemp("engine"), DuckDBSettings())

    def fails() -> None:
        raise error

    with pytest.raises(EngineLost, match="query engine failed"):
        Guard(database, shared_lake().context().cancel).run(fails)
    assert database.lost


def test_an_error_of_a_statement_does_not_lose_the_database(lake: Lake) -> None:
    database = lake.engine._database
    with pytest.raises(Exception, match="DIVISION_BY_ZERO"):
        lake.rows("SELECT 1 / x FROM (VALUES 0) t(x)")
    assert not database.lost
