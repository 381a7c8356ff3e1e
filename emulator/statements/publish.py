"""From files that a query wrote to objects and partitions: all of them, or none."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from emulator.catalog.model import AlreadyExists, CatalogError, GlueTable
from emulator.catalog.partitions import NULL_PARTITION, bucket_and_prefix, partition_path
from emulator.statements.partitions import partition_input
from emulator.statements.runtime import Runtime, Surroundings, Written, WrittenFile
from emulator.storage.objects import NoSuchBucket, ObjectInfo
from emulator.trino.errors import TrinoError

MAX_OPEN_PARTITIONS = 100
"""As many partitions can one CTAS or INSERT write in Athena."""


@contextmanager
def scratch_directory(runtime: Runtime) -> Iterator[Path]:
    """A private local directory for the length of a block."""
    directory = runtime.queries.scratch()
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def partition_values(file: WrittenFile) -> tuple[str, ...]:
    """A file's partition as Glue keeps it: NULL and the empty text are Hive's default partition."""
    return tuple(value or NULL_PARTITION for value in file.partition)


def partitions_of(written: Written) -> list[tuple[str, ...]]:
    """The partitions that files were written for, as Glue keeps them."""
    return list(dict.fromkeys(map(partition_values, written.files)))


def check_partition_count(written: Written) -> None:
    """Raise TrinoError if a statement wrote to more partitions than Athena allows."""
    count = len({(file.partition, file.bucket) for file in written.files})
    if count > MAX_OPEN_PARTITIONS:
        raise too_many_partitions()


def too_many_partitions() -> TrinoError:
    """The error of a statement that writes to more partitions than Athena allows."""
    return TrinoError(
        "HIVE_TOO_MANY_OPEN_PARTITIONS",
        f"Exceeded limit of {MAX_OPEN_PARTITIONS} open writers for partitions/buckets",
    )


def placed(
    runtime: Runtime, written: Written, location: str, keys: Sequence[str], table: GlueTable | None = None
) -> list[tuple[WrittenFile, str]]:
    """Each file with the s3:// folder it goes to: a partition of ``table`` may have a location of its own."""
    places = []
    for file in written.files:
        values = partition_values(file)
        known = runtime.catalog.partition(table, values) if table and keys else None
        folder = f"{location.rstrip('/')}/{partition_path(keys, values)}" if keys else location
        places.append((file, known.location if known else folder))
    return places


@contextmanager
def published(
    runtime: Runtime, places: Sequence[tuple[WrittenFile, str]]
) -> Iterator[tuple[ObjectInfo, ...]]:
    """Put files into their folders for the length of a block; if it fails, what was put is deleted."""
    objects: list[ObjectInfo] = []
    started = runtime.context.started.strftime("%Y%m%d_%H%M%S")
    try:
        for file, folder in places:
            runtime.context.cancel.check()
            bucket, prefix = bucket_and_prefix(folder)
            # the names of a bucket's files begin as Hive's do
            number = "" if file.bucket is None else f"{file.bucket:06d}_0_"
            key = f"{prefix}{number}{started}_{uuid.uuid4()}{file.suffix}"
            info = runtime.objects.put_file(bucket, key, file.path)
            objects.append(info)
            runtime.cache.adopt(info, file.path)
        yield tuple(objects)
    except BaseException as error:
        for info in objects:
            runtime.objects.delete(info.bucket, [info.key])
        if isinstance(error, NoSuchBucket):
            raise TrinoError("HIVE_FILESYSTEM_ERROR", f"Cannot write: {error}") from error
        raise


def register_partitions(
    runtime: Surroundings, table: GlueTable, partitions: Iterable[tuple[str, ...]]
) -> None:
    """Make sure that Glue knows the partitions written to; if one cannot be registered, none is."""
    created = []
    try:
        for values in partitions:
            if runtime.catalog.partition(table, values) is None:
                try:
                    runtime.catalog.create_partition(table, partition_input(table, values, None))
                except AlreadyExists:
                    # another statement wrote to the same new partition and was first
                    continue
                created.append(values)
    except CatalogError as error:
        for values in created:
            runtime.catalog.delete_partition(table, values)
        raise TrinoError("HIVE_METASTORE_ERROR", str(error)) from error


def require_empty(runtime: Surroundings, location: str, what: str) -> None:
    """Raise TrinoError if anything is stored under a location that a statement is to fill."""
    bucket, prefix = bucket_and_prefix(location)
    try:
        occupied = next(runtime.objects.list(bucket, prefix), None)
    except NoSuchBucket as error:
        raise TrinoError("HIVE_FILESYSTEM_ERROR", f"Cannot write to {location}: {error}") from error
    if occupied is not None:
        raise TrinoError(
            "HIVE_PATH_ALREADY_EXISTS",
            f"Target directory for {what} already exists: {location}. You may need to manually clean the "
            f"data at location '{location}' before retrying. Athena will not delete data in your account.",
        )
