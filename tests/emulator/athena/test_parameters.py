"""What a value of ExecutionParameters means."""

from __future__ import annotations

import pytest

from emulator.athena.parameters import as_expression


@pytest.mark.parametrize("text", ["Washington", " b "])
def test_a_bare_word_is_text(text: str) -> None:
    assert as_expression(text) == f"'{text.strip()}'"


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "-1.5",
        "'it''s'",
        "DATE '2020-01-01'",
        "null",
        "true",
        "current_date",
        "1 + 1",
        "a.b",
        '"a"',
        "a b",
    ],
)
def test_anything_else_stays_an_expression(text: str) -> None:
    assert as_expression(text) == text
