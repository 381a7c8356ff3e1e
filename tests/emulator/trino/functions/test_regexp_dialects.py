"""Which regular expressions run natively, and which are refused."""

from __future__ import annotations

import pytest

from emulator.trino.errors import Unsupported
from emulator.trino.functions.java_regexp import translate
from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.mark.parametrize("pattern", ["^NHS-\\d{3}$", "(?i)ward", "[A-Z]{1,2}[0-9]+", "(a|b)c", "\\p{L}+"])
def test_a_pattern_that_means_the_same_in_re2_runs_natively(asker: Asker, pattern: str) -> None:
    assert "regexp_matches(" in asker.compile(f"SELECT regexp_like('x', '{pattern}')").template


@pytest.mark.parametrize("pattern", ["a(?=b)", "(?<!a)b", "(a)\\1", "a++", "(?>a)b", "\\bward\\b"])
def test_a_pattern_that_re2_cannot_say_runs_in_python(asker: Asker, pattern: str) -> None:
    assert "trino_regexp_like(" in asker.compile(f"SELECT regexp_like('x', '{pattern}')").template


def test_a_group_that_a_match_may_leave_out_is_not_extracted_natively(asker: Asker) -> None:
    assert "trino_regexp_extract(" in asker.compile("SELECT regexp_extract('x', '(y)|x', 1)").template


def test_a_replacement_of_matches_that_may_be_empty_is_not_native(asker: Asker) -> None:
    assert "trino_regexp_replace(" in asker.compile("SELECT regexp_replace('x', 'y*', '-')").template


@pytest.mark.parametrize("pattern", ["[a-z&&[^b]]", "\\h", "\\p{IsAlphabetic}", "(?<=a*)b"])
def test_a_pattern_without_a_translation_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(Unsupported, match="not supported"):
        translate(pattern)


def test_a_pattern_from_a_column_is_translated_for_each_row(asker: Asker) -> None:
    shown = asker.ask("SELECT regexp_like(a, b) FROM (VALUES ('ab', 'a(?=b)'), ('ac', 'a(?=b)')) AS t(a, b)")
    assert shown.rows == (("true",), ("false",))
