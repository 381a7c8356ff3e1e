"""The tutorial is lived through, up to the point where an account is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.docs.console import ROOT, Reader, assert_shows, console_blocks

PAGE = ROOT / "docs" / "laptop-to-aws.md"

# The mornings are those that come next, whenever the page is read.
DAYS = (
    (re.compile(r"Episodes \d\d-\d\d-\d{4}\.csv"), "<extract>"),
    (re.compile(r"\d{4}-\d\d-\d\d(?= \d\d:\d\d)"), "<day>"),
    (re.compile(r"it is <day> \d\d:\d\d"), "it is <now>"),
)


@pytest.fixture
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    found = Reader(tmp_path_factory.mktemp("tutorial"))
    yield found
    found.run(".venv/bin/wardlake down")


def test_the_part_on_the_emulator_prints_what_the_page_shows(reader: Reader) -> None:
    blocks = list(console_blocks(PAGE))
    assert [shown.command for shown in blocks][:2] == [
        "make deploy TARGET=emulator",
        "make synthetic DAYS=3 EPISODES=50",
    ]
    for shown in blocks:
        assert_shows(shown.output, reader.run(shown.command), *DAYS)
