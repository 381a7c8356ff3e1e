"""docs/glue.md names the operations of the Data Catalog that the emulator answers, and no others."""

from __future__ import annotations

import re

from moto.glue.models import GlueBackend

from emulator.glue.service import data_catalog
from emulator.glue.store import Store
from tests.conftest import ROOT


def test_the_page_names_every_operation_and_only_those() -> None:
    page = (ROOT / "docs" / "glue.md").read_text()
    rows = re.findall(r"^\| \w+ \| (.*) \|$", page, re.MULTILINE)
    named = [name for row in rows if row != "operations" for name in row.split(", ")]
    assert sorted(named) == sorted(data_catalog(Store(GlueBackend("eu-west-2", "123456789012"))))
