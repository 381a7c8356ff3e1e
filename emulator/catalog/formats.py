"""The storage formats of Hive tables: what Glue calls their readers and writers."""

from __future__ import annotations

from dataclasses import dataclass

_SERDE2 = "org.apache.hadoop.hive.serde2"
_QL_IO = "org.apache.hadoop.hive.ql.io"

TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
SEQUENCE_INPUT = "org.apache.hadoop.mapred.SequenceFileInputFormat"
"""Binary files, though their SerDe is that of text."""
TEXT_OUTPUT = f"{_QL_IO}.HiveIgnoreKeyTextOutputFormat"
OPENX_OUTPUT = f"{_QL_IO}.IgnoreKeyTextOutputFormat"
"""What Athena gives a table of OpenX's SerDe that says nothing of its files (PyAthena's suite asserts it)."""

LAZY_SIMPLE = f"{_SERDE2}.lazy.LazySimpleSerDe"
OPEN_CSV = f"{_SERDE2}.OpenCSVSerde"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"
REGEX = f"{_SERDE2}.RegexSerDe"
PARQUET_SERDE = f"{_QL_IO}.parquet.serde.ParquetHiveSerDe"
ORC_SERDE = f"{_QL_IO}.orc.OrcSerde"


@dataclass(frozen=True)
class Format:
    """What a table's STORED AS stands for in Glue."""

    name: str
    input_format: str
    output_format: str
    serde: str


FORMATS = {
    found.name: found
    for found in (
        Format("TEXTFILE", TEXT_INPUT, TEXT_OUTPUT, LAZY_SIMPLE),
        Format(
            "PARQUET",
            f"{_QL_IO}.parquet.MapredParquetInputFormat",
            f"{_QL_IO}.parquet.MapredParquetOutputFormat",
            PARQUET_SERDE,
        ),
        Format("JSON", TEXT_INPUT, TEXT_OUTPUT, HIVE_JSON),
        Format("ORC", f"{_QL_IO}.orc.OrcInputFormat", f"{_QL_IO}.orc.OrcOutputFormat", ORC_SERDE),
        Format(
            "AVRO",
            f"{_QL_IO}.avro.AvroContainerInputFormat",
            f"{_QL_IO}.avro.AvroContainerOutputFormat",
            f"{_SERDE2}.avro.AvroSerDe",
        ),
        Format(
            "RCFILE",
            f"{_QL_IO}.RCFileInputFormat",
            f"{_QL_IO}.RCFileOutputFormat",
            f"{_SERDE2}.columnar.LazyBinaryColumnarSerDe",
        ),
        Format(
            "SEQUENCEFILE",
            SEQUENCE_INPUT,
            f"{_QL_IO}.HiveSequenceFileOutputFormat",
            LAZY_SIMPLE,
        ),
    )
}
"""By the name that STORED AS takes (JSON only by the name that CTAS takes)."""
