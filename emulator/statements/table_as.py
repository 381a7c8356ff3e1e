"""What CREATE TABLE … AS says around its query, the same on every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from emulator.catalog.formats import FORMATS
from emulator.catalog.model import CATALOG, AlreadyExists, GlueTable, HiveColumn
from emulator.statements.output import output_format
from emulator.statements.properties import Properties, parse_properties
from emulator.statements.publish import register_partitions
from emulator.statements.runtime import FileFormat, Surroundings
from emulator.statements.syntax import Name, qualified
from emulator.statements.tables import Bucketing, TableDefinition, directory
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError, Unsupported

_PROPERTIES = (
    "bucket_count",
    "bucketed_by",
    "compression_level",
    "external_location",
    "field_delimiter",
    "format",
    "is_external",
    "location",
    "orc_compression",
    "parquet_compression",
    "partitioned_by",
    "partitioning",
    "table_type",
    "write_compression",
)


@dataclass(frozen=True)
class TableAs:
    """``CREATE TABLE [IF NOT EXISTS] name [WITH (…)] AS query [WITH [NO] DATA]``.

    ``query`` is the query's text at its place in the statement.
    """

    table: Name
    if_not_exists: bool
    properties: Properties
    query: str
    with_data: bool

    def is_made(self, runtime: Surroundings) -> bool:
        """Whether the table is there and may be; raises TrinoError where it may not, or has no database."""
        database, name = runtime.place(self.table)
        runtime.database(database)
        if runtime.catalog.table(database, name) is None:
            return False
        if not self.if_not_exists:
            raise table_exists(database, name)
        return True

    def checked_format(self) -> FileFormat:
        """The format to write; raises TrinoError for properties that no Hive table can have."""
        given = self.properties
        given.check_known(_PROPERTIES, "Table")
        if (given.text("table_type") or "HIVE").upper() != "HIVE":
            raise Unsupported(
                f"CREATE TABLE AS with table_type = '{given.text('table_type')}' is not supported"
            )
        for name in ("partitioning", "location"):
            if name in given.values:
                raise TrinoError("INVALID_TABLE_PROPERTY", f"Property '{name}' is for Iceberg tables only")
        if given.values.get("is_external", True) is not True:
            raise TrinoError("INVALID_TABLE_PROPERTY", "Hive tables must be external: is_external = true")
        bucketed_by, count = given.texts("bucketed_by"), given.number("bucket_count") or 0
        if bool(bucketed_by) != bool(count) or count < 0:
            raise TrinoError(
                "INVALID_TABLE_PROPERTY",
                "bucketed_by and bucket_count must be specified together, and bucket_count be above zero",
            )
        name = given.text("format") or "PARQUET"
        compression = given.text("write_compression") or given.text(f"{name.lower()}_compression")
        form = output_format(
            name, compression, given.number("compression_level"), given.text("field_delimiter")
        )
        return replace(form, bucketed_by=bucketed_by, bucket_count=count)

    def location(self, runtime: Surroundings) -> str:
        """Where its files go; raises TrinoError where that is not for the statement to say, or unsaid."""
        wanted = self.properties.text("external_location")
        if wanted is not None:
            if runtime.context.output_enforced:
                raise TrinoError(
                    "INVALID_TABLE_PROPERTY",
                    "The Create Table As Select query failed because it was submitted with an "
                    "'external_location' property to an Athena Workgroup that enforces a centralized output "
                    "location for all queries. Please remove the 'external_location' property and resubmit "
                    "the query.",
                )
            return directory(wanted)
        output = runtime.context.output
        if output is None:
            raise TrinoError(
                "INVALID_TABLE_PROPERTY", "CREATE TABLE AS needs external_location where results are managed"
            )
        folder = output.key.rpartition("/")[0]
        parts = [part for part in (folder, "tables", runtime.context.query_id) if part]
        return f"s3://{output.bucket}/{'/'.join(parts)}"


def table_definition(
    name: str,
    columns: tuple[HiveColumn, ...],
    partition_keys: tuple[HiveColumn, ...],
    form: FileFormat,
    location: str,
) -> TableDefinition:
    """The table of files that a CTAS writes in a format."""
    return TableDefinition(
        name=name,
        columns=columns,
        partition_keys=partition_keys,
        storage=FORMATS[form.name],
        serde_parameters=form.serde_parameters,
        location=location,
        bucketing=Bucketing(form.bucketed_by, form.bucket_count) if form.bucketed_by else None,
        properties={"has_encrypted_data": "false", **_compression_property(form)},
    )


def _compression_property(form: FileFormat) -> dict[str, str]:
    keys = {"PARQUET": "parquet.compression", "ORC": "orc.compress"}
    return {keys.get(form.name, "write.compression"): form.compression}


def make_table(
    runtime: Surroundings,
    database: str,
    definition: TableDefinition,
    partitions: Iterable[tuple[str, ...]],
) -> None:
    """Create the table with its partitions in Glue, or nothing of it; raises TrinoError."""
    table = _created(runtime, database, definition)
    try:
        register_partitions(runtime, table, partitions)
    except TrinoError:
        runtime.catalog.delete_table(database, definition.name)
        raise


def _created(runtime: Surroundings, database: str, definition: TableDefinition) -> GlueTable:
    try:
        runtime.catalog.create_table(
            database, definition.table_input(int(runtime.context.started.timestamp()))
        )
    except AlreadyExists as error:
        raise table_exists(database, definition.name) from error
    found = runtime.catalog.table(database, definition.name)
    if found is None:
        raise TrinoError("HIVE_METASTORE_ERROR", f"Table {database}.{definition.name} was dropped meanwhile")
    return found


def table_exists(database: str, name: str) -> TrinoError:
    """The error of a table that is there already."""
    return TrinoError(
        "TABLE_ALREADY_EXISTS", f"Destination table '{CATALOG}.{database}.{name}' already exists"
    )


def read_table_as(tokens: TokenStream) -> TableAs:
    """After ``CREATE TABLE``, in Trino's grammar; raises ParseError, Unsupported for Iceberg."""
    if not tokens.has_word("AS"):
        raise Unsupported("CREATE TABLE without EXTERNAL is not supported: it is for Iceberg tables")
    if_not_exists = tokens.accept("IF", "NOT", "EXISTS")
    table = qualified(tokens)
    properties = parse_properties(tokens) if tokens.accept("WITH") else Properties({})
    tokens.expect("AS")
    start = tokens.token.start
    text = tokens.rest()
    with_data = True
    words = [token.upper for token in tokens.last(3)]
    if words[-2:] == ["WITH", "DATA"]:
        text = tokens.sliced(start, tokens.last(2)[0].start)
    elif words == ["WITH", "NO", "DATA"]:
        with_data = False
        text = tokens.sliced(start, tokens.last(3)[0].start)
    return TableAs(table, if_not_exists, properties, text, with_data)
