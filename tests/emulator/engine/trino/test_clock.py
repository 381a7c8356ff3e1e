"""Statements that read the clock: Trino's is the machine's, which the emulator's may be ahead of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from emulator.engine.trino.clock import check_clock
from emulator.engine.trino.session import TrinoSession
from emulator.trino.errors import Unsupported
from tests.emulator.engine.trino.fake_trino import FakeTrino
from tests.emulator.engine.trino.test_ends import context

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELECT current_date", "current_date"),
        ("SELECT x FROM t WHERE y > Now ()", r"now\(\)"),
        ("INSERT INTO t SELECT LOCALTIMESTAMP", "LOCALTIMESTAMP"),
    ],
)
def test_a_statement_that_reads_the_clock_is_refused_while_the_emulators_is_ahead(
    trino: FakeTrino, sql: str, word: str
) -> None:
    session = TrinoSession(trino.url, replace(context(), started=TOMORROW))
    with pytest.raises(Unsupported, match=f"{word} on Trino is not supported while"):
        session.run(sql)
    assert trino.asked == []


def test_a_parameter_that_reads_the_clock_is_refused_too(trino: FakeTrino) -> None:
    session = TrinoSession(trino.url, replace(context(), started=TOMORROW))
    with pytest.raises(Unsupported, match="current_date on Trino"):
        session.run("SELECT ?", ["current_date"])


@pytest.mark.parametrize(
    "sql", ["SELECT now FROM t", "SELECT 'current_date' -- now()", 'SELECT "current_date"', "SELECT 'open"]
)
def test_other_statements_run_though_the_emulators_clock_is_ahead(sql: str) -> None:
    check_clock([sql], replace(context(), started=TOMORROW))


def test_the_clock_may_be_read_while_the_emulators_is_not_moved() -> None:
    check_clock(["SELECT current_date"], context())
