"""The benchmark measures what it says it does; how long that takes is not asserted."""

from __future__ import annotations

from emulator.engine.duckdb.connection import DuckDBSettings
from scripts.bench_athena import Sizes, athena_lines


def test_the_benchmark_of_athena_shows_each_value_beside_its_target() -> None:
    lines = athena_lines(Sizes(scanned_rows=1000, written_rows=1000, trivial=2, turns=1), DuckDBSettings())
    assert [(line.what, line.target) for line in lines] == [
        ("select 1, start to result", "10 ms"),
        ("20 queries at once", "no errors"),
        ("scan and aggregate, to raw DuckDB", "1.5 ×"),
        ("CTAS, to raw DuckDB", "1.5 ×"),
        ("INSERT, to raw DuckDB", "1.5 ×"),
        ("peak memory of the emulator", "2GB for the engine"),
    ]
    assert all(line.value for line in lines)
