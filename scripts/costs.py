"""`python -m scripts.costs`: what a month of a hospital costs on AWS, from a measured morning.

docs/costs.md has what it printed.

It starts an emulator of its own on a free port, lives the morning after so many days of history there, and
multiplies what that used by prices of a certain day: check them before you rely on them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.cost_measures import Measured, measure
from scripts.emulator_process import EmulatorProcess
from scripts.measuring import free_port
from scripts.output import number, say, show, size, table
from scripts.settings import load

DAYS_OF_MONTH = 30
KEPT_RUNS = 35
RESULT_DAYS = 30
ALARMS = 4

PRICES = {
    "Athena, a TB scanned": 5.00,
    "S3, a GB-month": 0.024,
    "S3, 1,000 writes or listings": 0.0053,
    "S3, 1,000 reads": 0.00042,
    "Step Functions, 1,000 transitions": 0.025,
    "Lambda, a GB-second": 0.0000166667,
    "Lambda, 1,000,000 invocations": 0.20,
    "CloudWatch, a metric and month": 0.30,
    "CloudWatch, an alarm and month": 0.10,
    "CloudWatch, a dashboard and month": 3.00,
    "CloudWatch, a GB of logs": 0.5985,
    "KMS, a key and month": 1.00,
}
"""US dollars in eu-west-2 without tax, free tiers and discounts; docs/costs.md says where each is from."""


SHOWN = (
    *("days", "episodes", "source_bytes", "bronze_bytes", "run_bytes", "result_bytes"),
    *("queries", "scanned_bytes", "charged_bytes", "transitions", "invocations", "gigabyte_seconds"),
    *("s3_writes", "s3_reads", "log_bytes", "metrics"),
)


@dataclass(frozen=True)
class Item:
    """One line of a month's bill, in US dollars."""

    name: str
    dollars: float


def month(use: Measured, history_days: int) -> list[Item]:
    """A month's bill of one hospital with that many delivered days, from a morning's measured use."""
    kept = history_days * (use.source_bytes + use.bronze_bytes)
    kept += KEPT_RUNS * use.run_bytes + RESULT_DAYS * use.result_bytes
    mornings = DAYS_OF_MONTH
    return [
        Item("Athena", mornings * use.charged_bytes / 1e12 * PRICES["Athena, a TB scanned"]),
        Item("S3, what is kept", kept / 1e9 * PRICES["S3, a GB-month"]),
        Item("S3, requests", mornings * _requests(use)),
        Item(
            "Step Functions", mornings * use.transitions / 1000 * PRICES["Step Functions, 1,000 transitions"]
        ),
        Item("Lambda", mornings * _functions(use)),
        Item("CloudWatch", _watching(use)),
        Item("KMS, with CustomerKey=yes", PRICES["KMS, a key and month"]),
    ]


def grown(small: Measured, large: Measured, days: int) -> Measured:
    """The use after so many days of history, on the straight line through two measured ones.

    What functions do, and what does not grow, stays as in the larger.
    """
    share = (days - small.days) / (large.days - small.days)

    def at(low: float, high: float) -> int:
        return round(low + (high - low) * share)

    return replace(
        large,
        days=days,
        run_bytes=at(small.run_bytes, large.run_bytes),
        result_bytes=at(small.result_bytes, large.result_bytes),
        scans=tuple(at(low, high) for low, high in zip(small.scans, large.scans, strict=True)),
        s3_writes=at(small.s3_writes, large.s3_writes),
        s3_reads=at(small.s3_reads, large.s3_reads),
    )


def _requests(use: Measured) -> float:
    writes = use.s3_writes / 1000 * PRICES["S3, 1,000 writes or listings"]
    return writes + use.s3_reads / 1000 * PRICES["S3, 1,000 reads"]


def _functions(use: Measured) -> float:
    work = use.gigabyte_seconds * PRICES["Lambda, a GB-second"]
    return work + use.invocations / 1e6 * PRICES["Lambda, 1,000,000 invocations"]


def _watching(use: Measured) -> float:
    logs = DAYS_OF_MONTH * use.log_bytes / 1e9 * PRICES["CloudWatch, a GB of logs"]
    alarms = ALARMS * PRICES["CloudWatch, an alarm and month"]
    metrics = use.metrics * PRICES["CloudWatch, a metric and month"]
    return metrics + alarms + PRICES["CloudWatch, a dashboard and month"] + logs


def main() -> None:
    """Measure twice, and print the uses and the bills."""
    parser = argparse.ArgumentParser(prog="python -m scripts.costs", description=__doc__)
    parser.add_argument("--days", type=int, nargs=2, default=[10, 30], help="the two lengths to measure")
    parser.add_argument("--history", type=int, default=365, help="the length to compute")
    parser.add_argument("--episodes", type=int, default=10_000)
    options = parser.parse_args()
    uses = [_measured(days, options.episodes) for days in sorted(options.days)]
    uses.append(grown(uses[0], uses[1], options.history))
    _print_uses(uses)
    _print_bills(uses[1:])


def _measured(days: int, episodes: int) -> Measured:
    say(f"measuring a morning after {days} days of about {number(episodes)} episodes")
    with tempfile.TemporaryDirectory(prefix="wardlake-costs-") as folder:
        settings = load({"endpoint_url": f"http://127.0.0.1:{free_port()}", "stage": "costs"}, {})
        emulator = EmulatorProcess(settings, Path(folder))
        emulator.start()
        try:
            return measure(settings, days, episodes, Path(folder) / "snapshots")
        finally:
            emulator.stop()


def _print_uses(uses: Sequence[Measured]) -> None:
    heads = [f"{use.days} days" for use in uses]
    rows = [(name, *(_shown(name, getattr(use, name)) for use in uses)) for name in SHOWN]
    show(table(("of a morning", *heads), rows, tuple(heads)))


def _shown(name: str, value: float) -> str:
    if name.endswith("_bytes"):
        return size(int(value))
    return f"{value:.1f}" if isinstance(value, float) else number(value)


def _print_bills(uses: Sequence[Measured]) -> None:
    heads = [f"{use.days} days" for use in uses]
    bills = [month(use, use.days) for use in uses]
    show(table(("US dollars a month", *heads), list(_lines(bills)), tuple(heads)))


def _lines(bills: Sequence[Sequence[Item]]) -> Iterator[tuple[str, ...]]:
    for items in zip(*bills, strict=True):
        yield (items[0].name, *(f"{item.dollars:.2f}" for item in items))
    yield ("together", *(f"{sum(item.dollars for item in bill):.2f}" for bill in bills))


if __name__ == "__main__":
    main()
