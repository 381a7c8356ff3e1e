"""Shadow mode: which engine answers, what runs where, and what happens when one of the two is in trouble."""

from __future__ import annotations

import logging
import threading

import pytest

from emulator.engine.base import Cancelled, CancelToken, EngineLost
from emulator.trino.errors import TrinoError
from tests.emulator.engine.shadow.pair import Pair

ENDLESS = (
    "SELECT sum(x * y % 7 + z) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 10000)) b(y), "
    "UNNEST(sequence(1, 10000)) c(z)"
)
CREATE = "CREATE EXTERNAL TABLE t (a int) STORED AS PARQUET LOCATION 's3://lake/t/'"


def test_a_query_runs_on_both_engines(pair: Pair) -> None:
    assert pair.rows("SELECT 1 AS a") == [("1",)]
    assert (pair.embedded.asked, pair.trino.asked) == (["SELECT 1 AS a"], ["SELECT 1 AS a"])
    assert pair.counts == {"equal": 1}


def test_the_engines_work_at_the_same_time(pair: Pair) -> None:
    both_began = threading.Barrier(2, timeout=20)
    pair.embedded.before = pair.trino.before = both_began.wait
    assert pair.rows("SELECT 1 AS a") == [("1",)]


def test_the_answer_is_trinos(pair: Pair) -> None:
    assert pair.lie("SELECT 1 AS a", "SELECT 2 AS a") == [("1",)]
    assert pair.counts == {"different": 1}


