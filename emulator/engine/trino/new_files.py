"""CTAS and UNLOAD on Trino: a query's rows as files where there were none.

Trino writes into a temporary table of its own making whose location is where the files belong, and the table
goes from Glue when they are written. So a CTAS's real table appears whole and at once, made by the code that
makes it for DuckDB (Trino's own carries notes of Trino's, lacks Athena's, and is there before its partitions
are), and UNLOAD, which has no table, needs nothing else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from emulator.catalog.model import CATALOG, GlueTable, HiveColumn, TableMissing
from emulator.engine.trino.around import literal, quoted, run_around
from emulator.engine.trino.runtime import TrinoRuntime
from emulator.engine.trino.writes import discarded_on_failure, objects_of, session_properties
from emulator.statements.publish import MAX_OPEN_PARTITIONS, too_many_partitions
from emulator.statements.runtime import FileFormat
from emulator.storage.objects import ObjectInfo
from emulator.trino.errors import TrinoError


@dataclass(frozen=True)
class FilesToWrite:
    """What is written: the text of the query, its last columns that become folders, the format, the place.

    ``database`` keeps the temporary table meanwhile. Without ``with_data`` only the columns are found out.
    """

    query: str
    partitioned_by: Sequence[str]
    form: FileFormat
    location: str
    database: str
    with_data: bool = True


@dataclass(frozen=True)
class FilesWritten:
    """What came of it: the columns as Hive has them, the partitions, the objects, the number of rows."""

    columns: tuple[HiveColumn, ...]
    partition_keys: tuple[HiveColumn, ...]
    partitions: tuple[tuple[str, ...], ...]
    objects: tuple[ObjectInfo, ...]
    rows: int

    @property
    def manifest(self) -> tuple[str, ...]:
        """The objects' addresses."""
        return tuple(info.uri for info in self.objects)


@contextmanager
def files_written(runtime: TrinoRuntime, wanted: FilesToWrite) -> Iterator[FilesWritten]:
    """Write the files for the length of a block; if it fails, they are deleted.

    Raises TrinoError, `Cancelled` and `EngineLost`.
    """
    properties = session_properties(wanted.form)
    name = f"wardlake_{runtime.context.query_id.replace('-', '_')}"
    with discarded_on_failure(runtime, [wanted.location]):
        try:
            query = run_around(
                runtime,
                f"CREATE TABLE {quoted(CATALOG, wanted.database, name)} WITH ({_properties(wanted)}) AS",
                wanted.query,
                "WITH DATA" if wanted.with_data else "WITH NO DATA",
                properties,
            )
            table = _temporary(runtime, wanted.database, name)
            partitions = tuple(found.values for found in runtime.catalog.partitions(table))
        finally:
            with contextlib.suppress(TableMissing):
                runtime.catalog.delete_table(wanted.database, name)
        # Trino's limit is for each of its writers
        if len(partitions) > MAX_OPEN_PARTITIONS:
            raise too_many_partitions()
        yield FilesWritten(
            columns=table.columns,
            partition_keys=table.partition_keys,
            partitions=partitions,
            objects=objects_of(runtime, [query.query_id], [wanted.location]),
            rows=query.update_count or 0,
        )


def _temporary(runtime: TrinoRuntime, database: str, name: str) -> GlueTable:
    found = runtime.catalog.table(database, name)
    if found is None:
        raise TrinoError(
            "HIVE_METASTORE_ERROR",
            f"Trino made no table {database}.{name} in this emulator's Glue: its metastore is another one",
        )
    return found


def _properties(wanted: FilesToWrite) -> str:
    """The table properties of Trino's Hive connector."""
    form = wanted.form
    given = [f"format = {literal(form.name)}", f"external_location = {literal(wanted.location)}"]
    if "field.delim" in form.serde_parameters:
        given.append(f"textfile_field_separator = {literal(form.serde_parameters['field.delim'])}")
    if wanted.partitioned_by:
        given.append(f"partitioned_by = {_array(wanted.partitioned_by)}")
    if form.bucketed_by:
        given.append(f"bucketed_by = {_array(form.bucketed_by)}")
        given.append(f"bucket_count = {form.bucket_count}")
    return ", ".join(given)


def _array(names: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, names))}]"
