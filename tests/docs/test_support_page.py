"""docs/athena.md speaks of every statement and every function, and is right about the forms that it lists."""

from __future__ import annotations

import pytest

from emulator.statements.classify import STATEMENTS
from emulator.trino.analysis.calls import known
from emulator.trino.errors import Position, Unsupported
from scripts.support_notes import STATEMENT_NOTES, SYNTAX_FORMS
from scripts.support_page import refused_functions
from tests.emulator.trino.asking import Asker


def test_the_page_has_a_note_on_every_statement_and_on_nothing_else() -> None:
    assert set(STATEMENT_NOTES) == set(STATEMENTS)


@pytest.mark.parametrize("form", SYNTAX_FORMS.values())
def test_functions_with_a_grammar_of_their_own_answer(form: str) -> None:
    shown = Asker().ask(f"SELECT {form} FROM (VALUES 1) AS t(a) GROUP BY a")
    assert shown.error is None
    assert len(shown.rows) == 1


@pytest.mark.parametrize("name", refused_functions())
def test_functions_that_the_page_calls_refused_are_refused_by_name(name: str) -> None:
    with pytest.raises(Unsupported, match=name):
        known(name, Position(1, 1))
