"""docs/athena.md: what the emulator's Athena supports, asked of the emulator itself.

The functions come from the registry, the statements from the classifier, the formats from the readers and
writers, the refusals from the source, and the agreement from running our copy of the recorded answers of a
real Trino. `python -m scripts.reference` writes the page.
"""

from __future__ import annotations

import ast
import importlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.catalog.formats import (
    FORMATS,
    HIVE_JSON,
    LAZY_SIMPLE,
    OPEN_CSV,
    OPENX_JSON,
    ORC_SERDE,
    PARQUET_SERDE,
    REGEX,
    SEQUENCE_INPUT,
)
from emulator.engine.duckdb.line_writes import LINE_SUFFIXES
from emulator.engine.duckdb.orc_files import ORC_CODECS
from emulator.engine.duckdb.scans import READERS
from emulator.engine.duckdb.writes import PARQUET_CODECS
from emulator.statements.classify import REFUSED_STATEMENTS, STATEMENTS, UNSUPPORTED_STATEMENTS
from emulator.statements.insert import WRITABLE
from emulator.statements.output import DEFAULT_COMPRESSION
from emulator.trino.analysis.special_forms import SPECIAL_FORMS
from emulator.trino.functions import catalog as _every_function  # noqa: F401  # registers them all
from emulator.trino.functions.known import TRINO_FUNCTIONS
from emulator.trino.functions.registry import Function, functions
from scripts.support_notes import DEVIATIONS, HEAD, SERDE_NOTES, STATEMENT_NOTES, SYNTAX_FORMS
from tests.emulator.trino.asking import Asker
from tests.emulator.trino.conformance.compare import Answer, Matcher, disagreement

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests/emulator/trino/conformance/expressions.jsonl"
SERDES = (PARQUET_SERDE, ORC_SERDE, LAZY_SIMPLE, OPEN_CSV, HIVE_JSON, OPENX_JSON, REGEX)

EQUAL, REFUSED, OTHERWISE = "equal", "refused by name", "otherwise"


def athena_page() -> str:
    """The whole of docs/athena.md; runs every conformance case, which takes some seconds."""
    return "\n".join(
        [HEAD, _agreement(), _statements(), _formats(), _functions(), _refused(), _refusals(), DEVIATIONS]
    )


def refused_functions() -> list[str]:
    """The functions of Trino that are refused by name, sorted."""
    return sorted(TRINO_FUNCTIONS - set(functions()) - set(SPECIAL_FORMS) - set(SYNTAX_FORMS))


@dataclass(frozen=True)
class Outcome:
    """How one recorded case was answered: its group, and one of EQUAL, REFUSED and OTHERWISE."""

    group: str
    kind: str


def outcomes() -> Iterator[Outcome]:
    """Every recorded case, asked in process."""
    asker = Asker()
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        shown = asker.ask(case["sql"])
        error = None if shown.error is None else str(shown.error)
        differs = disagreement(case, Answer(shown.columns, shown.rows, error), Matcher()) is not None
        if not differs:
            kind = EQUAL
        elif shown.error is not None and shown.error.name == "NOT_SUPPORTED":
            kind = REFUSED
        else:
            kind = OTHERWISE
        yield Outcome(case["group"], kind)


def _agreement() -> str:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes():
        found[outcome.group][outcome.kind] += 1
    total = sum(found.values(), Counter())
    cases = total.total()
    kinds = (EQUAL, REFUSED, OTHERWISE)
    rows = [[group, str(counts.total()), *(str(counts[k]) for k in kinds)] for group, counts in found.items()]
    last = ["**all**", f"**{cases}**", *(f"**{total[k]}**" for k in kinds)]
    return (
        "## Measured agreement with Trino\n\n"
        f"Of {cases} queries with the recorded answers of a real Trino 476, **{total[EQUAL]}** "
        f"({total[EQUAL] / cases:.2%}) are answered as Trino does, {total[REFUSED]} are refused by name and "
        f"{total[OTHERWISE]} are answered otherwise. A query that Trino fails counts as equal if it fails "
        "here. A test asks them all; this table is written by the same comparison.\n\n"
        + _table(("group", "cases", *kinds), [*sorted(rows), last])
    )


