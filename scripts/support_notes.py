"""What docs/athena.md says in words, beside what the emulator says of itself."""

from __future__ import annotations

from emulator.catalog.formats import (
    HIVE_JSON,
    LAZY_SIMPLE,
    OPEN_CSV,
    OPENX_JSON,
    ORC_SERDE,
    PARQUET_SERDE,
    REGEX,
)
from emulator.composition import QUERIES_AT_ONCE
from emulator.engine.duckdb.connection import DuckDBSettings
from emulator.statements.publish import MAX_OPEN_PARTITIONS

HEAD = """# Athena: what the emulator supports

Every answer equals Trino's, or the statement fails and says what is not supported. This page is written by
`python -m scripts.reference` from the emulator and from the recorded answers of a real Trino; a test compares
it with what the program gives.
"""

STATEMENT_NOTES = {
    "CREATE DATABASE": "`IF NOT EXISTS`, `COMMENT`, `LOCATION`, `WITH DBPROPERTIES`",
    "CREATE SCHEMA": "the same as `CREATE DATABASE`",
    "CREATE EXTERNAL TABLE": "`IF NOT EXISTS`, columns of every Hive type with comments, `PARTITIONED BY`, "
    "`CLUSTERED BY … INTO n BUCKETS`, `ROW FORMAT DELIMITED` with all delimiters, `ROW FORMAT SERDE`, "
    "`STORED AS`, `LOCATION`, `TBLPROPERTIES`; partition projection by enum, integer, date and injected",
    "DROP DATABASE": "`IF EXISTS`, `RESTRICT`, `CASCADE`",
    "DROP SCHEMA": "the same as `DROP DATABASE`",
    "DROP TABLE": "`IF EXISTS`; the data stays in S3",
    "DROP VIEW": "`IF EXISTS`",
    "ALTER DATABASE": "`SET DBPROPERTIES`",
    "ALTER SCHEMA": "the same as `ALTER DATABASE`",
    "ALTER TABLE": "`ADD`, `DROP` and `RENAME PARTITION`, `ADD` and `REPLACE COLUMNS`, `CHANGE COLUMN`, "
    "`SET LOCATION` (of the table, of a partition), `SET TBLPROPERTIES`",
    "MSCK REPAIR TABLE": "registers the Hive-style folders; what is gone stays registered",
    "SHOW DATABASES": "`LIKE` with Hive's patterns",
    "SHOW SCHEMAS": "the same as `SHOW DATABASES`",
    "SHOW TABLES": "`IN`, and a pattern of Hive's",
    "SHOW VIEWS": "`IN`, `LIKE`",
    "SHOW COLUMNS": "`FROM` or `IN` a table and a database",
    "SHOW PARTITIONS": "what is registered: projected partitions are not",
    "SHOW TBLPROPERTIES": "all, or one by name",
    "SHOW CREATE": "`TABLE`, `VIEW`",
    "DESCRIBE": "a table or a view",
    "DESC": "the same as `DESCRIBE`",
    "CREATE OR REPLACE VIEW": "kept in Glue in Athena's own form",
    "CREATE TABLE": "`AS` a query: `IF NOT EXISTS`, `WITH` the properties of Hive tables (`format`, "
    "`write_compression`, `compression_level`, `field_delimiter`, `external_location`, `partitioned_by`, "
    f"`bucketed_by`, `bucket_count` …), `WITH NO DATA`; at most {MAX_OPEN_PARTITIONS} new partitions",
    "CREATE VIEW": "as `CREATE OR REPLACE VIEW`, and fails if it exists",
    "INSERT INTO": "a query or `VALUES`, with or without column names; new partitions are registered; at "
    f"most {MAX_OPEN_PARTITIONS} partitions",
    "UNLOAD": "`TO` a location `WITH` `format`, `compression`, `compression_level`, `field_delimiter`, "
    "`partitioned_by`",
    "EXPLAIN": "of a query: the plan of the embedded engine, not Trino's; `(TYPE VALIDATE)`, `(FORMAT TEXT)`",
    "PREPARE": "kept by the workgroup; the statement is checked",
    "EXECUTE": "with `USING`; `ExecutionParameters` of the API too",
    "DEALLOCATE PREPARE": "yes",
    "SELECT": "joins, subqueries, grouping sets, windows, set operations, `UNNEST`, lambdas; "
    '`"$path"`, `"table$partitions"`, `information_schema`',
    "WITH": "common table expressions, recursive ones too",
    "VALUES": "yes",
    "TABLE": "yes",
}
"""By how a statement begins."""

