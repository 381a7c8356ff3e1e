from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator.lake import Lake, emptied, shared_lake
from tests.emulator.wire_lake import WireLake, emptied_wire
from tests.places import Place


@pytest.fixture
def lake(place: Place, request: pytest.FixtureRequest) -> Iterator[Lake | WireLake]:
    """A lake whose database ``db`` and buckets are empty: in this process, or over the place's API."""
    if place.name == "embedded":
        yield from emptied(shared_lake())
    else:
        yield from emptied_wire(request.getfixturevalue("lake_over_the_wire"))
