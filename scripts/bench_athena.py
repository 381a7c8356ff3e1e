"""`make bench`, Athena's part: the emulator over HTTP beside raw DuckDB on the same local Parquet files.

Both sides have the same threads and memory limit, and take turns, so that what else the machine does meets
both. Nothing is asserted: the values stand beside their targets.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb
from botocore.config import Config

from emulator.engine.duckdb.connection import DuckDBSettings
from scripts.aws import open_session
from scripts.emulator_process import EmulatorProcess
from scripts.measuring import free_port, timed
from scripts.output import duration, number, say, show, size, table
from scripts.settings import CliSettings, load

if TYPE_CHECKING:
    from types_boto3_athena import AthenaClient
    from types_boto3_s3 import S3Client
    from types_boto3_s3.literals import BucketLocationConstraintType

BUCKET = "wardlake-bench-athena"
FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
FILES = 8
"""How many objects the table that is scanned has."""
AT_ONCE = 20
LOOK_AGAIN_SECONDS = 0.002
AGGREGATE = (
    "select grp, count(*) as n, sum(amount) as total, avg(score) as mean, max(code) as last_code "
    "from {source} where score >= 0.05 group by grp order by grp"
)
ROWS = "select id, grp, code, amount, score from {source}"


@dataclass(frozen=True)
class Sizes:
    """How much is measured: rows, repetitions."""

    scanned_rows: int
    written_rows: int
    trivial: int
    turns: int


@dataclass(frozen=True)
class Line:
    """One measurement: what, its value, the target, and what it was measured on, all as text."""

    what: str
    value: str
    target: str
    note: str


class QueryFailed(Exception):
    """A query of the benchmark did not succeed, so there is nothing to measure."""

    def __init__(self, sql: str, reason: str) -> None:
        super().__init__(f"{reason}: {sql}")


class Client:
    """Athena and S3 of one endpoint, as any client uses them."""

    def __init__(self, settings: CliSettings) -> None:
        session = open_session(settings)
        options = Config(max_pool_connections=AT_ONCE, retries={"max_attempts": 0})
        self.athena: AthenaClient = session.client(
            "athena", endpoint_url=settings.endpoint_url, config=options
        )
        self.s3: S3Client = session.client("s3", endpoint_url=settings.endpoint_url, config=options)

    def make_bucket(self, region: str) -> None:
        """Make the bucket of everything that is measured."""
        place = cast("BucketLocationConstraintType", region)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": place})

    def query(self, sql: str) -> int:
        """Start a query, wait for it and fetch its first page of results; gives that page's rows.

        Raises QueryFailed.
        """
        query_id = self.athena.start_query_execution(
            QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"}
        )["QueryExecutionId"]
        while True:
            status = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
            if status["State"] in FINAL:
                break
            time.sleep(LOOK_AGAIN_SECONDS)
        if status["State"] != "SUCCEEDED":
            raise QueryFailed(sql, status.get("StateChangeReason", status["State"]))
        return len(self.athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"])


class Raw:
    """DuckDB without anything around it, on the local files, with the engine's own limits."""

    def __init__(self, folder: Path, engine: DuckDBSettings) -> None:
        self._connection = duckdb.connect(
            config={"threads": engine.threads, "memory_limit": engine.memory_limit}
        )
        self._folder = folder
        self._written = 0

    def make(self, name: str, rows: int, files: int) -> None:
        """Write `rows` rows of a table of its own into a folder of that name, in that many files."""
        (self._folder / name).mkdir()
        for part in range(files):
            start, end = rows * part // files, rows * (part + 1) // files
            self._connection.execute(
                "copy (select range as id, cast(hash(range) % 1000 as integer) as grp, "
                "md5(cast(range % 100000 as varchar)) as code, "
                "cast(hash(range, 1) % 10000000 as decimal(12, 0)) as amount, "
                f"(hash(range, 2) % 1000000) / 1e6 as score from range({start}, {end})) "
                f"to '{self.path(name)}/part-{part:03}.parquet' (format parquet, compression snappy)"
            )

    def path(self, name: str) -> Path:
        """The folder of a table's files."""
        return self._folder / name

    def source(self, name: str) -> str:
        """A table's files as DuckDB reads them."""
        return f"read_parquet('{self.path(name)}/*.parquet')"

    def query(self, sql: str) -> None:
        """Run a query and fetch its rows."""
        self._connection.execute(sql).fetchall()

    def copy(self, sql: str) -> None:
        """Write a query's rows to a new Parquet file, which is removed again."""
        self._written += 1
        target = self._folder / f"copy-{self._written}.parquet"
        self.query(f"copy ({sql}) to '{target}' (format parquet, compression snappy)")
        target.unlink()