def _statements() -> str:
    rows = [(f"`{start}`", STATEMENT_NOTES[start]) for start in STATEMENTS]
    iceberg = ", ".join(f"`{start}`" for start in REFUSED_STATEMENTS)
    others = ", ".join(f"`{start}`" for start in UNSUPPORTED_STATEMENTS)
    return (
        f"## Statements\n\n{_table(('statement', 'what of it'), rows)}\n"
        f"Refused by name: {iceberg} (they are for Iceberg tables); {others}. Anything else is refused at "
        "the start, with the words that could have stood there.\n"
    )


def _formats() -> str:
    rows = [
        (
            f"`{serde}`",
            "yes" if serde in READERS else "no",
            "yes" if serde in WRITABLE else "no",
            SERDE_NOTES[serde],
        )
        for serde in SERDES
    ]
    codecs = {"PARQUET": PARQUET_CODECS, "ORC": ORC_CODECS}
    written = [
        (f"`{name}`", f"`{default}`", ", ".join(f"`{codec}`" for codec in codecs.get(name, LINE_SUFFIXES)))
        for name, default in DEFAULT_COMPRESSION.items()
        if name != "CSV"
    ]
    unread = _codes(
        [m.name for m in FORMATS.values() if m.serde not in READERS or m.input_format == SEQUENCE_INPUT]
    )
    return (
        "## Formats\n\n"
        + _table(("SerDe", "read", "INSERT", "notes"), rows)
        + f"\nTables stored as {unread} can be declared, and are refused by name when they are read.\n\n"
        "CTAS and UNLOAD write:\n\n"
        + _table(("format", "compression, unless told otherwise", "compressions"), written)
    )


def _functions() -> str:
    subjects: dict[str, dict[str, list[Function]]] = defaultdict(lambda: defaultdict(list))
    for name, entries in functions().items():
        for entry in entries if name[0].isalpha() else ():
            subjects[_first_line(entry.emit.__module__)][name].append(entry)
    count = len({name for names in subjects.values() for name in names})
    parts = [
        f"## Functions\n\n{count} functions with the signatures that Trino gives them, by subject; besides "
        f"them {_codes(sorted({*SPECIAL_FORMS, *SYNTAX_FORMS}))}, which have a grammar of their own.\n"
    ]
    for subject, names in sorted(subjects.items()):
        rows = [
            (f"`{name}`", _kinds(entries), _signatures(entries)) for name, entries in sorted(names.items())
        ]
        parts.append(f"### {subject}\n\n{_table(('function', 'kind', 'signatures'), rows)}")
    return "\n".join(parts)


def _kinds(entries: Sequence[Function]) -> str:
    return ", ".join(dict.fromkeys(entry.kind for entry in entries))


def _signatures(entries: Sequence[Function]) -> str:
    return "<br>".join(f"`{entry.signature} -> {entry.signature.result}`" for entry in entries)


def _refused() -> str:
    names = refused_functions()
    return (
        f"## Functions of Trino that are refused by name\n\n{len(names)}: {_codes(names)}.\n\n"
        "Any other name is FUNCTION_NOT_FOUND, as in Trino.\n"
    )


def _refusals() -> str:
    """What the code refuses, in its own words; `…` stands for what the message names."""
    rows: list[tuple[str, str]] = []
    for path in sorted((ROOT / "emulator").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        messages = dict.fromkeys(_messages(tree))
        if messages:
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            rows.append((_first_line(module), "<br>".join(messages)))
    return (
        "## Refusals\n\nWhat Athena or Trino do and the emulator does not fails with NOT_SUPPORTED. These "
        "are all of its messages; `…` is what the message names.\n\n" + _table(("in", "message"), rows)
    )


def _messages(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unsupported":
            text = "".join(_literal(node.args[0]))
            # one that is all place-holder passes on what another module says
            if any(letter.isalpha() for letter in text):
                yield f"`{text}`"


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _literal(part)
    elif isinstance(node, ast.FormattedValue):
        yield "…"


def _first_line(module: str) -> str:
    """A module's subject, as its docstring's first line has it."""
    return (importlib.import_module(module).__doc__ or module).strip().splitlines()[0].rstrip(".")


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in lines)
