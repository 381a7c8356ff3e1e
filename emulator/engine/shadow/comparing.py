"""One query on two engines at the same time: Trino's rows pass through, the embedded engine's are kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

from emulator.engine.base import Cancelled, CancelToken, EngineLost, Row, StatementResult
from emulator.engine.shadow.answers import columns_of, kept
from emulator.engine.shadow.comparison import (
    Answer,
    AnswerColumn,
    Comparison,
    Ending,
    Failed,
    compare,
)
from emulator.engine.shadow.rows import AnswerRows
from emulator.engine.shadow.terms import Terms, terms_of
from emulator.trino.errors import INTERNAL_ERROR, TrinoError
from emulator.trino.syntax.queries import Query

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """What is compared: how the embedded engine answers it, its text as a tree, and where rows may be kept.

    ``query`` is None where the embedded engine does not understand the text. ``judged`` is given the
    comparison; ``shown`` rows of each answer are kept in it.
    """

    ask_embedded: Callable[[CancelToken], StatementResult]
    query: Query | None
    directory: Path
    judged: Callable[[Comparison], None]
    shown: int

    def terms(self, columns: tuple[AnswerColumn, ...]) -> Terms:
        """By what answers with these columns are judged."""
        return terms_of(self.query, [column.name for column in columns]) if self.query else Terms()

    def rows(self, columns: tuple[AnswerColumn, ...]) -> AnswerRows:
        """A place for the rows of an answer."""
        return AnswerRows(self.directory, self.terms(columns).keys)


class Comparing:
    """A question that the embedded engine works on in a thread of its own, from now on.

    It ends with one of `failed`, `answered` or `close`. ``cancel`` is the execution's.
    """

    def __init__(self, question: Question, cancel: CancelToken) -> None:
        self._question = question
        self._own_cancel = CancelToken()
        self._forget = cancel.on_cancel(self._own_cancel.cancel)
        self._ending: Ending | None = None
        self._raised: Cancelled | EngineLost | None = None
        context = copy_context()  # what the engine reads is recorded under the caller's name
        self._thread = threading.Thread(target=context.run, args=(self._run,), name="shadow", daemon=True)
        self._thread.start()

    def failed(self, error: TrinoError) -> None:
        """Compare with Trino's failure; raises `EngineLost` and `Cancelled` if the embedded engine did."""
        try:
            self._judge(Failed.of(error), Terms())
        finally:
            self.close()

    def answered(self, result: StatementResult) -> Iterator[Row]:
        """Trino's rows, compared when they are read to their end.

        Reading them raises what Trino's do, and `EngineLost` and `Cancelled` if the embedded engine did.
        """
        columns = columns_of(result)
        rows = self._question.rows(columns)
        try:
            for row in result.rows:
                rows.add(row)
                yield row
            self._judge(Answer(columns, rows), self._question.terms(columns))
        except TrinoError as error:
            self._judge(Failed.of(error), Terms())
            raise
        finally:
            rows.close()
            self.close()

    def close(self) -> None:
        """Stop the embedded engine's work if it still goes on, and let the rows go."""
        self._forget()
        self._own_cancel.cancel()
        self._thread.join()
        if isinstance(self._ending, Answer):
            self._ending.rows.close()

    def _judge(self, trino: Ending, terms: Terms) -> None:
        self._thread.join()
        if self._ending is None:
            raise self._raised or Cancelled
        self._question.judged(compare(self._ending, trino, terms, self._question.shown))

    def _run(self) -> None:
        try:
            result = self._question.ask_embedded(self._own_cancel)
            self._ending = kept(result, self._question.rows)
        except Cancelled as error:
            self._raised = error
        except EngineLost as error:
            self._raised = EngineLost(f"The embedded engine, which is compared with Trino, was lost: {error}")
        except TrinoError as error:
            self._ending = Failed.of(error)
        except (
            Exception
        ) as error:  # a fault of the embedded engine's own is one more way to differ from Trino
            log.exception("the embedded engine ended unexpectedly")
            text = f"{type(error).__name__}: {error}"
            self._ending = Failed("GENERIC_INTERNAL_ERROR", text, INTERNAL_ERROR)
