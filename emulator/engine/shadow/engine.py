"""The engine that asks two: Trino answers, and the embedded engine's answers are compared with Trino's.

A query runs on both at the same time. Everything else runs on Trino alone, and once: two engines that both
write would write twice. Of CREATE TABLE AS and INSERT, the query is compared before it is written, and what
was written is read by both afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from emulator.engine.base import CancelToken, CheckedStatement, Engine, ExecutionContext, StatementResult
from emulator.engine.shadow.comparing import Comparing, Question
from emulator.engine.shadow.differences import SHOWN_ROWS, Differences
from emulator.engine.shadow.statements import Writing, prepared_text, query_of, writing_of
from emulator.storage.scratch import ScratchDirectory
from emulator.trino.errors import TrinoError

_PREFIX = "wardlake-shadow-"
_QUERY = "SELECT"
_WRITING = ("INSERT", "CREATE_TABLE_AS_SELECT")


@dataclass(frozen=True)
class _Checked:
    """A statement as each engine checked it; the embedded one may not have accepted it."""

    embedded: CheckedStatement | TrinoError
    trino: CheckedStatement


class ShadowEngine:
    """`Engine` that runs queries on two others, answers with Trino's and records where they differ.

    The two belong to whoever made them: they are killed with this one, but not closed.
    """

    def __init__(self, embedded: Engine, trino: Engine, differences: Differences) -> None:
        self._embedded = embedded
        self._trino = trino
        self._differences = differences
        self._scratch = ScratchDirectory(_PREFIX)

    def check(self, sql: str) -> CheckedStatement:
        """Parse a statement; raises ParseError where Trino's engine does."""
        trino = self._trino.check(sql)
        return replace(trino, parsed=_Checked(self._checked_by_embedded(sql), trino))

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Run a checked statement on both engines, or on Trino alone; the answer and the errors are Trino's.

        Raises `EngineLost` also if the embedded engine is lost.
        """
        checked: _Checked = statement.parsed  # type: ignore[assignment]
        query = self._query_text(checked.trino, context)
        if query is not None:
            return self._compared(checked, context, query)
        writing = writing_of(statement.sql) if checked.trino.substatement_type in _WRITING else None
        if writing is None:
            return self._trino.execute(checked.trino, context)
        return self._written(checked.trino, context, writing)

    def kill(self) -> None:
        """Lose both engines."""
        self._embedded.kill()
        self._trino.kill()

    def close(self) -> None:
        """Delete the rows that are still kept; the engines are closed by whoever made them."""
        self._scratch.close()

    def _checked_by_embedded(self, sql: str) -> CheckedStatement | TrinoError:
        try:
            return self._embedded.check(sql)
        except TrinoError as error:
            return error

    def _query_text(self, trino: CheckedStatement, context: ExecutionContext) -> str | None:
        """The text of the query that a statement asks, None if it does anything else."""
        if trino.substatement_type == _QUERY:
            return trino.sql
        text = prepared_text(trino.sql, context.prepared) if trino.substatement_type == "EXECUTE" else None
        return text if text is not None and self._trino.check(text).substatement_type == _QUERY else None

    def _written(
        self, trino: CheckedStatement, context: ExecutionContext, writing: Writing
    ) -> StatementResult:
        reader = replace(context, engine_used=lambda: None)
        self._compare_only(writing.query, reader)
        result = self._trino.execute(trino, context)
        self._compare_only(writing.reading(result.manifest), replace(reader, parameters=()))
        return result

    def _compare_only(self, sql: str, context: ExecutionContext) -> None:
        """Compare the answers of a query that is a part of what a statement does."""
        try:
            checked = _Checked(self._checked_by_embedded(sql), self._trino.check(sql))
            for _ in self._compared(checked, context, sql).rows:
                pass
        except TrinoError:
            return  # compared as well; what the statement itself comes to is Trino's to say

    def _compared(self, checked: _Checked, context: ExecutionContext, query: str) -> StatementResult:
        def ask_embedded(cancel: CancelToken) -> StatementResult:
            if isinstance(checked.embedded, TrinoError):
                raise checked.embedded
            # which bytes count against the limit is Trino's to say
            own = replace(context, cancel=cancel, bytes_cutoff=None)
            return self._embedded.execute(checked.embedded, own)

        question = Question(
            ask_embedded,
            query_of(query),
            self._scratch.path,
            lambda found: self._differences.add(context.query_id, checked.trino.sql, found),
            SHOWN_ROWS,
        )
        comparing = Comparing(question, context.cancel)
        try:
            result = self._trino.execute(checked.trino, context)
        except TrinoError as error:
            comparing.failed(error)
            raise
        except BaseException:
            comparing.close()
            raise
        return replace(result, rows=comparing.answered(result))
