"""What shadow mode found to be otherwise than in Trino, to the last digit and place."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("cbrt(27)", "3.0"),
        ("cbrt(-34.2226e0)", "-3.2466664043127027"),
        ("cbrt(-34.2089e0)", "-3.246233111046606"),
        ("cbrt(1.7976931348623157E308)", "5.643803094122362E102"),
        ("log2(0.0274e0)", "-5.189680296588923"),
        ("log2(8)", "3.0"),
    ],
)
def test_roots_and_logarithms_have_trinos_last_digit(asker: Asker, call: str, text: str) -> None:
    assert asker.ask(f"SELECT {call}").rows == ((text,),)


@pytest.mark.parametrize(
    ("maps", "text"),
    [
        ("MAP(ARRAY['a','b'], ARRAY[1,2]), MAP(ARRAY['b','c'], ARRAY[9,3])", "{b=9, c=3, a=1}"),
        (
            "MAP(ARRAY['a','b'], ARRAY[1,2]), MAP(ARRAY['b','c'], ARRAY[9,3]), "
            "MAP(ARRAY['d','a','e'], ARRAY[7,8,9])",
            "{d=7, a=8, e=9, b=9, c=3}",
        ),
        ("MAP(ARRAY['d','a'], ARRAY[7,NULL]), MAP()", "{d=7, a=null}"),
    ],
)
def test_concatenated_maps_begin_with_the_last_ones_entries(asker: Asker, maps: str, text: str) -> None:
    assert asker.ask(f"SELECT map_concat({maps})").rows == ((text,),)


def test_a_hidden_column_that_only_trino_has_is_refused_by_name(asker: Asker) -> None:
    refused = asker.ask('SELECT "$file_size" FROM (VALUES 1) t(a)').error
    assert str(refused) == "NOT_SUPPORTED: line 1:8: The hidden column $file_size is not supported"
