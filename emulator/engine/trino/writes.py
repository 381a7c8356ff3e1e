"""What Trino's writers leave behind: their files, found again by the query's id, which is in every name."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import requests

from emulator.catalog.model import CATALOG
from emulator.catalog.partitions import bucket_and_prefix
from emulator.engine.trino.failures import UNREACHABLE
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.engine.trino.session import CANCEL_SECONDS, USER
from emulator.statements.runtime import FileFormat
from emulator.storage.objects import NoSuchBucket, ObjectInfo
from emulator.trino.errors import TrinoError, Unsupported

_CODECS = {"NONE": "NONE", "SNAPPY": "SNAPPY", "LZ4": "LZ4", "ZSTD": "ZSTD", "GZIP": "GZIP", "ZLIB": "GZIP"}
"""Trino's names of the codecs; the GZIP of its ORC writer is ORC's ZLIB."""
_SHOWN = {"PARQUET": "Parquet", "ORC": "ORC"}

WRITERS_END_WITHIN_SECONDS = 10
LOOK_AGAIN_SECONDS = 0.05


def session_properties(form: FileFormat) -> dict[str, str]:
    """Trino's session properties for writing a format; raises Unsupported for what Trino's writers lack.

    Athena keeps no statistics of the columns that it writes. Neither do we: DuckDB may write to the same
    table, and statistics of one engine's rows alone would be wrong.
    """
    codec = _CODECS.get(form.compression)
    if codec is None:
        kind = _SHOWN.get(form.name, "text")
        raise Unsupported(f"Writing {kind} with compression {form.compression} is not supported on Trino")
    if form.level is not None:
        raise Unsupported(f"compression_level is not supported for format {form.name} on Trino")
    return {
        f"{CATALOG}.compression_codec": codec,
        f"{CATALOG}.collect_column_statistics_on_write": "false",
    }


def require_bucket(runtime: TrinoRuntime, location: str) -> None:
    """Raise TrinoError if the bucket is missing: Trino's own error would not say so."""
    bucket, _ = bucket_and_prefix(location)
    if not runtime.objects.has_bucket(bucket):
        raise TrinoError("HIVE_FILESYSTEM_ERROR", f"Cannot write: {NoSuchBucket(bucket)}")


def objects_of(
    runtime: TrinoRuntime, query_ids: Iterable[str], locations: Iterable[str]
) -> tuple[ObjectInfo, ...]:
    """The objects under these locations that queries of Trino wrote, in the order of their keys."""
    ids = tuple(query_ids)
    found: dict[str, ObjectInfo] = {}
    for location in locations:
        bucket, prefix = bucket_and_prefix(location)
        for info in runtime.objects.list(bucket, prefix):
            if any(query_id in info.key[len(prefix) :] for query_id in ids):
                found[info.uri] = info
    return tuple(found.values())


@contextmanager
def discarded_on_failure(runtime: TrinoRuntime, locations: Iterable[str]) -> Iterator[None]:
    """If the block fails, delete what the execution's queries wrote to these locations.

    Trino does so itself for a query that fails, as its writers end: after it told us, so that is waited for.
    One that Trino was lost under left its finished files to us.
    """
    places = tuple(locations)
    try:
        yield
    except BaseException:
        ids = runtime.session.statistics.query_ids
        with contextlib.suppress(*UNREACHABLE):
            _wait_for_writers(runtime.session.url, ids)
        with contextlib.suppress(NoSuchBucket):
            for info in objects_of(runtime, ids, places):
                runtime.objects.delete(info.bucket, [info.key])
        raise


def _wait_for_writers(url: str, query_ids: Iterable[str]) -> None:
    """Wait, but not for long, until the queries' tasks have ended on all of Trino's nodes."""
    deadline = time.monotonic() + WRITERS_END_WITHIN_SECONDS
    with requests.Session() as http:
        http.trust_env = False  # no proxy is between us and a Trino of our own
        for query_id in query_ids:
            while time.monotonic() < deadline:
                reply = http.get(
                    f"{url}/v1/query/{query_id}", headers={"X-Trino-User": USER}, timeout=CANCEL_SECONDS
                )
                if reply.status_code != HTTPStatus.OK or reply.json()["finalQueryInfo"]:
                    break
                time.sleep(LOOK_AGAIN_SECONDS)
