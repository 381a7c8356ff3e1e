"""The grammar of types, in CAST and in literals: read into Trino's canonical text."""

from __future__ import annotations

from emulator.trino.syntax.cursor import Cursor


class TypeParser(Cursor):
    """Takes a type from the tokens."""

    def type_text(self) -> str:
        """A type as canonical text; whether it exists is the analysis' question."""
        text = self._one_type()
        while self.accept("array"):
            text = f"array({text})"
        return text

    def _one_type(self) -> str:
        if self.sees("row", "("):
            self.next()
            return f"row({', '.join(self.parenthesised(self._row_field))})"
        if self.accept("interval"):
            start = self.identifier().name.lower()
            self.expect("to")
            return f"interval {start} to {self.identifier().name.lower()}"
        if self.accept("double", "precision"):
            return "double"
        name = self.identifier().name.lower()
        if self.accept("<"):
            inner = self.listed(self.type_text)
            self.expect(">")
            return f"{name}({', '.join(inner)})"
        arguments = f"({', '.join(self.parenthesised(self._argument))})" if self.sees("(") else ""
        return name + arguments + (self._zone() if name in ("timestamp", "time") else "")

    def _zone(self) -> str:
        if self.accept("with", "time", "zone"):
            return " with time zone"
        self.accept("without", "time", "zone")
        return ""

    def _argument(self) -> str:
        if self.peek().kind == "integer":
            return self.next().text
        return self.type_text()

    def _row_field(self) -> str:
        """`name type` or the type alone: the name is there if a type can be read after it."""
        start = self.index
        if self.is_identifier() and (self.is_identifier(1) and not self._is_two_word_type()):
            token = self.peek()
            name = self.identifier().name
            shown = '"' + name.replace('"', '""') + '"' if token.kind == "quoted" else name.lower()
            return f"{shown} {self.type_text()}"
        self.index = start
        return self.type_text()

    def _is_two_word_type(self) -> bool:
        pairs = (("double", "precision"), ("interval", "day"), ("interval", "year"))
        return any(self.sees(*pair) and not self.is_identifier(2) for pair in pairs)