def test_a_difference_is_logged_with_its_query_its_statement_and_its_rows(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    pair.embedded.lies["SELECT 'x' AS a"] = "SELECT NULL AS a"
    pair.rows("SELECT 'x' AS a", query_id="q1")
    assert logged(caplog) == [
        "query q1: different\n"
        "  | SELECT 'x' AS a\n"
        "  column 1: duckdb a unknown, trino a varchar(1)\n"
        "  1 row only in duckdb's answer, 1 only in trino's\n"
        "  only duckdb: NULL\n"
        "  only trino: x"
    ]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What shadow mode logged; an engine of another test may log its own end meanwhile."""
    return [
        record.getMessage() for record in caplog.records if record.name.startswith("emulator.engine.shadow.")
    ]


def test_equal_answers_are_not_logged(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    pair.rows("SELECT 1 AS a")
    assert logged(caplog) == []


def test_trinos_error_is_the_answer_where_the_embedded_engine_answers(pair: Pair) -> None:
    with pytest.raises(TrinoError, match="DIVISION_BY_ZERO"):
        pair.lie("SELECT 1 / 0 AS a", "SELECT 1 AS a")
    assert pair.counts == {"different": 1}
    assert "trino failed with DIVISION_BY_ZERO" in pair.reasons
    assert "duckdb answered 1 row of (a integer)" in pair.reasons


def test_trinos_answer_stands_where_the_embedded_engine_fails(pair: Pair) -> None:
    assert pair.lie("SELECT 1 AS a", "SELECT 1 / 0 AS a") == [("1",)]
    assert "duckdb failed with DIVISION_BY_ZERO" in pair.reasons


def test_one_error_in_both_engines_is_no_difference(pair: Pair) -> None:
    with pytest.raises(TrinoError):
        pair.lie("SELECT 1 / 0 AS a", "SELECT 7 % 0 AS a")
    assert pair.counts == {"equal": 1}


def test_two_errors_of_other_names_are_a_difference(pair: Pair) -> None:
    with pytest.raises(TrinoError, match="DIVISION_BY_ZERO"):
        pair.lie("SELECT 1 / 0 AS a", "SELECT CAST('x' AS integer) AS a")
    assert pair.counts == {"different": 1}


def test_an_error_among_the_rows_is_compared_too(pair: Pair) -> None:
    failing = "SELECT 10 / (x - 5000) AS a FROM UNNEST(sequence(1, 10000)) t(x)"
    with pytest.raises(TrinoError, match="DIVISION_BY_ZERO"):
        pair.rows(failing)
    assert pair.counts == {"equal": 1}


def test_what_the_embedded_engine_does_not_parse_is_a_difference(pair: Pair) -> None:
    assert pair.lie("SELECT 1 AS a", "SELECT FROM WHERE") == [("1",)]
    assert "duckdb failed with SYNTAX_ERROR" in pair.reasons


def test_what_the_embedded_engine_refuses_by_name_is_told_apart_from_differences(pair: Pair) -> None:
    assert pair.lie("SELECT 1 AS a", "SELECT ST_Point(1, 2) AS a") == [("1",)]
    assert pair.counts == {"refused": 1}
    assert "duckdb refused it: " in pair.reasons


def test_a_fault_within_the_embedded_engine_is_a_difference_and_trinos_answer_stands(pair: Pair) -> None:
    def fail() -> None:
        raise KeyError("gone")

    pair.embedded.before = fail
    assert pair.rows("SELECT 1 AS a") == [("1",)]
    assert "GENERIC_INTERNAL_ERROR: KeyError: 'gone'" in pair.reasons


def test_an_embedded_engine_that_is_lost_fails_the_query(pair: Pair) -> None:
    def lose() -> None:
        raise EngineLost("gone")

    pair.embedded.before = lose
    with pytest.raises(EngineLost, match="compared with Trino, was lost: gone"):
        pair.rows("SELECT 1 AS a")
    assert pair.counts == {}


def test_a_trino_that_is_lost_fails_the_query_and_ends_the_other_engines_work(pair: Pair) -> None:
    def lose() -> None:
        raise EngineLost("no Trino")

    pair.trino.before = lose
    with pytest.raises(EngineLost, match="no Trino"):
        pair.lie("SELECT 1 AS a", ENDLESS)
    assert pair.counts == {}


def test_a_stop_stops_both_engines(pair: Pair) -> None:
    cancel, both_run = CancelToken(), threading.Barrier(3, timeout=20)
    pair.embedded.before = pair.trino.before = both_run.wait

    def stop() -> None:
        both_run.wait()
        cancel.cancel()

    threading.Thread(target=stop).start()
    with pytest.raises(Cancelled):
        pair.rows(ENDLESS, cancel=cancel)
    assert pair.counts == {}


def test_a_stop_reaches_the_embedded_engine_when_trino_has_answered_already(pair: Pair) -> None:
    cancel, runs = CancelToken(), threading.Event()
    pair.embedded.lies["SELECT 1 AS a"], pair.embedded.before = ENDLESS, runs.set
    pair.trino.reads_ahead = True
    rows = pair.execute("SELECT 1 AS a", cancel=cancel).rows
    assert next(rows) == ("1",)
    assert runs.wait(20)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(rows)
    assert pair.counts == {}


def test_rows_that_nobody_reads_to_their_end_end_the_other_engines_work(pair: Pair) -> None:
    pair.embedded.lies["SELECT 1 AS a"] = ENDLESS
    rows = pair.execute("SELECT 1 AS a").rows
    assert next(rows) == ("1",)
    rows.close()  # type: ignore[attr-defined]
    assert pair.counts == {}


def test_the_embedded_engine_takes_no_part_in_the_limit_of_bytes(pair: Pair) -> None:
    pair.rows("CREATE TABLE t WITH (external_location = 's3://lake/t/') AS SELECT 1 AS a")
    reading = "SELECT a FROM t"
    pair.trino.lies[reading] = "SELECT 1 AS a"
    pair.rows(reading, bytes_cutoff=1)
    assert pair.counts == {"equal": 3}


def test_ddl_runs_once_and_on_trino(pair: Pair) -> None:
    pair.rows(CREATE)
    assert (pair.embedded.asked, pair.trino.asked) == ([], [CREATE])
    assert pair.counts == {}


def test_an_insert_writes_once_and_what_it_wrote_is_read_by_both(pair: Pair) -> None:
    pair.rows(CREATE)
    pair.rows("INSERT INTO t SELECT 7")
    assert pair.lake.rows("SELECT a FROM t") == [("7",)]
    assert [sql for sql in pair.embedded.asked if "INSERT" in sql] == []
    assert pair.counts == {"equal": 2}


def test_the_query_of_an_insert_is_compared_before_it_writes(pair: Pair) -> None:
    pair.rows(CREATE)
    insert = "INSERT INTO t (a) SELECT 7 AS a"
    pair.embedded.lies["SELECT 7 AS a"] = "SELECT 8 AS a"
    pair.rows(insert)
    assert pair.counts == {"different": 1, "equal": 1}
    assert pair.found["only_trino"] == (("7",),)


def test_an_insert_is_read_again_without_the_rows_that_were_there(pair: Pair) -> None:
    pair.rows(CREATE)
    pair.rows("INSERT INTO t SELECT 7")
    pair.rows("INSERT INTO t SELECT 8")
    reading = pair.trino.asked[-1]
    assert pair.lake.rows(reading) == [("8",)]


def test_a_new_table_is_read_by_both(pair: Pair) -> None:
    pair.rows("CREATE TABLE t WITH (external_location = 's3://lake/t/') AS SELECT 1 AS a")
    assert pair.embedded.asked[-1] == 'SELECT * FROM "t"'
    assert pair.counts == {"equal": 2}


def test_a_write_that_fails_fails_with_trinos_error_and_reads_nothing(pair: Pair) -> None:
    with pytest.raises(TrinoError, match="does not exist"):
        pair.rows("INSERT INTO nowhere SELECT 1")
    assert pair.counts == {"equal": 1}


def test_a_prepared_query_is_compared_with_its_values(pair: Pair) -> None:
    pair.rows("PREPARE p FROM SELECT ? AS a")
    assert pair.rows("EXECUTE p USING 5") == [("5",)]
    assert pair.counts == {"equal": 1}


def test_a_prepared_insert_writes_once(pair: Pair) -> None:
    pair.rows(CREATE)
    pair.rows("PREPARE p FROM INSERT INTO t SELECT ?")
    pair.rows("EXECUTE p USING 5")
    assert pair.lake.rows("SELECT a FROM t") == [("5",)]


def test_killing_it_kills_both_engines(pair: Pair) -> None:
    rows = pair.execute("SELECT x FROM UNNEST(sequence(1, 10000)) t(x)").rows
    next(rows)
    pair.engine.kill()
    with pytest.raises(EngineLost):
        list(rows)
