"""JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY, against what Trino 476 answered."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


def value(asker: Asker, expression: str) -> str | None:
    """An expression's value, or its error's name."""
    shown = asker.ask(f"SELECT {expression} AS v")
    return shown.error.name if shown.error is not None else shown.rows[0][0]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("lax $.a.b[1]", "20"),
        ("lax $.a.b[last]", "30"),
        ("lax $.a.b[5]", None),
        ("strict $.missing", None),
        ("lax $.n + 1", "8"),
        ("lax $.n / 2", "3"),
        ("lax $.n / 0", None),
        ("lax $.n + 1.5", "8.5"),
        ("lax $.f + 1", "2.5E0"),
        ("lax -$.n", "-7"),
        ("lax $.a.b.size()", "3"),
        ("lax $.a.type()", "object"),
        ("lax $.f.ceiling()", "2.0E0"),
        ('lax $.t."k e"', "x"),
        ("lax $.a.b[*]?(@ > 10 && @ < 30)", "20"),
        ("lax $?(exists(@.n)).n", "7"),
    ],
)
def test_paths_select_as_trinos_do(asker: Asker, path: str, answer: str | None) -> None:
    document = '{"a": {"b": [10, 20, 30]}, "n": 7, "f": 1.5, "t": {"k e": "x"}}'
    assert value(asker, f"json_value('{document}', '{path}')") == answer


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("""json_value('{"a": 1.5}', 'lax $.a' RETURNING integer)""", "2"),
        ("""json_value('{"a": "x"}', 'lax $.a' RETURNING integer)""", None),
        (
            """json_value('{"a": "x"}', 'lax $.a' RETURNING integer ERROR ON ERROR)""",
            "JSON_VALUE_RESULT_ERROR",
        ),
        ("""json_value('{"a": 1}', 'lax $.b' RETURNING integer DEFAULT 5 ON EMPTY)""", "5"),
        ("""json_value('{"a": 1}', 'lax $.b' ERROR ON EMPTY)""", "JSON_VALUE_RESULT_ERROR"),
        ("""json_value('{"a": 1}', 'strict $.b' ERROR ON ERROR)""", "PATH_EVALUATION_ERROR"),
        ("""json_value('bad', 'lax $' ERROR ON ERROR)""", "JSON_INPUT_CONVERSION_ERROR"),
        ("""json_value(1, 'lax $')""", "TYPE_MISMATCH"),
        ("""json_value('{}', '$.a')""", "SYNTAX_ERROR"),
        ("""json_value('{"a": 5}', 'lax $.a + $x' PASSING 3 AS "x")""", "8"),
        ("""json_value('{"a": 5}', 'lax $.a + $x' PASSING 3 AS x)""", "INVALID_PATH"),
        ("""json_exists('{"a": 1}', 'lax $.b')""", "false"),
        ("""json_exists('{"a": null}', 'lax $.a')""", "true"),
        ("""json_exists('{"a": 1}', 'strict $.b' UNKNOWN ON ERROR)""", None),
        ("""json_query('{"a": [1, 2]}', 'lax $.a[*]' WITH WRAPPER)""", "[1,2]"),
        ("""json_query('{"a": [1, 2]}', 'lax $.a' WITH CONDITIONAL WRAPPER)""", "[1,2]"),
        ("""json_query('{"a": [1, 2]}', 'lax $.a[*]' ERROR ON ERROR)""", "JSON_OUTPUT_CONVERSION_ERROR"),
        ("""json_query('{"b": 1, "a": 2, "b": 3}', 'lax $')""", '{"b":3,"a":2}'),
        ("""json_query('{"a": "x"}', 'lax $.a' OMIT QUOTES)""", "x"),
        ("""json_query('{"a": 1}', 'lax $.b' EMPTY OBJECT ON EMPTY)""", "{}"),
    ],
)
def test_results_errors_and_defaults(asker: Asker, call: str, answer: str | None) -> None:
    assert value(asker, call) == answer


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("json_object('name' VALUE 'x', 'id' VALUE 1.50)", '{"name":"x","id":1.50}'),
        ("json_object('b' : 1, 'a' : 2)", '{"a":2,"b":1}'),
        ("json_object('a' VALUE NULL ABSENT ON NULL)", "{}"),
        ("json_object('a' VALUE 1, 'a' VALUE 2 WITH UNIQUE KEYS)", "INVALID_FUNCTION_ARGUMENT"),
        ("json_object('a' VALUE '[1]' FORMAT JSON, 'b' VALUE json_array(1, '2'))", '{"a":[1],"b":[1,"2"]}'),
        ("json_object(1 VALUE 2)", "INVALID_FUNCTION_ARGUMENT"),
        ("json_array(1, NULL)", "[1]"),
        ("json_array(1, NULL NULL ON NULL)", "[1,null]"),
        ("json_array(2e0, DATE '2024-01-01', 'q\"x')", '[2.0,"2024-01-01","q\\"x"]'),
    ],
)
def test_objects_and_arrays_are_built_as_trino_builds_them(asker: Asker, call: str, answer: str) -> None:
    shown = value(asker, call)
    assert shown is not None
    assert sorted(shown) == sorted(answer)


def test_what_is_not_supported_in_a_path_is_refused_by_name(asker: Asker) -> None:
    assert value(asker, """json_exists('"abc"', 'lax $?(@ like_regex "a")')""") == "NOT_SUPPORTED"
    assert value(asker, """json_query('{"a":1}', 'lax $.keyvalue()')""") == "NOT_SUPPORTED"


def test_calls_work_row_by_row(asker: Asker) -> None:
    shown = asker.ask(
        "SELECT json_value(j, 'lax $.a' RETURNING integer) AS v "
        """FROM (VALUES '{"a":1}', '{"a":"x"}', NULL, 'bad', '{}') AS t(j)"""
    )
    assert shown.rows == (("1",), (None,), (None,), (None,), (None,))
