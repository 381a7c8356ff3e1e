"""Trino's type signatures as types."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.engine.trino.columns import type_of
from emulator.trino.types import VARCHAR, parse_trino
from tests.emulator.engine.trino.fake_trino import RECORDED
from tests.emulator.engine.trino.statements import LIST_OF_VALUES

COLUMNS = next(reply["columns"] for reply in RECORDED[LIST_OF_VALUES] if "columns" in reply)
OF_TRINO_ALONE = ("Geometry", "SphericalGeography", "BingTile", "HyperLogLog")


def signature(base: str, *numbers: int) -> dict[str, Any]:
    """Of a type without inner ones."""
    return {"rawType": base, "arguments": [{"kind": "LONG", "value": number} for number in numbers]}


@pytest.mark.parametrize(
    "column",
    [column for column in COLUMNS if column["type"] not in OF_TRINO_ALONE],
    ids=lambda column: column["type"],
)
def test_a_signature_is_the_type_that_trino_writes(column: dict[str, Any]) -> None:
    assert type_of(column["typeSignature"]) == parse_trino(column["type"])


def test_a_varchar_without_a_length_has_none() -> None:
    assert type_of(signature("varchar", 2_147_483_647)) == VARCHAR
    assert str(type_of(signature("varchar", 3))) == "varchar(3)"


def test_a_type_that_only_trino_has_keeps_its_name_and_what_it_is_made_of() -> None:
    digest = {"rawType": "qdigest", "arguments": [{"kind": "TYPE", "value": signature("bigint")}]}
    assert str(type_of(digest)) == "qdigest(bigint)"
    assert str(type_of(signature("BingTile"))) == "bingtile"
