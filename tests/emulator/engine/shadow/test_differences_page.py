"""The page of what was compared."""

from __future__ import annotations

import io
import json
from typing import Any
from wsgiref.util import setup_testing_defaults

from emulator.engine.shadow.differences import Differences
from emulator.engine.shadow.page import DifferencesPage
from tests.emulator.engine.shadow.pair import Pair


def asked(differences: Differences, method: str) -> tuple[str, Any]:
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = DifferencesPage(differences)(environ, lambda status, headers, error=None: statuses.append(status))  # type: ignore[arg-type]
    return statuses[0], json.loads(b"".join(body))


def test_the_page_shows_counts_and_differences_newest_first(pair: Pair) -> None:
    pair.lie("SELECT 1 AS a", "SELECT 2 AS a")
    pair.lie("SELECT 3 AS a", "SELECT 4 AS a")
    pair.rows("SELECT 5 AS a")
    status, answer = asked(pair.differences, "GET")
    assert status == "200 OK"
    assert answer["compared"] == {"equal": 1, "different": 2, "refused": 0, "undecided": 0}
    newest, oldest = answer["differences"]
    assert (newest["statement"], oldest["statement"]) == ("SELECT 3 AS a", "SELECT 1 AS a")
    assert newest["verdict"] == "different"
    assert (newest["only_embedded"], newest["only_trino"]) == ([["4"]], [["3"]])


def test_delete_forgets_all(pair: Pair) -> None:
    pair.lie("SELECT 1 AS a", "SELECT 2 AS a")
    status, answer = asked(pair.differences, "DELETE")
    assert (status, answer["compared"]["different"], answer["differences"]) == ("200 OK", 0, [])


def test_another_method_is_refused(pair: Pair) -> None:
    status, answer = asked(pair.differences, "PUT")
    assert (status, answer) == ("405 Method Not Allowed", {"error": "PUT is not one of GET, DELETE"})


def test_only_the_last_differences_are_remembered_and_all_are_counted() -> None:
    from emulator.engine.shadow.comparison import Comparison, Verdict

    differences = Differences(kept=2)
    for number in range(3):
        differences.add(f"q{number}", "SELECT 1", Comparison(Verdict.REFUSED, ("why",)))
    shown = differences.shown()
    assert shown["compared"]["refused"] == 3
    assert [found["query_id"] for found in shown["differences"]] == ["q2", "q1"]
