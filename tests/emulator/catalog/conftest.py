from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator.lake import Lake, emptied, shared_lake


@pytest.fixture
def lake() -> Iterator[Lake]:
    """A lake whose database ``db`` and buckets are empty."""
    yield from emptied(shared_lake())
