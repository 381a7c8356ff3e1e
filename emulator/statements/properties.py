"""``WITH (name = value, …)`` of CTAS and UNLOAD, in Trino's grammar, with the values' types checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emulator.statements.syntax import identifier, number, string
from emulator.statements.tokens import Kind, TokenStream
from emulator.trino.errors import ParseError, TrinoError

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True)
class Properties:
    """The properties as given, by name in lower case."""

    values: Mapping[str, Value]

    def check_known(self, known: Iterable[str], what: str) -> None:
        """Raise TrinoError for a property that ``what`` does not have."""
        for name in self.values:
            if name not in known:
                raise TrinoError("INVALID_TABLE_PROPERTY", f"{what} property '{name}' does not exist")

    def text(self, name: str, default: str | None = None) -> str | None:
        """A property that is a text; raises TrinoError for another type."""
        found = self.values.get(name, default)
        if found is not None and not isinstance(found, str):
            raise _wrong(name, "varchar")
        return found

    def number(self, name: str) -> int | None:
        """A property that is a whole number; raises TrinoError for another type."""
        found = self.values.get(name)
        if found is not None and (not isinstance(found, int) or isinstance(found, bool)):
            raise _wrong(name, "integer")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A property that is an array of names, in lower case; raises TrinoError for another type."""
        found = self.values.get(name, ())
        if not isinstance(found, tuple):
            raise _wrong(name, "array(varchar)")
        return tuple(text.lower() for text in found)


def _wrong(name: str, wanted: str) -> TrinoError:
    return TrinoError(
        "INVALID_TABLE_PROPERTY", f"Invalid value for table property '{name}': Cannot convert to {wanted}"
    )


def parse_properties(tokens: TokenStream) -> Properties:
    """After ``WITH``; raises ParseError."""

    def pair() -> tuple[str, Value]:
        name = identifier(tokens)
        tokens.expect("=")
        return name, _value(tokens)

    found: dict[str, Value] = {}
    at = tokens.position()
    for name, value in tokens.listed(pair):
        if name in found:
            raise ParseError(f"Duplicate property: {name}", at)
        found[name] = value
    return Properties(found)


def _value(tokens: TokenStream) -> Value:
    if tokens.accept("ARRAY"):
        tokens.expect("[")
        items = [string(tokens)] if not tokens.looks_at("]") else []
        while tokens.accept(","):
            items.append(string(tokens))
        tokens.expect("]")
        return tuple(items)
    if tokens.token.upper in ("TRUE", "FALSE"):
        return tokens.next().upper == "TRUE"
    if tokens.token.kind is Kind.NUMBER:
        return number(tokens)
    return string(tokens)
