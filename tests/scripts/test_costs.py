"""The bill that is computed from a measured morning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.cost_measures import Measured, measure, s3_requests
from scripts.costs import PRICES, grown, month
from scripts.packaging import ROOT
from scripts.settings import load
from tests.scripts.conftest import own_emulator

USE = Measured(
    days=10,
    episodes=100,
    source_bytes=1_000_000_000,
    bronze_bytes=1_000_000_000,
    run_bytes=0,
    result_bytes=0,
    scans=(1, 20_000_000),
    transitions=100,
    invocations=7,
    gigabyte_seconds=10.0,
    s3_writes=1000,
    s3_reads=1000,
    log_bytes=0,
    metrics=2,
)


def dollars(use: Measured, name: str, days: int = 10) -> float:
    return next(item.dollars for item in month(use, days) if item.name == name)


def test_athena_charges_a_small_query_as_ten_megabytes() -> None:
    assert dollars(USE, "Athena") == pytest.approx(30 * 30_000_000 / 1e12 * PRICES["Athena, a TB scanned"])


def test_what_was_delivered_is_kept_for_good_and_what_runs_built_for_the_kept_ones() -> None:
    gigabytes = PRICES["S3, a GB-month"]
    assert dollars(USE, "S3, what is kept", days=365) == pytest.approx(365 * 2 * gigabytes)
    assert dollars(replace(USE, run_bytes=10**9), "S3, what is kept", 0) == pytest.approx(35 * gigabytes)


def test_a_longer_history_is_on_the_line_through_two_measured_ones_for_each_query() -> None:
    larger = replace(USE, days=20, scans=(1, 30_000_000), s3_reads=1100)
    later = grown(USE, larger, 40)
    assert (later.days, later.scans, later.s3_reads, later.transitions) == (40, (1, 50_000_000), 1300, 100)


def test_listings_of_s3_cost_as_writes_and_deletions_nothing() -> None:
    def call(method: str, query: str = "", **more: Any) -> dict[str, Any]:
        return {"service": "s3", "role": "a", "method": method, "query": query, "times": 2, **more}

    calls = [call("GET"), call("GET", "list-type=2"), call("PUT"), call("DELETE"), call("GET", role=None)]
    assert s3_requests([*calls, call("GET", service="glue")]) == {"reads": 2, "writes": 4}


def test_the_page_on_costs_shows_the_prices_that_are_computed_with() -> None:
    page = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8")
    for name, price in PRICES.items():
        shown = f"{price:.10f}".rstrip("0")
        assert f"| {name} | {shown}{'0' if shown.endswith('.') else ''} |" in page, name


def test_a_morning_is_measured_on_an_emulator(tmp_path: Path) -> None:
    with own_emulator(tmp_path) as command:
        endpoint = command.environment["WARDLAKE_ENDPOINT_URL"]
        settings = load({"endpoint_url": endpoint, "stage": "costs"}, {})
        use = measure(settings, 2, 10, tmp_path / "snapshots")
    assert use.queries == 14
    assert use.invocations == 8
    assert use.charged_bytes == use.queries * 10_000_000  # ten episodes are less, whatever the query
    for name in (
        "source_bytes",
        "bronze_bytes",
        "run_bytes",
        "transitions",
        "s3_writes",
        "s3_reads",
        "metrics",
    ):
        assert getattr(use, name) > 0, name
