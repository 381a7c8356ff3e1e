"""A date function's unit argument: chosen when the query is compiled if constant, at run time otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.trino.emission.values import Value, fail, failing, text
from emulator.trino.errors import END_MARK, MARK
from emulator.trino.functions.failures import INVALID
from emulator.trino.types import Type


def by_unit(
    unit: Value, others: tuple[Value, ...], choices: Mapping[str, str], field: str, kind: Type
) -> str:
    """The choice that a unit names, in any case; for another name Trino's error about a `field` (DATE ...).

    NULL arguments give NULL, even with a unit that is none.
    """
    given = " AND ".join(f"{value.sql} IS NOT NULL" for value in others)
    if isinstance(unit.literal, str):
        chosen = choices.get(unit.literal.lower())
        if chosen is not None:
            return chosen
        message = f"'{unit.literal}' is not a valid {field} field"
        return f"CASE WHEN {given} THEN {fail(INVALID, message, kind)} END"
    branches = " ".join(f"WHEN {text(name)} THEN {sql}" for name, sql in choices.items())
    tail = text(f"' is not a valid {field} field{END_MARK}")
    problem = failing(f"{text(f'{MARK}{INVALID}:' + chr(39))} || {unit.sql} || {tail}", kind)
    chosen = f"CASE lower({unit.sql}) {branches} ELSE CASE WHEN {given} THEN {problem} END END"
    return f"CASE WHEN {unit.sql} IS NOT NULL THEN {chosen} END"
