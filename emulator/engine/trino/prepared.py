"""PREPARE and EXECUTE on Trino: the workgroup keeps the statement, Trino gets it with its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.engine.base import DML, StatementResult
from emulator.engine.trino.runtime import HoldsTrinoText, TrinoRuntime, TrinoStatement
from emulator.statements.prepared import Prepare, bound, read_execute, read_prepare
from emulator.statements.tokens import TokenStream

Parser = Callable[[str], TrinoStatement]


@dataclass(frozen=True)
class TrinoPrepare(Prepare):
    """``PREPARE name FROM statement``; ``trino_text`` is what Trino's grammar has to accept of it."""

    trino_text: str = ""


@dataclass(frozen=True)
class TrinoExecute:
    """``EXECUTE name [USING value, …]``; ``parse`` reads the statement that was kept."""

    name: str
    values: tuple[str, ...]
    parse: Parser
    statement_type: str = DML
    substatement_type: str | None = "EXECUTE"

    def run(self, runtime: TrinoRuntime) -> StatementResult:
        """Run the statement with the values in place of its question marks; raises as it does."""
        sql, given = bound(runtime, self.name, self.values)
        return self.parse(sql).run(given)


def parse_prepare(tokens: TokenStream, parse: Parser) -> TrinoPrepare:
    """After ``PREPARE``; raises ParseError for a statement that ``parse`` refuses."""
    name, text = read_prepare(tokens)
    kept = parse(text)
    checked = kept.trino_text if isinstance(kept, HoldsTrinoText) else ""
    return TrinoPrepare(name, text.strip(), trino_text=checked)


def parse_execute(tokens: TokenStream, parse: Parser) -> TrinoExecute:
    """After ``EXECUTE``."""
    name, values = read_execute(tokens)
    return TrinoExecute(name, tuple(value.strip() for value in values), parse)
