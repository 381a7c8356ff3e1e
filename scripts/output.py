"""How results and progress look: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 120
"""How wide tables of results may be where there is no terminal."""

_WIDER_THAN_ANY = 100_000

_UNITS = ("B", "kB", "MB", "GB", "TB")


def show(*shown: RenderableType) -> None:
    """Print results; where there is no terminal, as wide as they are and without blanks at line ends."""
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(*shown)
        return
    console = Console(highlight=False, width=_WIDER_THAN_ANY)
    with console.capture() as captured:
        console.print(*shown)
    for line in captured.get().splitlines():
        print(line.rstrip())
    # Messages go to standard error unbuffered: in a log of both, the results have to come in their place.
    sys.stdout.flush()


def results_width() -> int:
    """How wide a table of results may be before it is better turned on its side."""
    return Console().width if sys.stdout.isatty() else PIPED_WIDTH


def messages() -> Console:
    """The console of standard error: progress, warnings, what was done."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """One line of what happened."""
    messages().print(escape(text))


def warn(text: str) -> None:
    """One line of what deserves a look."""
    messages().print(Text.assemble(("warning: ", "yellow"), text))


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show that something goes on, on a terminal only."""
    console = messages()
    if not console.is_terminal:
        yield
        return
    with console.status(escape(text)):
        yield


def size(count: int) -> str:
    """Bytes for people: 12 B, 3.4 kB, 5.6 MB (powers of 1000)."""
    amount = float(count)
    for unit in _UNITS:
        if amount < 1000 or unit == _UNITS[-1]:
            return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("the last unit takes everything")


def duration(seconds: float) -> str:
    """Seconds for people: 12 ms, 3.45 s, 2 min 05 s."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def number(count: int) -> str:
    """A count with thousands separated."""
    return f"{count:,}"


def counted(count: int, word: str) -> str:
    """A count with its word: 1 row, 2 rows."""
    return f"{number(count)} {word if count == 1 else word + 's'}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str | None]], right: Sequence[str] = ()) -> Table:
    """A table of texts; NULL is shown dimmed. `right` names the columns that hold numbers."""
    shown = Table(box=SIMPLE_HEAD, show_edge=False)
    for name in columns:
        shown.add_column(escape(name), justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(text) for text in row))
    return shown


@dataclass(frozen=True)
class Fitted:
    """A table that fits the width, and how many of the rows it shows."""

    table: Table
    rows: int


def fitted(
    columns: Sequence[str], rows: Sequence[Sequence[str | None]], width: int, right: Sequence[str] = ()
) -> Iterator[Fitted]:
    """One table where it fits the width; else tables on their side, each with as many rows as fit."""
    upright = table(columns, rows, right)
    if not rows or _natural_width(upright) <= width:
        yield Fitted(upright, len(rows))
        return
    remaining = list(rows)
    while remaining:
        taken = 1
        while taken < len(remaining) and _natural_width(_turned(columns, remaining[: taken + 1])) <= width:
            taken += 1
        yield Fitted(_turned(columns, remaining[:taken]), taken)
        remaining = remaining[taken:]


def heading(text: str) -> Text:
    """A line above a table."""
    return Text(f"\n{text}", style="bold")


def facts(pairs: Iterable[tuple[str, str]]) -> Table:
    """Names and values, one pair a line."""
    shown = Table.grid(padding=(0, 2))
    for name, value in pairs:
        shown.add_row(Text(name, style="bold"), Text(value))
    return shown


def stopwatch() -> Stopwatch:
    """A clock that says the seconds since now."""
    return Stopwatch()


class Stopwatch:
    """The seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return time.perf_counter() - self._start


def _turned(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Table:
    shown = Table(box=SIMPLE_HEAD, show_edge=False, show_header=False)
    shown.add_column(style="bold")
    for _ in rows:
        shown.add_column(overflow="fold")
    for position, name in enumerate(columns):
        shown.add_row(escape(name), *(_cell(row[position]) for row in rows))
    return shown


def _cell(text: str | None) -> Text:
    return Text("null", style="dim") if text is None else Text(text)


def _natural_width(shown: Table) -> int:
    """How wide a table would like to be."""
    console = Console(width=_WIDER_THAN_ANY)
    return console.measure(shown).maximum
