"""Partitions in Glue, registered by the pipeline itself and not by a statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.context import Context
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from types_boto3_glue.type_defs import PartitionInputTypeDef

MOST_AT_ONCE = 100


def register(context: Context, database: str, table: str, places: dict[str, str]) -> None:
    """Make partitions known to Glue; those that are known stay as they are.

    places: from the one partition value to the s3:// prefix of its files. Raises ConfigurationError when Glue
    refuses one for another reason than that it exists.
    """
    if not places:
        return
    storage = context.glue.get_table(DatabaseName=database, Name=table)["Table"]["StorageDescriptor"]
    inputs: list[PartitionInputTypeDef] = [
        {"Values": [value], "StorageDescriptor": {**storage, "Location": place}}
        for value, place in sorted(places.items())
    ]
    for chunk in in_chunks(inputs, MOST_AT_ONCE):
        answer = context.glue.batch_create_partition(
            DatabaseName=database, TableName=table, PartitionInputList=chunk
        )
        for refused in answer.get("Errors", []):
            detail = refused.get("ErrorDetail", {})
            if detail.get("ErrorCode") != "AlreadyExistsException":
                raise ConfigurationError(f"Glue refused partition {refused.get('PartitionValues')}: {detail}")


def in_chunks(items: Sequence[PartitionInputTypeDef], size: int) -> Iterable[Sequence[PartitionInputTypeDef]]:
    """The items in order, at most `size` at a time: Glue's own limit on a call."""
    return (items[start : start + size] for start in range(0, len(items), size))
