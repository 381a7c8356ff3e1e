"""What goes wrong beneath a query ends it by name."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from emulator.engine.duckdb.failures import from_engine
from emulator.storage.moto_objects import MotoObjects
from emulator.trino.errors import TrinoError
from tests.emulator.lake import Lake


def test_damaged_parquet_data_fails_without_naming_local_files(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a string) STORED AS PARQUET LOCATION 's3://lake/t/'")
    lake.put_parquet("t/1", {"a": [f"text {number % 50}" for number in range(5000)]})
    body = bytearray(lake.objects.read("lake", "t/1"))
    body[4:200] = b"\xff" * 196
    lake.put("t/1", bytes(body))
    with pytest.raises(TrinoError, match="HIVE_CURSOR_ERROR: Failed to read Parquet") as raised:
        lake.rows("SELECT count(DISTINCT a) FROM t")
    assert "/tmp" not in raised.value.message


@pytest.mark.only_on("embedded", because="fills this process's disk")
def test_a_full_disk_fails_by_name(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/x")

    lake.rows("CREATE EXTERNAL TABLE t (a string) LOCATION 's3://lake/t/'")
    lake.put("t/1", b"x\n")
    monkeypatch.setattr(MotoObjects, "download", full)
    with pytest.raises(
        TrinoError, match="GENERIC_INSUFFICIENT_RESOURCES: The emulator's disk is full"
    ) as raised:
        lake.rows("SELECT a FROM t")
    assert raised.value.type == "INSUFFICIENT_RESOURCES"
    assert not Path("/tmp/x").exists()


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (
            duckdb.OutOfMemoryException("could not allocate block of size 256.0 KiB"),
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
        ),
        (
            duckdb.IOException("Could not write file: No space left on device"),
            "GENERIC_INSUFFICIENT_RESOURCES",
        ),
        (
            duckdb.OutOfMemoryException("failed to offload data block; adjust max_temp_directory_size"),
            "GENERIC_INSUFFICIENT_RESOURCES",
        ),
        (duckdb.InternalException("unexpected"), "GENERIC_INTERNAL_ERROR"),
    ],
)
def test_the_engine_s_limits_have_names(error: duckdb.Error, name: str) -> None:
    assert from_engine(error).name == name
