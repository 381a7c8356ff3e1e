"""Reading Parquet tables: columns by name, in any case; a column that a file lacks is NULL."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.engine.duckdb.files import BuiltScan, DataFile, FileScan
from emulator.engine.duckdb.literals import by_file, name, texts
from emulator.engine.duckdb.parquet_footers import Footer, Footers
from emulator.engine.duckdb.parquet_types import Incompatible, column
from emulator.trino.errors import TrinoError
from emulator.trino.physical import duckdb_type
from emulator.trino.relations import Column


class ParquetScan:
    """Builds the selects over Parquet files."""

    def __init__(self, footers: Footers) -> None:
        self._footers = footers

    def build(self, scan: FileScan) -> BuiltScan:
        """One ``read_parquet`` for all files that have the same schema; raises TrinoError."""
        groups: dict[str, list[tuple[DataFile, Footer]]] = {}
        for file in scan.files:
            footer = self._footers.of(file.path, file.info.uri)
            groups.setdefault(footer.signature, []).append((file, footer))
        scanned = 0
        selects = []
        for group in groups.values():
            files = [file for file, _ in group]
            items = [self._item(found, group[0], files) for found in scan.columns]
            selects.append(
                f"SELECT {', '.join(items) or '1'} "
                f"FROM read_parquet({texts(str(file.path) for file in files)}, hive_partitioning = false)"
            )
            scanned += sum(_size(footer, scan.columns) for _, footer in group)
        return BuiltScan(" UNION ALL ".join(selects), scanned)

    def _item(self, wanted: Column, first: tuple[DataFile, Footer], files: Sequence[DataFile]) -> str:
        file, footer = first
        shown = name(wanted.name)
        if wanted.name in file.constants:
            return f"{by_file([found.constants[wanted.name] for found in files])} AS {shown}"
        found = footer.columns.get(wanted.name)
        if found is None:
            return f"NULL::{duckdb_type(wanted.type)} AS {shown}"
        try:
            return f"{column(found.name, found.type, wanted.type)} AS {shown}"
        except Incompatible:
            raise TrinoError(
                "HIVE_BAD_DATA",
                f"Malformed Parquet file. Field {wanted.name}'s type {found.type} in parquet file "
                f"{file.info.uri} is incompatible with type {wanted.type} defined in table schema",
            ) from None


def _size(footer: Footer, columns: Sequence[Column]) -> int:
    used = (footer.columns.get(found.name) for found in columns)
    return sum(found.size for found in used if found is not None)