SERDE_NOTES = {
    PARQUET_SERDE: "columns by name; row groups are skipped by their statistics",
    ORC_SERDE: "columns by place, or by name where `orc.column.index.access` is false; each object "
    "is turned into a local Parquet file once",
    LAZY_SIMPLE: "every delimiter, escape, null text, nested types, `skip.header.line.count`; gzip, bzip2, "
    "xz and zstd by the object's name",
    OPEN_CSV: "separator, quote and escape; INSERT into columns of text only",
    HIVE_JSON: "what cannot be read fails the query, as in Hive",
    OPENX_JSON: "`ignore.malformed.json`, `mapping.…`, `case.insensitive`, `dots.in.keys`",
    REGEX: "one column for each group of `input.regex`",
}

SYNTAX_FORMS = {
    "current_date": "current_date",
    "grouping": "grouping(a)",
    "json_array": "json_array(1, 2)",
    "json_exists": "json_exists('{}', 'lax $.a')",
    "json_object": "json_object('a': 1)",
    "json_query": "json_query('{}', 'lax $')",
    "json_value": "json_value('{\"a\": 1}', 'lax $.a')",
}
"""Functions of Trino with a grammar of their own, each with an example over a column `a`."""

DEVIATIONS = f"""## What is known to differ

- CTAS and UNLOAD write Parquet with SNAPPY unless told otherwise; Athena takes GZIP. GZIP takes ten times as
  long to write, and the rows read are the same. `write_compression = 'GZIP'` gives it.
- State lives in the process: objects, tables, executions and named queries are gone when the emulator ends.
- Iceberg, Avro, RCFile and sequence files are refused by name. A Glue table that says it is
  Iceberg is not read as if it were Hive's.
- A number with a point, such as `1.2`, is a decimal, as in Trino. Athena's guide lists it as a double, and
  awswrangler's and dbt-athena's own tests take it as one: there `1 / 0.0` is infinity, here it fails. `1.2e0`
  and `DECIMAL '1.2'` mean the same in both.
- Approximating aggregates (`approx_distinct`, `approx_percentile`) are exact: for large sets Athena's own
  answer may be off by its error.
- Timestamps go to microseconds; finer ones are refused.
- Arrays and rows that hold a NULL are refused where Trino compares them only as far as it must: in the ORDER
  BY of a window or an aggregate, and in `min`, `max`, `min_by` and `max_by` of several values.
- Comparing decimals of which one has so many digits that their common type cannot hold it fails; Trino
  answers some of these.
- Subqueries that look at the rows around them are refused where Trino has no plan for them. Some that only
  Trino's optimizer would simplify, such as a UNION with a branch that is always empty, are refused too.
- EXPLAIN shows the plan of the embedded engine.
- Where an answer has no order (no ORDER BY, `array_agg` without one, the entries of a map that an aggregate
  or `split_to_map` makes, ties in `min_by` and `max_by`, `arbitrary`, floating sums), order, choice and last
  digits may differ from Athena's, as they may between two runs of Athena.
- INTERSECT ALL and PARTITION BY are answered for arrays and rows that hold a NULL, where Trino fails.
  `map_zip_with` of keys that are NaN, and IN among arrays that hold NaN, may differ.
- DataScannedInBytes counts the used columns of every row group of the files read, also of those that are
  skipped by their statistics, which Athena leaves out; of a file of text or lines it counts all.
- {QUERIES_AT_ONCE} queries run at once, and more wait as QUEUED. The engine's memory is limited to
  {DuckDBSettings().memory_limit}, beyond which it spills to disk or the query fails; the process itself and
  small objects of the store come on top of that.
- Who may do what is not checked: there is no IAM. Encryption and ownership of results are kept and shown, and
  have no effect.
"""
