from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.engine.shadow.differences import Differences
from emulator.engine.shadow.engine import ShadowEngine
from tests.emulator.engine.shadow.pair import Door, Pair
from tests.emulator.lake import Lake, emptied, shared_lake


@pytest.fixture
def lake() -> Iterator[Lake]:
    """A lake in this process, where both engines are."""
    yield from emptied(shared_lake())


@pytest.fixture
def pair(lake: Lake) -> Iterator[Pair]:
    """Two engines that answer alike until one is told to lie."""
    embedded, trino, differences = Door(lake.engine), Door(lake.engine), Differences()
    engine = ShadowEngine(embedded, trino, differences)
    yield Pair(lake, embedded, trino, differences, engine)
    engine.close()
