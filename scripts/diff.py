"""Ask Trino and the embedded engine the same queries, and show where their answers differ."""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path

from rich.text import Text

from emulator.engine.shadow.comparison import EMBEDDED, TRINO, Answer, Comparison, Verdict, compare
from emulator.engine.shadow.statements import query_of, writing_of
from emulator.statements.tokens import first_words, scan
from emulator.trino.errors import ParseError
from pipeline.context import Context
from scripts.errors import ExitCode, UsageError
from scripts.output import counted, duration, fitted, heading, results_width, say, show, size, table, waiting
from scripts.two_engines import Asked, Question, ask_engine

_QUERIES = ("SELECT", "WITH", "VALUES", "TABLE")
_WRITES = (("INSERT", "INTO"), ("CREATE", "TABLE"))
_SHOWN_TEXT = 60


def show_differences(context: Context, sql: str, database: str, rows: int) -> ExitCode:
    """Ask both engines every query of a text, and show for each whether the answers are equal.

    Of answers that differ, the first `rows` rows are shown that only one of them has.

    Returns:
        OK if no answers differ, ENGINES_DIFFER if some do, QUERY_FAILED if the embedded engine refused one.

    Raises:
        UsageError: a statement is no query.
        EngineAway: one of the engines does not answer.
    """
    queries = [query_text(statement) for statement in split(sql)]
    verdicts: list[Verdict] = []
    for number, query in enumerate(queries, start=1):
        if len(queries) > 1:
            show(heading(f"{number} of {len(queries)}: {_beginning(query)}"))
        verdicts.append(_show_one(context, query, database, rows))
    if len(queries) > 1:
        found = [f"{verdicts.count(verdict)} {verdict}" for verdict in Verdict if verdict in verdicts]
        say(f"{counted(len(queries), 'statement')}: {', '.join(found)}")
    if Verdict.DIFFERENT in verdicts:
        return ExitCode.ENGINES_DIFFER
    return ExitCode.QUERY_FAILED if Verdict.REFUSED in verdicts else ExitCode.OK


def split(sql: str) -> list[str]:
    """The statements of a text, without their semicolons; one that cannot be split is one statement."""
    try:
        ends = [token.start for token in scan(sql, hive=False) if token.text == ";"]
    except ParseError:  # a quote that is never closed: the engines say what is wrong
        return [sql]
    starts = [0, *(end + 1 for end in ends)]
    parts = [sql[start:end] for start, end in zip(starts, [*ends, len(sql)], strict=True)]
    return [part.strip() for part in parts if first_words(part) or part.strip().startswith("(")]


def query_text(statement: str) -> str:
    """The query that a statement is, or whose rows it would write; nothing is written.

    Raises:
        UsageError: it is no query.
    """
    words = first_words(statement)
    if words[:2] in _WRITES:
        writing = writing_of(statement)
        if writing is not None:
            return writing.query
    if words[:1] and words[0] not in _QUERIES:
        raise UsageError(
            f"`diff` compares queries, and {words[0]} is none", hint="`wardlake query` runs other statements"
        )
    return statement


def _show_one(context: Context, sql: str, database: str, rows: int) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="wardlake-diff-") as directory:
        question = Question(sql, database, query_of(sql), Path(directory))
        # one after the other, so that neither takes the other's time
        with waiting(f"asking {EMBEDDED}"):
            embedded = ask_engine(context, EMBEDDED, question)
        with waiting(f"asking {TRINO}"):
            trino = ask_engine(context, TRINO, question)
        columns = trino.ending.columns if isinstance(trino.ending, Answer) else ()
        found = compare(embedded.ending, trino.ending, question.terms(columns), rows)
        _show_comparison(found, embedded, trino, rows)
        for asked in (embedded, trino):
            asked.close()
    return found.verdict


def _show_comparison(found: Comparison, embedded: Asked, trino: Asked, rows: int) -> None:
    if found.verdict is Verdict.EQUAL:
        show(Text(f"equal: {_summary(trino)}"))
    else:
        show(Text("\n  ".join([str(found.verdict), *found.reasons])))
        _show_rows(found, embedded, trino, rows)
    show(
        heading("cost"),
        table(("engine", "time", "scanned"), [_costs(EMBEDDED, embedded), _costs(TRINO, trino)]),
    )


def _summary(trino: Asked) -> str:
    if isinstance(trino.ending, Answer):
        return f"{counted(trino.ending.rows.count, 'row')} of {counted(len(trino.ending.columns), 'column')}"
    return f"both fail with {trino.ending}"


def _show_rows(found: Comparison, embedded: Asked, trino: Asked, rows: int) -> None:
    """The answers beside each other: the rows that only one of them has, else the first rows of both."""
    sides = [(EMBEDDED, embedded.ending, found.only_embedded), (TRINO, trino.ending, found.only_trino)]
    answers = [(engine, ending, only) for engine, ending, only in sides if isinstance(ending, Answer)]
    any_only = any(only for _, _, only in answers)
    for engine, answer, only in answers:
        names = [column.name for column in answer.columns]
        show(heading(f"only in {engine}'s answer" if any_only else f"{engine}'s answer"))
        shown = list(only) if any_only else list(islice(answer.rows, rows))
        for part in fitted(names, shown, results_width()):
            show(part.table)


def _costs(engine: str, asked: Asked) -> tuple[str, str, str]:
    if asked.seconds is None or asked.bytes_scanned is None:
        return engine, "-", "-"
    return engine, duration(asked.seconds), size(asked.bytes_scanned)


def _beginning(sql: str) -> str:
    words = " ".join(sql.split())
    return words if len(words) <= _SHOWN_TEXT else f"{words[:_SHOWN_TEXT]} …"