def athena_lines(sizes: Sizes, engine: DuckDBSettings) -> list[Line]:
    """Measure everything against an emulator of its own, which is ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="wardlake-bench-athena-") as folder:
        settings = load({"endpoint_url": f"http://127.0.0.1:{free_port()}", "stage": "bench"}, {})
        emulator = EmulatorProcess(settings, Path(folder))
        pid = emulator.start()
        try:
            client, raw = Client(settings), Raw(Path(folder), engine)
            client.make_bucket(settings.region)
            lines = list(_measured(client, raw, sizes))
            lines.append(
                Line(
                    "peak memory of the emulator",
                    size(_peak_bytes(pid)),
                    f"{engine.memory_limit} for the engine",
                    "resident; with small objects of S3 and the process itself, beside the engine",
                )
            )
            return lines
        finally:
            emulator.stop()


def _measured(client: Client, raw: Raw, sizes: Sizes) -> Iterator[Line]:
    client.query("select 1")
    trivial = statistics.median(timed(lambda: client.query("select 1")) for _ in range(sizes.trivial))
    yield Line("select 1, start to result", duration(trivial), "10 ms", f"median of {sizes.trivial}, HTTP")
    say("making and landing the Parquet files")
    _land(client, raw, "scanned", sizes.scanned_rows, FILES)
    _land(client, raw, "written", sizes.written_rows, 1)
    yield _at_once(client)
    yield _scan(client, raw, sizes)
    yield from _writes(client, raw, sizes)


def _land(client: Client, raw: Raw, name: str, rows: int, files: int) -> None:
    """A table with the same files locally and in the emulator's S3."""
    raw.make(name, rows, files)
    for path in sorted(raw.path(name).iterdir()):
        client.s3.upload_file(str(path), BUCKET, f"{name}/{path.name}")
    client.query(_declaration(name))


def _declaration(name: str) -> str:
    return (
        f"create external table `default`.`{name}` (id bigint, grp int, code string, amount decimal(12, 0), "
        f"score double) stored as parquet location 's3://{BUCKET}/{name}/'"
    )


def _at_once(client: Client) -> Line:
    """Queries that start together, each of its own kind; one that fails raises, so none of them may."""

    def one(number: int) -> int:
        return client.query(
            f"select grp, count(*) from scanned where grp % {AT_ONCE} = {number} group by grp"
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        seconds = timed(lambda: list(pool.map(one, range(AT_ONCE))))
    return Line(f"{AT_ONCE} queries at once", "no errors", "no errors", f"{duration(seconds)} for all")


def _scan(client: Client, raw: Raw, sizes: Sizes) -> Line:
    volume = size(sum(path.stat().st_size for path in raw.path("scanned").iterdir()))
    return _ratio(
        "scan and aggregate",
        f"{volume} of Parquet in {FILES} objects, {number(sizes.scanned_rows)} rows",
        sizes.turns,
        lambda turn: client.query(AGGREGATE.format(source="scanned")),
        lambda: raw.query(AGGREGATE.format(source=raw.source("scanned"))),
    )


def _writes(client: Client, raw: Raw, sizes: Sizes) -> Iterator[Line]:
    def ctas(turn: int) -> object:
        properties = f"format = 'PARQUET', external_location = 's3://{BUCKET}/ctas/{turn}/'"
        return client.query(
            f"create table ctas_{turn} with ({properties}) as {ROWS.format(source='written')}"
        )

    def insert(turn: int) -> object:
        return client.query(f"insert into target {ROWS.format(source='written')}")

    def copy() -> None:
        raw.copy(ROWS.format(source=raw.source("written")))

    note = f"{number(sizes.written_rows)} rows, beside COPY to Parquet"
    yield _ratio("CTAS", note, sizes.turns, ctas, copy)
    client.query(_declaration("target"))
    yield _ratio("INSERT", note, sizes.turns, insert, copy)


def _ratio(
    what: str, note: str, turns: int, emulated: Callable[[int], object], direct: Callable[[], object]
) -> Line:
    """The medians of both sides, which take turns after one turn that does not count."""
    ours, theirs = [], []
    for turn in range(turns + 1):
        ours.append(timed(partial(emulated, turn)))
        theirs.append(timed(direct))
    one, other = statistics.median(ours[1:]), statistics.median(theirs[1:])
    shown = (
        f"{duration(one)} beside {duration(other)}; first {duration(ours[0])} beside {duration(theirs[0])}"
    )
    return Line(f"{what}, to raw DuckDB", f"{one / other:.2f} ×", "1.5 ×", f"{shown}; {note}")


def _peak_bytes(pid: int) -> int:
    """The most memory that a process had resident so far, as the kernel counts it (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/{pid}/status does not say VmHWM")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_athena", description=__doc__)
    parser.add_argument("--scanned-rows", type=int, default=2_000_000, help="of the table that is scanned")
    parser.add_argument("--written-rows", type=int, default=5_000_000, help="of each CTAS and INSERT")
    parser.add_argument("--trivial", type=int, default=200, help="how often `select 1` runs")
    parser.add_argument("--turns", type=int, default=3, help="of each side of a comparison")
    options = parser.parse_args()
    sizes = Sizes(options.scanned_rows, options.written_rows, options.trivial, options.turns)
    lines = athena_lines(sizes, DuckDBSettings())
    show(
        table(
            ("what", "measured", "target", "note"),
            [(line.what, line.value, line.target, line.note) for line in lines],
            ("measured", "target"),
        )
    )


if __name__ == "__main__":
    main()
