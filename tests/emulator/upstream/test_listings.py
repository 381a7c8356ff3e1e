"""Listings go on where they should."""

from __future__ import annotations

import pytest

from emulator.storage.s3_objects import S3Objects, s3_client
from tests.emulator.upstream.conftest import ACCOUNT, Door
from tests.emulator.upstream.fake_upstream import FakeUpstream

NOTHING = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"


@pytest.mark.parametrize("name", ["continuation-token", "start-after", "marker", "key-marker"])
def test_a_listing_that_goes_on_asks_for_keys_as_they_are(
    upstream: FakeUpstream, door: Door, name: str
) -> None:
    door.ask("GET", f"/b?list-type=2&encoding-type=url&{name}=a%2Fb&prefix=p")
    assert upstream.arrived[0].target == f"/b?list-type=2&{name}=a%2Fb&prefix=p"


@pytest.mark.parametrize("query", ["list-type=2&encoding-type=url", "list-type=2&continuation-token=x"])
def test_any_other_listing_is_asked_for_as_it_was(upstream: FakeUpstream, door: Door, query: str) -> None:
    door.ask("GET", f"/b?{query}")
    assert upstream.arrived[0].target == f"/b?{query}"


def test_the_object_store_asks_for_keys_as_they_are(upstream: FakeUpstream) -> None:
    upstream.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(NOTHING)}\r\n\r\n{NOTHING}"
    store = S3Objects(lambda: s3_client(upstream.url, ACCOUNT, "eu-west-2"))
    assert list(store.list("lake", "p")) == []
    assert "encoding-type" not in upstream.arrived[0].target
