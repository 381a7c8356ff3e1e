"""LIKE … ESCAPE with patterns that are known only at run time, against what Trino 476 answered."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.mark.parametrize(
    ("values", "answers"),
    [
        ("('a%', 'a#%'), ('ab', 'a#%'), (NULL, '#b'), ('a', NULL)", ["true", "false", None, None]),
        ("('ab%cd', '%' || 'b#%c' || '%')", ["true"]),
        ("('a#', 'a##'), ('a_', 'a#_'), ('ab', 'a#_')", ["true", "true", "false"]),
    ],
)
def test_an_escaped_wildcard_is_itself(asker: Asker, values: str, answers: list[str | None]) -> None:
    shown = asker.ask(f"SELECT x LIKE y ESCAPE '#' FROM (VALUES {values}) AS t(x, y)")
    assert [row[0] for row in shown.rows] == answers


@pytest.mark.parametrize("pattern", ["#b", "b#", "###", "##a#b"])
def test_only_wildcards_and_the_escape_itself_can_be_escaped(asker: Asker, pattern: str) -> None:
    shown = asker.ask(f"SELECT x LIKE y ESCAPE '#' FROM (VALUES ('a', '{pattern}')) AS t(x, y)")
    assert shown.error is not None
    assert shown.error.name == "INVALID_FUNCTION_ARGUMENT"
